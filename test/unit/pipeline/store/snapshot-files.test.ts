import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { finished, within } from '../../../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { allocateCompactVectors, compactRow, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { currentSnapshotId, dataFolders, snapshotIds } from '../../../../pipeline/store/data-folder.ts';
import { fileNames, readChanges, readManifest } from '../../../../pipeline/store/snapshot-files.ts';
import { openForServing, openSnapshot, verifySnapshot } from '../../../../pipeline/store/snapshot-reader.ts';
import { nameSnapshot, type SnapshotContent, writeSnapshot } from '../../../../pipeline/store/snapshot-writer.ts';
import { scratchFolders, withChangedByte } from '../../../fixtures/scratch-folder.ts';
import { smallContent, smallFacts } from '../../../fixtures/snapshot-content.ts';

const newFolder = scratchFolders();
const write = (dataDir: string, change: Partial<SnapshotContent> = {}, facts = smallFacts) =>
  writeSnapshot(dataDir, { ...smallContent(), ...change }, facts);
const corrupt = (message = /./) =>
  expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt', message: expect.stringMatching(message) });
const dataFiles = Object.values(fileNames).filter((name) => name !== fileNames.manifest);

/** A sound snapshot to copy. */
let sound = '';
beforeAll(async () => {
  sound = await write(newFolder());
});
function copy(): string {
  const folder = join(newFolder(), 'snapshot');
  cpSync(sound, folder, { recursive: true });
  return folder;
}

describe('a snapshot', () => {
  test('is verified and gives back all that was written', async () => {
    const content = smallContent();
    const manifest = await verifySnapshot(sound);
    expect(manifest).toEqual(readManifest(sound));
    expect(manifest).toMatchObject(smallFacts);
    expect(Object.keys(manifest.files).sort()).toEqual([...dataFiles].sort());
    const snapshot = openSnapshot(sound);
    expect(snapshot.vectors).toEqual(content.vectors);
    expect(snapshot.graph).toEqual(content.graph);
    expect(snapshot.map).toEqual(content.map);
    expect(snapshot.trust).toEqual(content.trust);
    expect(snapshot.topics).toEqual(content.topics);
    expect(readChanges(sound)).toEqual(content.changes);
    expect(snapshot.words).toEqual(content.words);
    expect(content.papers.map((_, row) => snapshot.papers.paper(row))).toEqual(content.papers);
    expect(snapshot.indexPath).toBe(join(sound, 'hnsw.bin'));
    snapshot.close();
    expect(JSON.parse(readFileSync(join(sound, 'receipts.jsonl'), 'utf8'))).toEqual(content.receipts[0]);
  });

  test('opened for serving has exact vectors of a few papers, and compact ones of many', () => {
    const { vectors } = smallContent();
    const few = finished(openForServing(sound));
    expect(few.vectors).toEqual(vectors);
    few.close();
    const many = finished(openForServing(sound, 1));
    const compact = allocateCompactVectors(vectors.count, vectors.dimensions);
    for (let row = 0; row < vectors.count; row++) compactRow(compact, row, vectorAt(vectors, row));
    expect(many.vectors).toEqual(compact);
    many.close();
  });

  test('is the same, byte for byte, for the same content', async () => {
    const again = await write(newFolder());
    expect(readdirSync(again).sort()).toEqual(readdirSync(sound).sort());
    for (const name of readdirSync(sound)) {
      expect([name, readFileSync(join(again, name)).equals(readFileSync(join(sound, name)))]).toEqual([name, true]);
    }
  });

  test('made at another time differs in its id and its time alone', async () => {
    const later = await write(newFolder(), {}, { ...smallFacts, createdAt: '2027-01-02T03:04:05.000Z' });
    const { id, createdAt, ...rest } = readManifest(later);
    const { id: soundId, createdAt: _, ...soundRest } = readManifest(sound);
    expect(rest).toEqual(soundRest);
    expect(createdAt).toBe('2027-01-02T03:04:05.000Z');
    expect(soundId).toMatch(/^2026-01-02T03-04-05Z-[0-9a-f]{8}$/);
    expect(id.slice(-8)).toBe(soundId.slice(-8));
  });

  test('of other papers has another id', async () => {
    const papers = smallContent().papers.map((paper) => ({ ...paper, venue: 'ICML' }));
    expect(readManifest(await write(newFolder(), { papers })).id).not.toBe(readManifest(sound).id);
  });

  test('has no name until it is given one, and does not serve by that', async () => {
    const dataDir = newFolder();
    const unnamed = await write(dataDir);
    expect(snapshotIds(dataDir)).toEqual([]);
    const { id } = readManifest(unnamed);
    const named = nameSnapshot(unnamed, dataDir, id);
    expect(snapshotIds(dataDir)).toEqual([id]);
    expect(existsSync(unnamed)).toBe(false);
    expect(await verifySnapshot(named)).toEqual(readManifest(named));
    expect(currentSnapshotId(dataDir)).toBeUndefined();
  });

  test('made twice in one second stays one', async () => {
    const dataDir = newFolder();
    const ids = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const unnamed = await write(dataDir);
      const { id } = readManifest(unnamed);
      ids.add(id);
      await verifySnapshot(nameSnapshot(unnamed, dataDir, id));
    }
    expect(snapshotIds(dataDir)).toEqual([...ids]);
    expect(readdirSync(dataFolders(dataDir).snapshots)).toEqual([...ids]);
  });

  test('is written and verified with rests whose shares rise, and ends at any of them', async () => {
    const dataDir = newFolder();
    const shares: number[] = [];
    const rest = async (share: number) => void shares.push(share);
    const folder = await writeSnapshot(dataDir, smallContent(), smallFacts, within(rest, 0, 0.5));
    await verifySnapshot(folder, within(rest, 0.5, 1));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([0, expect.closeTo(0.9, 1)]);
    for (let after = 0; after < shares.length; after++) {
      let rests = 0;
      const stop = () => (rests++ < after ? Promise.resolve() : Promise.reject(new Error('stopped')));
      const stopped = writeSnapshot(dataDir, smallContent(), smallFacts, stop).then((made) =>
        verifySnapshot(made, stop),
      );
      await expect(stopped).rejects.toThrow('stopped');
    }
    expect(snapshotIds(dataDir)).toEqual([]);
  });

  test('clears away what a build that was stopped left, and no snapshot', async () => {
    const dataDir = newFolder();
    const { snapshots } = dataFolders(dataDir);
    mkdirSync(join(snapshots, '.building-1', 'half'), { recursive: true });
    mkdirSync(join(snapshots, 'finished'));
    await write(dataDir);
    expect(readdirSync(snapshots).sort()).toEqual([`.building-${process.pid}`, 'finished']);
  });
});

describe('verifySnapshot', () => {
  test.each(dataFiles)('finds a changed byte anywhere in %s', async (name) => {
    const folder = copy();
    const bytes = readFileSync(join(folder, name));
    const step = Math.max(1, Math.floor(bytes.length / 12));
    const kinds = new Set<string>();
    for (let at = 0; at < bytes.length; at += step) {
      writeFileSync(join(folder, name), withChangedByte(bytes, at));
      const fault: unknown = await verifySnapshot(folder).catch((error: unknown) => error);
      kinds.add(fault instanceof PaperfieldError ? fault.kind : `byte ${at}: ${fault}`);
    }
    expect([...kinds]).toEqual(['corrupt']);
  });

  test.each(Object.values(fileNames))('finds that %s is missing, and does not make it', async (name) => {
    const folder = copy();
    rmSync(join(folder, name));
    await expect(verifySnapshot(folder)).rejects.toThrow(corrupt());
    expect(existsSync(join(folder, name))).toBe(false);
  });

  test.each(Object.values(fileNames))('finds that %s is cut', async (name) => {
    const folder = copy();
    const bytes = readFileSync(join(folder, name));
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 2]) {
      writeFileSync(join(folder, name), bytes.subarray(0, length));
      await expect(verifySnapshot(folder)).rejects.toThrow(corrupt());
    }
  });

  test('finds a folder that is not there', async () => {
    await expect(verifySnapshot(join(newFolder(), 'absent'))).rejects.toThrow(corrupt(/manifest\.json/));
  });

  const { vectors, graph, map, trust, topics, papers, words } = smallContent();
  const withLeaf = (leaf: number): Partial<SnapshotContent> => ({
    topics: { ...topics, tree: { ...topics.tree, leafOfRow: changed(topics.tree.leafOfRow, 4, leaf) } },
  });
  const changed = <T extends Float32Array | Int32Array>(values: T, at: number, value: number): T => {
    const copied = values.slice() as T;
    copied[at] = value;
    return copied;
  };
  test.each<[string, Partial<SnapshotContent>, RegExp]>([
    ['a vector that is not of unit length', { vectors: { ...vectors, data: changed(vectors.data, 5, 3) } }, /row 1/],
    ['a vector that is no number', { vectors: { ...vectors, data: changed(vectors.data, 9, Number.NaN) } }, /row 2/],
    ['a neighbor that does not exist', { graph: { ...graph, rows: changed(graph.rows, 0, 99) } }, /neighbor 99/],
    ['a place that is no number', { map: { ...map, y: changed(map.y, 3, Number.NaN) } }, /row 3 has no place/],
    ['trust above all', { trust: changed(trust, 2, 1.5) }, /row 2 has trust 1\.5/],
    ['a topic that does not exist', withLeaf(3), /row 4 is in topic 3 of 3/],
    ['a topic below none', withLeaf(OUTLIER - 1), /row 4 is in topic -2/],
    [
      'a stem that does not exist',
      { words: { ...words, text: changed(words.text, 0, 999) } },
      /words\.bin: is unsound: row 0 has stem 999/,
    ],
    ['fewer papers than vectors', { papers: papers.slice(1) }, /11 papers.*12/],
  ])('finds %s', async (_, change, message) => {
    const folder = await write(newFolder(), change);
    await expect(verifySnapshot(folder)).rejects.toThrow(corrupt(message));
  });

  test('takes the zero vector of a text without known words', async () => {
    const data = vectors.data.slice().fill(0, 0, 4);
    const folder = await write(newFolder(), { vectors: { ...vectors, data } });
    expect((await verifySnapshot(folder)).counts.papers).toBe(12);
  });
});

describe('readManifest', () => {
  test.each<[string, (manifest: Record<string, unknown>) => unknown, RegExp]>([
    ['another format', (manifest) => ({ ...manifest, format: 2 }), /has format 2, this version reads 3; build again/],
    ['a field of another form', (manifest) => ({ ...manifest, counts: 12 }), /counts/],
    ['a field missing', ({ model: _, ...rest }) => rest, /model/],
    ['no object', () => [], /expected object/],
  ])('refuses %s', (_, change, message) => {
    const folder = copy();
    const path = join(folder, 'manifest.json');
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
    expect(() => readManifest(folder)).toThrow(corrupt(message));
    expect(() => openSnapshot(folder)).toThrow(corrupt(message));
  });
});
