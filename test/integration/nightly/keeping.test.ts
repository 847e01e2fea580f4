import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Paper } from '../../../pipeline/core/paper.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
} from '../../../pipeline/store/data-folder.ts';
import { snapshotFileNames } from '../../../pipeline/store/snapshot-files.ts';
import { verifySnapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { samplePapers, toJsonl } from '../../fixtures/corpus.ts';
import { folderState } from '../../fixtures/folder-state.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const source = join(folder.path, 'small.jsonl');
const { run: runNightly, log, last } = nightlyRuns(dataDir);
/** The sources shrink from test to test, and what they lack leaves at once; the gone policy has tests of its own. */
const run: typeof runNightly = (sources, options) =>
  runNightly(sources, { model: 'fast', promoteWorse: true, gone: 'remove', goneNights: 1, ...options });
let papers: readonly Paper[];

beforeAll(async () => {
  papers = await samplePapers();
});
afterAll(() => folder.remove());

const write = (count: number) => writeFileSync(source, toJsonl(papers.slice(0, count)));
beforeEach(() => write(12));

test('the seven newest snapshots are kept, the current one included', async () => {
  for (let count = 12; count < 21; count++) {
    write(count);
    await run([source]);
  }
  const ids = listSnapshots(dataDir);
  expect(ids).toHaveLength(7);
  expect(ids.at(-1)).toBe(currentSnapshotId(dataDir));
  const promoted = log().flatMap(({ outcome, snapshot }) => (outcome === 'promoted' ? [snapshot] : []));
  expect(ids).toEqual(promoted.slice(-7));
  const pruned = log().flatMap((line) => (line.pruned as string[] | undefined) ?? []);
  expect(pruned).toEqual(promoted.slice(0, -7));
  for (const id of pruned) expect(ids).not.toContain(id);
}, 90_000);

test.each([1, 3])('--keep %i keeps that many and never removes the current one', async (keep) => {
  for (let count = 30; count < 33; count++) {
    write(count + 10 * keep);
    await run([source]);
  }
  expect(listSnapshots(dataDir).length).toBeGreaterThan(keep);
  expect(await run([source], { keep })).toMatch(/unchanged .* [1-9]\d* old snapshots? removed/);
  expect(listSnapshots(dataDir)).toHaveLength(keep);
  await verifySnapshot(currentSnapshotFolder(dataDir));
  for (let more = 0; more < 2; more++) {
    write(80 + 3 * keep + more);
    await run([source], { keep });
    expect(listSnapshots(dataDir)).toHaveLength(keep);
    expect(listSnapshots(dataDir)).toContain(currentSnapshotId(dataDir));
  }
});

test('a failed run is logged with its reason, and the current snapshot stays', async () => {
  await run([source]);
  const id = currentSnapshotId(dataDir);
  const lines = log().length;
  for (const [bad, code] of [
    [join(folder.path, 'absent.jsonl'), 'bad_input'],
    [folder.path, 'bad_input'],
  ] as const) {
    if (bad === folder.path) writeFileSync(join(folder.path, 'broken.jsonl.gz'), 'not gzip');
    await expect(run([bad === folder.path ? join(bad, 'broken.jsonl.gz') : bad])).rejects.toMatchObject({
      kind: code,
    });
    expect(log().at(-1)).toMatchObject({ outcome: 'failed', code, message: expect.stringContaining('.jsonl') });
  }
  await expect(run([source], { model: 'no-such-model' })).rejects.toMatchObject({ kind: 'model' });
  expect(log().at(-1)).toMatchObject({ outcome: 'failed', code: 'model' });
  expect(log()).toHaveLength(lines + 3);
  expect(currentSnapshotId(dataDir)).toBe(id);
  await verifySnapshot(currentSnapshotFolder(dataDir));
});

test('every line of the log has the start time and the duration of its run', async () => {
  await run([source]);
  const lines = log();
  expect(lines.length).toBeGreaterThan(20);
  for (const { time, tookMs } of lines) {
    expect(new Date(String(time)).toISOString()).toBe(time);
    // The clock does not advance during these runs.
    expect(tookMs).toBe(0);
  }
  expect(lines.at(-1)?.time).toBe(last());
});

test('a lock that another process holds is reported, is no night of its own, and nothing changes', async () => {
  await run([source]);
  const before = folderState(join(dataDir, 'snapshots'));
  // A living process that is not this one: the parent, which runs the tests.
  const holder = { pid: process.ppid, host: hostname(), since: '2026-01-02T03:04:05.000Z' };
  const { lock } = dataPaths(dataDir);
  writeFileSync(lock, JSON.stringify(holder));
  write(20);
  const nights = log().length;
  await expect(run([source])).rejects.toMatchObject({ kind: 'locked' });
  expect(log()).toHaveLength(nights);
  expect(folderState(join(dataDir, 'snapshots'))).toEqual(before);
  // Larger than any process id: the holder is gone.
  writeFileSync(lock, JSON.stringify({ ...holder, pid: 2 ** 30 }));
  expect(await run([source])).toContain('promoted');
  expect(existsSync(lock)).toBe(false);
});

describe('a current snapshot with a damaged file', () => {
  beforeEach(() => write(16));
  beforeAll(async () => {
    write(16);
    await run([source]);
  });

  test.each(Object.values(snapshotFileNames))('is built again from the same input: %s', async (name) => {
    const damaged = currentSnapshotFolder(dataDir);
    truncateSync(join(damaged, name), statSync(join(damaged, name)).size >> 1);
    if (statSync(join(damaged, name)).size === 0) writeFileSync(join(damaged, name), 'damaged');
    expect(await run([source])).toMatch(/promoted .* 0 embedded/);
    expect(currentSnapshotFolder(dataDir)).not.toBe(damaged);
    await verifySnapshot(currentSnapshotFolder(dataDir));
  });
});

test('a current snapshot that was removed is built again', async () => {
  await run([source]);
  writeFileSync(dataPaths(dataDir).current, '2020-01-01T00-00-00Z-00000000\n');
  expect(await run([source])).toContain('promoted');
  await verifySnapshot(currentSnapshotFolder(dataDir));
});

test('the texts of a damaged vector cache are embedded again', async () => {
  await run([source]);
  const { vectorCache } = dataPaths(dataDir);
  const modelFolder = join(vectorCache, readdirSync(vectorCache)[0]);
  for (const name of readdirSync(modelFolder)) truncateSync(join(modelFolder, name), 100);
  write(13);
  expect(await run([source])).toMatch(/13 papers .* 13 embedded/);
  write(14);
  expect(await run([source])).toMatch(/14 papers .* 1 embedded/);
});
