import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentSnapshotFolder, currentSnapshotId } from '../../../pipeline/store/data-folder.ts';
import { openSnapshot, verifySnapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { folderState } from '../../fixtures/folder-state.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { sampleFolder, temporaryFolder } from '../../fixtures/sample-server.ts';

const SAMPLE = 326;
const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const extraFile = join(folder.path, 'extra.jsonl');
const extra = {
  id: 'extra-1',
  title: 'Reading time from tides',
  abstract: 'We read the hour from the height of the sea.',
};
const { run, log } = nightlyRuns(dataDir);

afterAll(() => folder.remove());

function currentPapers(): Map<string, string> {
  const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  try {
    return new Map(snapshot.papers.ids().map((id, row) => [id, snapshot.papers.paper(row).abstract]));
  } finally {
    snapshot.close();
  }
}

describe('over the sample pages', () => {
  beforeAll(async () => {
    const line = await run([sampleFolder]);
    expect(line).toMatch(/^nightly: promoted \S+, 326 papers in \d+ topics, 326 embedded, 0 old snapshots removed, /);
  });

  test('the first run promotes a valid snapshot', async () => {
    expect((await verifySnapshot(currentSnapshotFolder(dataDir))).counts.papers).toBe(SAMPLE);
    expect(log().at(-1)).toMatchObject({ outcome: 'promoted', embedded: SAMPLE, reused: 0, pruned: [] });
  });

  test('an unchanged input embeds nothing and writes only log and report', async () => {
    const before = { ...folderState(dataDir) };
    const id = currentSnapshotId(dataDir);
    const line = await run([sampleFolder]);
    expect(line).toContain(`unchanged ${id}, 326 papers`);
    expect(line).toContain(' 0 embedded');
    const after = folderState(dataDir);
    const logFile = join('logs', 'nightly.jsonl');
    expect(after[logFile]).not.toBe(before[logFile]);
    const logs = (state: object) =>
      Object.fromEntries(Object.entries(state).filter(([path]) => path !== logFile && !path.startsWith('runs')));
    expect(logs(after)).toEqual(logs(before));
    expect(log().at(-1)).toMatchObject({ outcome: 'unchanged', snapshot: id, embedded: 0, reused: SAMPLE });
  });

  test('with one new paper one text is embedded, and the others keep their vectors', async () => {
    writeJsonl(extraFile, [extra]);
    const previous = openSnapshot(currentSnapshotFolder(dataDir));
    const line = await run([sampleFolder, extraFile]);
    expect(line).toMatch(/promoted \S+, 327 papers .* 1 embedded/);
    expect(log().at(-1)).toMatchObject({ outcome: 'promoted', embedded: 1, reused: SAMPLE });
    const now = openSnapshot(currentSnapshotFolder(dataDir));
    expect(now.papers.rowOf('extra-1')).toBe(SAMPLE);
    expect(now.vectors.data.subarray(0, previous.vectors.data.length)).toEqual(previous.vectors.data);
    now.close();
    previous.close();
  });
});

describe('over a hundred papers and one that changes', () => {
  const base = join(folder.path, 'base.jsonl');
  beforeAll(async () => {
    writeJsonl(base, (await samplePapers()).slice(0, 100));
    writeJsonl(extraFile, [extra]);
    // Fewer papers than the sample: they would be kept without these options.
    await run([base, extraFile], { promoteWorse: true, gone: 'remove', goneNights: 1 });
  });

  test('a changed abstract is embedded', async () => {
    writeJsonl(extraFile, [{ ...extra, abstract: 'We read the hour from the color of the sea.' }]);
    expect(await run([base, extraFile])).toContain(' 1 embedded');
    expect(currentPapers().get('extra-1')).toContain('color');
    expect(currentPapers().size).toBe(101);
  });

  test('a changed date is stored, and nothing is embedded', async () => {
    const changed = { ...extra, abstract: 'We read the hour from the color of the sea.', date: '2026-02-03' };
    writeJsonl(extraFile, [changed]);
    expect(await run([base, extraFile])).toMatch(/promoted .* 0 embedded/);
    const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
    expect(snapshot.papers.paper(100).date).toBe('2026-02-03');
    snapshot.close();
  });

  test('a paper that is no longer in the input is removed if the user says so, and nothing is embedded', async () => {
    expect(await run([base], { gone: 'remove', goneNights: 1 })).toMatch(/promoted \S+, 100 papers .* 0 embedded/);
    expect(currentPapers().has('extra-1')).toBe(false);
  });

  test('another option gives another snapshot with the same vectors', async () => {
    expect(await run([base], { neighbors: 8 })).toMatch(/promoted .* 0 embedded/);
  });
});
