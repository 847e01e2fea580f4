import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { dataPaths } from '../../../pipeline/store/data-folder.ts';
import { readNights } from '../../../pipeline/store/night-log.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const source = join(folder.path, 'papers.jsonl');
const { run: runNightly } = nightlyRuns(dataDir);
const run: typeof runNightly = (sources, options) => runNightly(sources, { model: 'fast', ...options });
let papers: readonly Paper[];

beforeAll(async () => {
  papers = await samplePapers();
  writeJsonl(source, papers.slice(0, 60));
  await run([source]);
  writeJsonl(source, [
    { ...papers[0], abstract: 'Another abstract.' },
    ...papers.slice(1, 50),
    ...papers.slice(60, 63),
    { abstract: 'No title at all.' },
  ]);
  await run([source]);
});
afterAll(() => folder.remove());

test('the record of a night has its papers, rows, topics, figures and stages', () => {
  const [first, second] = readNights(dataDir);
  expect(first).toMatchObject({ outcome: 'promoted', papers: { new: { count: 60, first: [] } }, drift: null });
  expect(first).not.toHaveProperty('topics');
  expect(second).toMatchObject({
    outcome: 'promoted',
    papers: {
      new: { count: 3, first: papers.slice(60, 63).map(({ id, title }) => ({ id, title })) },
      changed: { count: 1, first: [{ id: papers[0].id, title: papers[0].title }] },
      kept: { count: 10 },
      removed: { count: 0 },
      keptAbstracts: 0,
    },
    rows: [{ kind: 'skipped', count: 1, reason: expect.stringContaining('title'), first: 'papers.jsonl:54' }],
    drift: { shared: 60 },
    report: '2026-03-03.md',
  });
  expect(second.topics).toMatchObject({ born: expect.any(Array), renamed: expect.any(Array) });
  expect(second.figures?.find(({ name }) => name === 'recallAt10')).toMatchObject({ before: 1 });
  expect(second.stages?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['parse', 'embed', 'map quality', 'snapshot']),
  );
  expect(second.warnings).toEqual([
    expect.stringContaining('papers.jsonl:54'),
    expect.stringContaining('10 papers of the previous snapshot are in no source'),
  ]);
});

test('every night has a report, also a second one on a date, an unchanged and a failed one', async () => {
  const { runs } = dataPaths(dataDir);
  await run([source]);
  await expect(run([join(folder.path, 'absent.jsonl')])).rejects.toThrow();
  const again = nightlyRuns(dataDir);
  await again.run([source], { model: 'fast' });
  expect(readdirSync(runs).sort()).toEqual([
    '2026-03-02-2.md',
    '2026-03-02.md',
    '2026-03-03.md',
    '2026-03-04.md',
    '2026-03-05.md',
  ]);
  const read = (name: string) => readFileSync(join(runs, name), 'utf8');
  expect(read('2026-03-03.md')).toMatch(/^- new: 3$/m);
  expect(read('2026-03-04.md')).toContain('**Nothing new**');
  expect(read('2026-03-05.md')).toMatch(/\*\*Failed\*\* \(bad\\_input\)|\*\*Failed\*\* \(bad_input\)/);
});
