import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Paper } from '../../../pipeline/core/paper.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
} from '../../../pipeline/store/data-folder.ts';
import { readManifest, snapshotFileNames } from '../../../pipeline/store/snapshot-files.ts';
import { openSnapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { rewriteManifest } from '../../fixtures/rewrite-manifest.ts';
import { copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

// Up to two builds of the sample each.
vi.setConfig({ testTimeout: 90_000 });

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const { run: runNightly, warnings } = nightlyRuns(dataDir);
const run: typeof runNightly = (sources, options) => runNightly(sources, { model: 'fast', epochs: 0, ...options });
let papers: readonly Paper[];
let source = '';
const write = (some: readonly object[]) => writeJsonl(source, some);
const currentPapers = () => {
  const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  const all = snapshot.papers.papers(0, snapshot.papers.count);
  snapshot.close();
  return all;
};

beforeAll(async () => {
  papers = await samplePapers();
  source = join(folder.path, 'papers.jsonl');
  await copySampleBuild(dataDir, { model: 'fast' });
});
afterAll(() => folder.remove());

// Row 2 of the faults: the ten papers alone were promoted without a word.
test('a source that answers with ten of 326 papers changes nothing, and that is said', async () => {
  write(papers);
  await run([source]);
  const before = currentSnapshotId(dataDir);
  write(papers.slice(0, 10));
  expect(await run([source])).toContain(`unchanged ${before}, 326 papers`);
  expect(warnings().join()).toContain('316 papers of the previous snapshot are in no source: they are kept');
  expect(JSON.parse(readFileSync(dataPaths(dataDir).gonePapers, 'utf8')).papers).toHaveProperty(papers[10].id);
});

// Row 11: refused for the trustworthiness of the map, with no word about abstracts.
test('a source that answers with empty abstracts changes nothing, and that is said', async () => {
  const before = currentSnapshotId(dataDir);
  write(papers.map((paper) => ({ ...paper, abstract: '' })));
  expect(await run([source])).toContain(`unchanged ${before}, 326 papers`);
  expect(warnings().join()).toContain('326 papers came without an abstract and keep the one they had');
});

test('marked papers say since when they are gone', async () => {
  write(papers.slice(0, 320));
  expect(await run([source], { gone: 'mark' })).toContain('326 papers');
  expect(currentPapers().filter(({ goneSince }) => goneSince !== undefined)).toHaveLength(6);
  const id = currentSnapshotId(dataDir);
  expect(await run([source], { gone: 'mark' })).toContain(`unchanged ${id}`);
});

test('removed papers leave after their nights', async () => {
  expect(await run([source], { gone: 'remove', goneNights: 4 })).toContain('326 papers');
  expect(await run([source], { gone: 'remove', goneNights: 4 })).toContain('320 papers');
});

describe('papers that only a damaged snapshot has', () => {
  test('are kept if its database is whole', async () => {
    const damaged = currentSnapshotFolder(dataDir);
    truncateSync(join(damaged, snapshotFileNames.hnsw), 1000);
    write(papers.slice(0, 10));
    expect(await run([source])).toContain('320 papers');
    expect(currentSnapshotFolder(dataDir)).not.toBe(damaged);
  });

  test('are taken from the snapshot before if it is not', async () => {
    write(papers.slice(0, 321));
    await run([source]);
    truncateSync(join(currentSnapshotFolder(dataDir), snapshotFileNames.papers), 5000);
    write(papers.slice(0, 10));
    expect(await run([source])).toContain('320 papers');
    expect(warnings().join()).toMatch(
      /the papers of snapshot \S+ cannot be read: .*papers\.sqlite: its checksum is wrong/,
    );
  });

  test('are kept across a change of the snapshot format', async () => {
    rewriteManifest(currentSnapshotFolder(dataDir), (fields) => ({ ...fields, format: 5 }));
    expect(await run([source])).toContain('320 papers');
    expect(readManifest(currentSnapshotFolder(dataDir)).format).toBe(6);
  });
});

test('a damaged count of nights begins anew', async () => {
  const kept = listSnapshots(dataDir).length;
  writeFileSync(dataPaths(dataDir).gonePapers, '{"night":');
  expect(await run([source])).toContain('unchanged');
  expect(warnings().join()).toContain('the nights of gone papers are counted anew');
  expect(listSnapshots(dataDir)).toHaveLength(kept);
});
