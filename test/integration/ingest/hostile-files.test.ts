/** Small files that decompress to gigabytes: what they may cost in time and memory. */
import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { readPapers } from '../../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../../pipeline/ingest/source-files.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { startPaperfield } from '../../fixtures/paperfield-process.ts';
import { buildInto } from '../../fixtures/sample-server.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const MB = 1e6;
const TOO_LONG = 'the line is longer than 16 MiB, the limit for one line; write every paper on a line of its own';

/** A .gz of several parts, each with its number of repetitions: gzip members that follow each other are one file. */
function writeGzip(name: string, parts: readonly (readonly [Buffer | string, number])[]): string {
  const path = join(newFolder(), name);
  const members = parts.flatMap(([content, times]) => Array<Buffer>(times).fill(gzipSync(content)));
  writeFileSync(path, Buffer.concat(members));
  return path;
}
const emptyLines = (millions: number): readonly [Buffer, number] => [Buffer.alloc(10 * MB, '\n'), millions / 10];
const paper = (id: string) => `${JSON.stringify({ id, title: `Paper ${id}`, abstract: `About ${id}.` })}\n`;

async function parse(path: string, signal?: AbortSignal) {
  return readPapers(await resolveSources([path], process.stdin), silentEffects(signal));
}

/** What a task takes: milliseconds, and megabytes by which the memory of the process has risen above its highest so far. */
async function measure<T>(task: () => Promise<T>): Promise<{ result: T; ms: number; mb: number }> {
  const peak = () => process.resourceUsage().maxRSS / 1024;
  const [start, before] = [performance.now(), peak()];
  const result = await task();
  return { result, ms: performance.now() - start, mb: peak() - before };
}

const BOMB =
  /^\S+: looks like a decompression bomb \([\d.]+ MiB of gzip grow beyond \d+ MiB\); unpack it yourself if it is none$/;

describe('100 million empty lines', () => {
  test('between two papers are read in seconds', { timeout: 40_000 }, async () => {
    const path = writeGzip('empty-lines.gz', [[paper('a'), 1], emptyLines(100), [paper('b'), 1]]);
    const { result, ms, mb } = await measure(() => parse(path));
    expect(result.papers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(result.issues).toEqual([]);
    expect(ms).toBeLessThan(20_000);
    expect(mb).toBeLessThan(150);
  });

  test('in a file that is not compressed are given up within a second of the signal to stop', async () => {
    const path = join(newFolder(), 'empty-lines.jsonl');
    writeFileSync(path, paper('a'));
    for (let i = 0; i < 50; i++) appendFileSync(path, Buffer.alloc(10 * MB, '\n'));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 300);
    const { ms } = await measure(() => expect(parse(path, stop.signal)).rejects.toThrow('stopped'));
    expect(ms).toBeLessThan(1300);
  });
});

describe('a line that is too long', () => {
  test.each<[string, Buffer, number]>([['100 MB of words', Buffer.alloc(20 * MB, 'words of an abstract '), 5]])(
    '(%s) is skipped with an issue, and the rest of the file is read',
    { timeout: 40_000 },
    async (_, part, times) => {
      const path = writeGzip('long-line.jsonl.gz', [
        [`${paper('a')}{"title": "Long", "abstract": "`, 1],
        [part, times],
        [`"}\n${paper('b')}`, 1],
      ]);
      const { result, ms, mb } = await measure(() => parse(path));
      expect(result.papers.map(({ id }) => id)).toEqual(['a', 'b']);
      expect(result.issues).toEqual([
        {
          kind: 'skipped',
          file: 'long-line.jsonl.gz',
          line: 2,
          reason: TOO_LONG,
          excerpt: expect.stringMatching(/^\{"title": "Long", "abstract": "/),
        },
      ]);
      expect(ms).toBeLessThan(15_000);
      expect(mb).toBeLessThan(150);
    },
  );
});

describe('a bomb', () => {
  test.each<[string, Buffer]>([
    ['zeros', Buffer.alloc(20 * MB)],
    ['words', Buffer.alloc(20 * MB, 'words of an abstract ')],
  ])('of 1 GB of %s in 1 MB is stopped', { timeout: 40_000 }, async (_, part) => {
    const path = writeGzip('bomb.jsonl.gz', [
      [paper('a').repeat(2000), 1],
      [part, 50],
    ]);
    const { ms, mb } = await measure(() => expect(parse(path)).rejects.toThrow(BOMB));
    expect(ms).toBeLessThan(15_000);
    expect(mb).toBeLessThan(150);
  });

  test('in a folder costs the other files nothing', async () => {
    const path = writeGzip('bomb.jsonl.gz', [
      [paper('a').repeat(2000), 1],
      [Buffer.alloc(20 * MB, 'words '), 50],
    ]);
    writeFileSync(join(dirname(path), 'z.jsonl'), paper('z'));
    const { papers, issues } = await parse(dirname(path));
    expect(papers.map(({ id }) => id)).toEqual(['a', 'z']);
    expect(issues.filter(({ kind }) => kind === 'skipped')).toMatchObject([
      { file: 'bomb.jsonl.gz', reason: expect.stringMatching(/^looks like a decompression bomb/) },
    ]);
  });
});

describe('paperfield build', () => {
  const build = (path: string, dataDir: string) =>
    startPaperfield(['build', '--source', path, '--data-dir', dataDir], { cwd: newFolder(), timeoutMs: 60_000 });

  test('reports 100 MB of zeros in one sentence and leaves no lock', { timeout: 60_000 }, async () => {
    const dataDir = join(newFolder(), 'data');
    const path = writeGzip('zeros.gz', [[Buffer.alloc(20 * MB), 5]]);
    const { code, err } = await build(path, dataDir).result;
    expect(code, err).toBe(3);
    expect(err).toContain('zeros.gz: nothing but zero bytes: the disk or the download failed; get the file again');
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  test('ends within a second of SIGTERM in a file of empty lines', { timeout: 60_000 }, async () => {
    const dataDir = join(newFolder(), 'data');
    const path = join(newFolder(), 'empty-lines.jsonl');
    writeFileSync(path, paper('a'));
    for (let i = 0; i < 300; i++) appendFileSync(path, Buffer.alloc(10 * MB, '\n'));
    const running = build(path, dataDir);
    while (!existsSync(join(dataDir, 'lock'))) await new Promise((resolve) => setTimeout(resolve, 20));
    // The model is loaded in the meantime; the file takes ten seconds and more.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    running.child.kill('SIGTERM');
    const { result, ms } = await measure(() => running.result);
    expect(result.code, result.err).toBe(130);
    expect(ms).toBeLessThan(1000);
    expect(readdirSync(dataDir)).not.toContain('lock');
  });
});

// A spread of its words into an argument list was a stack overflow: one paper stopped a build.
test('an abstract of 200,000 words is built and found', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const words = Array.from({ length: 200_000 }, (_, i) => `word${i % 5000}`).join(' ');
  const papers = [{ id: 'long', title: 'A long paper', abstract: words }, ...(await samplePapers()).slice(0, 10)];
  const { manifest } = await buildInto(folder, [writeJsonl(join(folder, 'papers.jsonl'), papers)], { epochs: 5 });
  expect(manifest.counts).toMatchObject({ papers: 11, skippedRows: 0 });
});
