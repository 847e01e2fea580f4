import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentSnapshotId } from '../../../pipeline/store/data-folder.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { runPaperfield } from '../../fixtures/paperfield-process.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const cwd = folder.path;

beforeAll(async () => {
  const papers = await samplePapers();
  mkdirSync(join(cwd, 'inbox'));
  writeJsonl(join(cwd, 'inbox', 'monday.jsonl'), papers.slice(0, 10));
  writeJsonl(join(cwd, 'inbox', 'tuesday.jsonl'), papers.slice(10, 15));
  const options = { source: ['inbox'], dataDir: 'library', epochs: 5, keep: 3 };
  writeFileSync(join(cwd, 'paperfield.config.json'), JSON.stringify(options));
});
afterAll(() => folder.remove());

const log = () =>
  readFileSync(join(cwd, 'library', 'logs', 'nightly.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');

test('cron needs one word: sources come from the config file, and one line is answered', async () => {
  const first = await runPaperfield(['nightly'], { cwd });
  expect(first.code, first.err).toBe(0);
  expect(first.out).toMatch(
    /^nightly: promoted \S+, 15 papers in \d+ topics?, 15 embedded, 0 old snapshots removed, .+\n$/,
  );
  const again = await runPaperfield(['nightly'], { cwd });
  expect(again.out).toMatch(
    /^nightly: unchanged \S+, 15 papers in \d+ topics?, 0 embedded, 0 old snapshots removed, .+\n$/,
  );
  expect(again.out).toContain(currentSnapshotId(join(cwd, 'library')));
  expect(log()).toHaveLength(2);
});

test('of two that start at once, one does the work and the other gives way', async () => {
  const args = ['nightly', '--data-dir', 'shared', '--source', 'inbox'];
  const ended = await Promise.all([runPaperfield(args, { cwd }), runPaperfield(args, { cwd })]);
  const codes = ended.map(({ code }) => code).sort();
  // On a busy machine the second may start when the first is done: then it finds nothing to do.
  expect([
    [0, 0],
    [0, 5],
  ]).toContainEqual(codes);
  expect(ended.filter(({ out }) => out.includes('promoted'))).toHaveLength(1);
});
