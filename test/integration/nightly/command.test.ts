import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('with a source that fails', () => {
  const at = join(cwd, 'mixed');
  const nightly = (...args: string[]) => runPaperfield(['nightly', ...args], { cwd: at });
  beforeAll(() => {
    mkdirSync(at);
    const sources = [
      { kind: 'files', name: 'here', paths: ['../inbox'] },
      { kind: 'files', name: 'away', paths: ['/does/not/exist'] },
    ];
    writeFileSync(join(at, 'paperfield.config.json'), JSON.stringify({ sources, epochs: 5, model: 'fast' }));
  });

  test('a dry run says what would be done, and leaves nothing', async () => {
    const { code, out, err } = await nightly('--dry-run');
    expect(code).toBe(9);
    expect(out).toMatch(/^fetch {3}here: would fetch: .*\nfetch {3}away: FAILED, /);
    expect(out).toContain('papers  nothing has been fetched yet from here, away');
    expect(out).toMatch(/\ndry run: nothing was kept or changed\n$/);
    expect(err).toContain('1 of the sources failed (away)');
    expect(existsSync(join(at, 'data'))).toBe(false);
  });

  test('there is a new snapshot, a line that names the source, and exit code 9', async () => {
    const { code, out, err } = await nightly();
    expect(code, err).toBe(9);
    expect(out).toMatch(/^nightly: promoted \S+, 15 papers .*, sources failed: away, /);
    expect(err).toMatch(/warning: source away failed, what it gave before stays in use: /);
    expect(err).toMatch(/paperfield: 1 of the sources failed \(away\); what they gave before stays in use\n$/);
    const status = await runPaperfield(['status'], { cwd: at });
    expect(status.out).toMatch(/\nsource {4}away failed last night: /);
  });

  test('a night without fetching succeeds, and so does a build', async () => {
    const { code, out, err } = await nightly('--no-fetch');
    expect(code, err).toBe(0);
    expect(out).toMatch(/^nightly: unchanged \S+, 15 papers/);
    const built = await runPaperfield(['build'], { cwd: at });
    expect(built.code, built.err).toBe(0);
    expect(built.out).toContain('15 papers (0 embedded, 15 from the cache)');
    const dry = await nightly('--no-fetch', '--dry-run');
    expect(dry.out).toMatch(
      /^papers {2}15 from 2 files that are there: 0 new, .*\nbuild {3}nothing, unless something new/,
    );
  });
});

test('a build and a night without any papers name the ways in which they come', async () => {
  const at = join(cwd, 'empty');
  mkdirSync(at);
  for (const command of ['build', 'nightly']) {
    const { code, err } = await runPaperfield([command], { cwd: at });
    expect(code).toBe(3);
    expect(err).toMatch(/no papers to build from: .*--source.*paperfield\.config\.json.*paperfield import FILE/);
  }
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
