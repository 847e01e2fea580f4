import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  currentSnapshotId,
  dataPaths,
  listSnapshots,
  promoteSnapshot,
  snapshotFolder,
} from '../../../pipeline/store/data-folder.ts';
import { readManifest, snapshotFileNames } from '../../../pipeline/store/snapshot-files.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';
import { flipByte } from '../../fixtures/temp-folder.ts';

const folder = temporaryFolder();
const built = join(folder.path, 'built');
let dataDir = '';
let count = 0;
/** Oldest first. */
let ids: string[] = [];

beforeAll(async () => {
  const papers = await samplePapers();
  const { run } = nightlyRuns(built);
  const source = join(folder.path, 'papers.jsonl');
  const nights = [
    papers.slice(0, 60),
    papers.slice(0, 62),
    [{ ...papers[0], abstract: 'Another abstract.' }, ...papers.slice(1, 58), ...papers.slice(60, 66)],
  ];
  for (const night of nights) {
    writeJsonl(source, night);
    await run([source], { model: 'fast', gone: 'remove', goneNights: 1 });
  }
  ids = listSnapshots(built);
  expect(ids).toHaveLength(3);
});
// Every test has a copy of its own to damage.
beforeEach(() => {
  dataDir = join(folder.path, `data-${++count}`);
  cpSync(built, dataDir, { recursive: true });
});
afterAll(() => folder.remove());

const snapshots = (...args: string[]) => callMain(['snapshots', ...args, '--data-dir', dataDir]);
const status = (...args: string[]) => callMain(['status', ...args, '--data-dir', dataDir]);
function damage(id: string, name: string, at = 0.5): void {
  const path = join(snapshotFolder(dataDir, id), name);
  const { size } = statSync(path);
  // Without ingest issues their file is empty.
  writeFileSync(path, size === 0 ? 'x' : flipByte(readFileSync(path), Math.floor(size * at)));
}

describe('snapshots list', () => {
  test('shows all, oldest first, and marks the current one', async () => {
    const { code, out } = await snapshots('list');
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^  ${ids[0]}  60 papers in \\d+ topics, \\d+\\.\\d MB$`)),
      expect.stringContaining(`  ${ids[1]}  62 papers`),
      expect.stringContaining(`* ${ids[2]}  64 papers`),
    ]);
    expect((await snapshots()).out).toBe(out);
    const json = JSON.parse((await snapshots('list', '--json')).out);
    expect(json.map(({ id, isCurrent, papers }: Record<string, unknown>) => [id, isCurrent, papers])).toEqual([
      [ids[0], false, 60],
      [ids[1], false, 62],
      [ids[2], true, 64],
    ]);
  });

  test('names a damaged manifest', async () => {
    writeFileSync(join(snapshotFolder(dataDir, ids[0]), 'manifest.json'), '{');
    expect((await snapshots('list')).out).toContain(`${ids[0]}  damaged: `);
  });
});

describe('snapshots verify', () => {
  test('finds all whole', async () => {
    const { code, out } = await snapshots('verify');
    expect(code).toBe(0);
    expect(out).toBe(ids.map((id) => `ok       ${id}\n`).join(''));
  });

  test.each(Object.values(snapshotFileNames))('finds a changed byte of %s, and exits with 7', async (name) => {
    damage(ids[1], name);
    const { code, out, err } = await snapshots('verify');
    expect(code).toBe(7);
    expect(out).toContain(`damaged  ${ids[1]}: `);
    expect(out).toContain(`ok       ${ids[2]}`);
    expect(err).toContain(`damaged snapshots: ${ids[1]}; remove their folders`);
    const json = JSON.parse((await snapshots('verify', ids[1], '--json')).out);
    expect(json).toEqual([{ id: ids[1], ok: false, fault: expect.stringContaining(name) }]);
  });

  test('of the current one says how to go back', async () => {
    damage(ids[2], snapshotFileNames.vectors);
    expect((await snapshots('verify', 'current')).err).toContain("go back with 'paperfield snapshots rollback'");
  });
});

describe('snapshots diff', () => {
  test('names new, changed and gone papers, topics and figures', async () => {
    const { code, out } = await snapshots('diff', ids[1], ids[2], '--json');
    expect(code).toBe(0);
    const difference = JSON.parse(out);
    expect(difference).toMatchObject({ from: ids[1], to: ids[2], drift: { shared: 60 } });
    expect(Object.values(difference.papers as Record<string, string[]>).map(({ length }) => length)).toEqual([4, 1, 2]);
    const before = readManifest(snapshotFolder(dataDir, ids[1]));
    expect(difference.figures).toContainEqual({
      name: 'trustworthiness',
      before: before.quality.trustworthiness,
      after: readManifest(snapshotFolder(dataDir, ids[2])).quality.trustworthiness,
    });
    expect((await snapshots('diff', ids[1], 'current')).out).toMatch(/^papers +4 new, 1 changed, 2 gone$/m);
  });

  test('of snapshots that do not follow each other has no drift', async () => {
    expect(JSON.parse((await snapshots('diff', ids[0], ids[2], '--json')).out).drift).toBeNull();
  });
});

describe('snapshots rollback', () => {
  test('makes the one before current, and status says so until the next build', async () => {
    const { code, out } = await snapshots('rollback');
    expect(code).toBe(0);
    expect(out).toContain(`${ids[1]} is current again, in place of ${ids[2]}`);
    expect(currentSnapshotId(dataDir)).toBe(ids[1]);
    expect((await status()).out).toMatch(new RegExp(`^rollback +from ${ids[2]} at \\d{4}-`, 'm'));
    expect(JSON.parse((await status('--json')).out).rollback).toMatchObject({ from: ids[2] });
    promoteSnapshot(dataDir, ids[2]);
    expect((await status()).out).not.toContain('rollback');
    expect(existsSync(dataPaths(dataDir).lock)).toBe(false);
  });

  test('passes over a damaged one, with a warning', async () => {
    damage(ids[1], snapshotFileNames.hnsw);
    const { out, err } = await snapshots('rollback');
    expect(out).toContain(`${ids[0]} is current again`);
    expect(err).toContain(`${ids[1]} is passed over: `);
  });

  test('to a given one refuses a damaged one, and changes nothing', async () => {
    damage(ids[0], snapshotFileNames.map);
    expect((await snapshots('rollback', ids[0])).code).toBe(7);
    expect(currentSnapshotId(dataDir)).toBe(ids[2]);
    expect((await snapshots('rollback', ids[1].slice(-8))).code).toBe(0);
    expect(currentSnapshotId(dataDir)).toBe(ids[1]);
  });

  test('finds none before the first', async () => {
    promoteSnapshot(dataDir, ids[0]);
    expect(await snapshots('rollback')).toMatchObject({ code: 4, err: expect.stringContaining('no whole snapshot') });
  });
});

describe('snapshots prune', () => {
  test('keeps the newest, and the current one whatever its age', async () => {
    promoteSnapshot(dataDir, ids[0]);
    const { code, out } = await snapshots('prune', '--keep', '2');
    expect(code).toBe(0);
    expect(out).toBe(`removed  ${ids[1]}\n1 snapshots removed, 2 kept\n`);
    expect(listSnapshots(dataDir)).toEqual([ids[0], ids[2]]);
    expect(JSON.parse((await snapshots('prune', '--keep', '1', '--json')).out)).toEqual({
      removed: [ids[2]],
      kept: [ids[0]],
    });
  });

  test('removes nothing while the current one is damaged', async () => {
    damage(ids[2], snapshotFileNames.graph);
    expect(await snapshots('prune', '--keep', '1')).toMatchObject({
      code: 7,
      err: expect.stringContaining('snapshots rollback'),
    });
    expect(listSnapshots(dataDir)).toEqual(ids);
  });
});

test.each([
  [['nothing'], 2, "unknown action 'nothing'"],
  [['diff', 'current'], 2, "'diff' with 1 ids"],
  [['diff', 'current', '1999'], 4, "no snapshot of the name '1999'"],
  [['verify', '2026'], 4, "3 snapshots of the name '2026'"],
])('snapshots %j exits with %i and says what to do', async (args, code, message) => {
  expect(await snapshots(...args)).toMatchObject({ code, err: expect.stringContaining(message) });
});

describe('status', () => {
  // Row 8 of the faults: exit 0 and counts in 16 of 19 files.
  test.each(Object.values(snapshotFileNames))('exits with 7 after a byte of %s was changed', async (name) => {
    damage(ids[2], name);
    const { code, out, err } = await status();
    expect(code).toBe(7);
    expect(out).toBe('');
    expect(err).toContain(name);
  });

  test('tells whether the files are whole and how the last night went', async () => {
    const { out } = await status();
    expect(out).toMatch(/^files +13 whole$/m);
    expect(out).toMatch(/^night +2026-03-04T02:00:00.000Z: promoted/m);
    expect(JSON.parse((await status('--json')).out)).toMatchObject({
      id: ids[2],
      verified: true,
      rollback: null,
      nights: { failedInARow: 0, last: { outcome: 'promoted' } },
    });
  });
});
