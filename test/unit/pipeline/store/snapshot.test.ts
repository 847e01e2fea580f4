import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPortionCheckpoint, runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { allocateQuantizedVectors, quantizeRow, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { currentSnapshotId, dataPaths, listSnapshots } from '../../../../pipeline/store/data-folder.ts';
import {
  readManifest,
  readTopicChanges,
  SNAPSHOT_FORMAT_VERSION,
  snapshotFileNames,
} from '../../../../pipeline/store/snapshot-files.ts';
import { openSnapshot, openSnapshotForServing, verifySnapshot } from '../../../../pipeline/store/snapshot-reader.ts';
import { finalizeSnapshot, type SnapshotContent, writeSnapshot } from '../../../../pipeline/store/snapshot-writer.ts';
import { rewriteManifest } from '../../../fixtures/rewrite-manifest.ts';
import { smallManifestInput, smallSnapshotContent } from '../../../fixtures/snapshot-content.ts';
import { flipByte, tempFolders } from '../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const write = (dataDir: string, change: Partial<SnapshotContent> = {}, manifestInput = smallManifestInput) =>
  writeSnapshot(dataDir, { ...smallSnapshotContent(), ...change }, manifestInput);
const corrupt = (message = /./) =>
  expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt', message: expect.stringMatching(message) });
const dataFiles = Object.values(snapshotFileNames).filter((name) => name !== snapshotFileNames.manifest);

/** The folder of a valid snapshot. */
let valid = '';
beforeAll(async () => {
  valid = await write(newFolder());
});
function copyOfValid(): string {
  const folder = join(newFolder(), 'snapshot');
  cpSync(valid, folder, { recursive: true });
  return folder;
}

describe('a snapshot', () => {
  test('passes verification and reads back everything that was written', async () => {
    const content = smallSnapshotContent();
    const manifest = await verifySnapshot(valid);
    expect(manifest).toEqual(readManifest(valid));
    expect(manifest).toMatchObject(smallManifestInput);
    expect(Object.keys(manifest.files).sort()).toEqual([...dataFiles].sort());
    const snapshot = openSnapshot(valid);
    expect(snapshot.vectors).toEqual(content.vectors);
    expect(snapshot.graph).toEqual(content.graph);
    expect(snapshot.map).toEqual(content.map);
    expect(snapshot.neighborRecall).toEqual(content.neighborRecall);
    expect(snapshot.topics).toEqual(content.topics);
    expect(readTopicChanges(valid)).toEqual(content.changes);
    expect(snapshot.invertedIndex).toEqual(content.invertedIndex);
    expect(content.papers.map((_, row) => snapshot.papers.paper(row))).toEqual(content.papers);
    expect(snapshot.hnswPath).toBe(join(valid, 'hnsw.bin'));
    snapshot.close();
    expect(JSON.parse(readFileSync(join(valid, 'ingest-issues.jsonl'), 'utf8'))).toEqual(content.issues[0]);
  });

  test('opened for serving has exact vectors of few papers and quantized vectors of many', () => {
    const { vectors } = smallSnapshotContent();
    const few = runToCompletion(openSnapshotForServing(valid));
    expect(few.vectors).toEqual(vectors);
    few.close();
    const many = runToCompletion(openSnapshotForServing(valid, 1));
    const quantized = allocateQuantizedVectors(vectors.count, vectors.dimensions);
    for (let row = 0; row < vectors.count; row++) quantizeRow(quantized, row, vectorAt(vectors, row));
    expect(many.vectors).toEqual(quantized);
    many.close();
  });

  test('has equal bytes for equal content', async () => {
    const again = await write(newFolder());
    expect(readdirSync(again).sort()).toEqual(readdirSync(valid).sort());
    for (const name of readdirSync(valid)) {
      expect([name, readFileSync(join(again, name)).equals(readFileSync(join(valid, name)))]).toEqual([name, true]);
    }
  });

  test('written at another time differs only in its id and its time', async () => {
    const later = await write(newFolder(), {}, { ...smallManifestInput, createdAt: '2027-01-02T03:04:05.000Z' });
    const { id, createdAt, ...rest } = readManifest(later);
    const { id: validId, createdAt: _, ...validRest } = readManifest(valid);
    expect(rest).toEqual(validRest);
    expect(createdAt).toBe('2027-01-02T03:04:05.000Z');
    expect(validId).toMatch(/^2026-01-02T03-04-05Z-[0-9a-f]{8}$/);
    expect(id.slice(-8)).toBe(validId.slice(-8));
  });

  test('of other papers has another id', async () => {
    const papers = smallSnapshotContent().papers.map((paper) => ({ ...paper, venue: 'ICML' }));
    expect(readManifest(await write(newFolder(), { papers })).id).not.toBe(readManifest(valid).id);
  });

  test('is not listed until it is finalized, and finalizing does not make it current', async () => {
    const dataDir = newFolder();
    const hiddenFolder = await write(dataDir);
    expect(listSnapshots(dataDir)).toEqual([]);
    const { id } = readManifest(hiddenFolder);
    const folder = finalizeSnapshot(hiddenFolder, dataDir, id);
    expect(listSnapshots(dataDir)).toEqual([id]);
    expect(existsSync(hiddenFolder)).toBe(false);
    expect(await verifySnapshot(folder)).toEqual(readManifest(folder));
    expect(currentSnapshotId(dataDir)).toBeUndefined();
  });

  test('written twice in the same second is kept once', async () => {
    const dataDir = newFolder();
    const ids = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const hiddenFolder = await write(dataDir);
      const { id } = readManifest(hiddenFolder);
      ids.add(id);
      await verifySnapshot(finalizeSnapshot(hiddenFolder, dataDir, id));
    }
    expect(listSnapshots(dataDir)).toEqual([...ids]);
    expect(readdirSync(dataPaths(dataDir).snapshots)).toEqual([...ids]);
  });

  test('is written and verified with checkpoints of rising progress, and can be stopped at each of them', async () => {
    const dataDir = newFolder();
    const progress: number[] = [];
    const checkpoint = async (share: number) => void progress.push(share);
    const folder = await writeSnapshot(
      dataDir,
      smallSnapshotContent(),
      smallManifestInput,
      createPortionCheckpoint(checkpoint, 0, 0.5),
    );
    await verifySnapshot(folder, createPortionCheckpoint(checkpoint, 0.5, 1));
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBeGreaterThan(0.85);
    expect(progress.at(-1)).toBeLessThanOrEqual(1);
    for (let after = 0; after < progress.length; after++) {
      let checkpoints = 0;
      const stop = () => (checkpoints++ < after ? Promise.resolve() : Promise.reject(new Error('stopped')));
      const outcome = await writeSnapshot(dataDir, smallSnapshotContent(), smallManifestInput, stop)
        .then((written) => verifySnapshot(written, stop))
        .then(
          () => 'finished',
          (error: Error) => error.message,
        );
      // How many checkpoints there are depends on the clock: a fast attempt may have one less than the first had.
      expect(outcome).toBe(checkpoints > after ? 'stopped' : 'finished');
      if (after < progress.length / 2) expect(outcome).toBe('stopped');
    }
    expect(listSnapshots(dataDir)).toEqual([]);
  });

  test('replaces the hidden folder of a build that was stopped, and no finished snapshot', async () => {
    const dataDir = newFolder();
    const { snapshots } = dataPaths(dataDir);
    mkdirSync(join(snapshots, '.building-1', 'half'), { recursive: true });
    mkdirSync(join(snapshots, 'finished'));
    await write(dataDir);
    expect(readdirSync(snapshots).sort()).toEqual([`.building-${process.pid}`, 'finished']);
  });
});

describe('verifySnapshot', () => {
  test.each(dataFiles)('finds a changed byte anywhere in %s', async (name) => {
    const folder = copyOfValid();
    const bytes = readFileSync(join(folder, name));
    const step = Math.max(1, Math.floor(bytes.length / 12));
    const outcomes = new Set<string>();
    for (let at = 0; at < bytes.length; at += step) {
      writeFileSync(join(folder, name), flipByte(bytes, at));
      const fault: unknown = await verifySnapshot(folder).catch((error: unknown) => error);
      outcomes.add(fault instanceof PaperfieldError ? fault.kind : `byte ${at}: ${fault}`);
    }
    expect([...outcomes]).toEqual(['corrupt']);
  });

  test.each(Object.values(snapshotFileNames))('finds that %s is missing, and does not create it', async (name) => {
    const folder = copyOfValid();
    rmSync(join(folder, name));
    await expect(verifySnapshot(folder)).rejects.toThrow(corrupt());
    expect(existsSync(join(folder, name))).toBe(false);
  });

  test.each(Object.values(snapshotFileNames))('finds that %s is truncated', async (name) => {
    const folder = copyOfValid();
    const bytes = readFileSync(join(folder, name));
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 2]) {
      writeFileSync(join(folder, name), bytes.subarray(0, length));
      await expect(verifySnapshot(folder)).rejects.toThrow(corrupt());
    }
  });

  test('finds that the folder is missing', async () => {
    await expect(verifySnapshot(join(newFolder(), 'absent'))).rejects.toThrow(corrupt(/manifest\.json/));
  });

  const { vectors, graph, map, neighborRecall, topics, papers, invertedIndex } = smallSnapshotContent();
  const withLeaf = (leaf: number): Partial<SnapshotContent> => ({
    topics: { ...topics, tree: { ...topics.tree, leafOfRow: changed(topics.tree.leafOfRow, 4, leaf) } },
  });
  const changed = <T extends Float32Array | Int32Array>(values: T, at: number, value: number): T => {
    const copy = values.slice() as T;
    copy[at] = value;
    return copy;
  };
  test.each<[string, Partial<SnapshotContent>, RegExp]>([
    ['a vector that is not of unit length', { vectors: { ...vectors, data: changed(vectors.data, 5, 3) } }, /row 1/],
    ['a vector with NaN', { vectors: { ...vectors, data: changed(vectors.data, 9, Number.NaN) } }, /row 2/],
    [
      'a neighbor that does not exist',
      { graph: { ...graph, neighbors: changed(graph.neighbors, 0, 99) } },
      /neighbor 99/,
    ],
    [
      'a position that is not a number',
      { map: { ...map, y: changed(map.y, 3, Number.NaN) } },
      /row 3 has no position on the map/,
    ],
    [
      'a neighbor recall above 1',
      { neighborRecall: changed(neighborRecall, 2, 1.5) },
      /row 2 has neighbor recall 1\.5/,
    ],
    ['a topic that does not exist', withLeaf(3), /row 4 is in topic 3 of 3/],
    ['a topic below the number for outliers', withLeaf(OUTLIER - 1), /row 4 is in topic -2/],
    [
      'a stem that does not exist',
      { invertedIndex: { ...invertedIndex, text: changed(invertedIndex.text, 0, 999) } },
      /inverted-index\.bin: is inconsistent: row 0 has stem 999/,
    ],
    ['fewer papers than vectors', { papers: papers.slice(1) }, /11 papers.*12/],
  ])('finds %s', async (_, change, message) => {
    const folder = await write(newFolder(), change);
    await expect(verifySnapshot(folder)).rejects.toThrow(corrupt(message));
  });

  test('accepts the zero vector of a text without known words', async () => {
    const data = vectors.data.slice().fill(0, 0, 4);
    const folder = await write(newFolder(), { vectors: { ...vectors, data } });
    expect((await verifySnapshot(folder)).counts.papers).toBe(12);
  });
});

describe('readManifest', () => {
  test.each<[string, (manifest: Record<string, unknown>) => Record<string, unknown>, RegExp]>([
    ['a field of another type', (manifest) => ({ ...manifest, counts: 12 }), /counts/],
    ['a missing field', ({ model: _, ...rest }) => rest, /model/],
  ])('refuses %s', (_, change, message) => {
    const folder = copyOfValid();
    rewriteManifest(folder, change);
    expect(() => readManifest(folder)).toThrow(corrupt(message));
    expect(() => openSnapshot(folder)).toThrow(corrupt(message));
  });

  test('refuses a list', () => {
    const folder = copyOfValid();
    writeFileSync(join(folder, 'manifest.json'), '[]');
    expect(() => readManifest(folder)).toThrow(corrupt(/expected object/));
  });

  test('refuses a manifest in which any value was changed, also one that is valid by itself', () => {
    const text = readFileSync(join(copyOfValid(), 'manifest.json'), 'utf8');
    const digits = [...text.matchAll(/[1-8]/g)].map(({ index }) => index);
    expect(digits.length).toBeGreaterThan(100);
    for (const at of digits) {
      const folder = newFolder();
      writeFileSync(join(folder, 'manifest.json'), `${text.slice(0, at)}9${text.slice(at + 1)}`);
      expect(() => readManifest(folder), text.slice(at - 20, at + 1)).toThrow(
        expect.objectContaining({ kind: 'corrupt' }),
      );
    }
  });

  test.each<[string, (manifest: Record<string, unknown>) => unknown]>([
    ['with the same fields', (manifest) => ({ ...manifest, format: 3 })],
    // Format 3 had other names for the fields of `search`, and `continues` instead of `previous`.
    ['with other fields', ({ previous: _, ...manifest }) => ({ ...manifest, format: 3, search: {}, continues: null })],
  ])('refuses another format %s in one sentence that says what to run', (_, change) => {
    const folder = copyOfValid();
    const path = join(folder, 'manifest.json');
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
    const message =
      `snapshot ${basename(folder)} has format 3, this version reads ${SNAPSHOT_FORMAT_VERSION}: ` +
      "run 'paperfield build' again with your sources";
    for (const read of [readManifest, openSnapshot]) {
      expect(() => read(folder)).toThrow(expect.objectContaining({ kind: 'corrupt', message }));
    }
  });
});
