import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../pipeline/core/errors.ts';
import { readSourceLines, resolveSources, type SourceFile } from '../../../pipeline/ingest/source-files.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { zipOf } from '../../fixtures/zip-content.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const emptyInput = Readable.from([]);

/** Writes files by path within a new folder. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
/** The lines of sources as they are numbered: blank ones are left out. */
async function readNumbered(sources: readonly SourceFile[]): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for (const source of sources) {
    for await (const { number, text, isTooLong } of readSourceLines(source)) {
      if (isTooLong) throw new Error(`line ${number} is too long`);
      lines.push([number, text]);
    }
  }
  return lines;
}
const read = async (sources: readonly SourceFile[]) => (await readNumbered(sources)).map(([, text]) => text);
const numberedLinesOf = async (path: string, input: Readable = emptyInput) =>
  readNumbered(await resolveSources([path], input));
const linesOf = async (path: string, input: Readable = emptyInput) => read(await resolveSources([path], input));
const namesOf = async (paths: readonly string[]) => (await resolveSources(paths, emptyInput)).map(({ name }) => name);
const badInput = (what: string | RegExp) =>
  expect.objectContaining({ kind: 'bad_input', message: expect.stringMatching(what) });

describe('resolveSources', () => {
  test('gives files in the order of the arguments, and the files of a folder sorted by name', async () => {
    const folder = folderOf({
      'b.txt': '',
      'a.txt': '',
      'B.txt': '',
      'sub/z.txt': '',
      'sub/deep/a.txt': '',
      'c/y.gz': '',
    });
    const inFolder = ['B.txt', 'a.txt', 'b.txt', 'c/y.gz', 'sub/deep/a.txt', 'sub/z.txt'];
    expect(await namesOf([folder])).toEqual(inFolder);
    expect(await namesOf([join(folder, 'sub', 'z.txt'), folder, join(folder, 'a.txt')])).toEqual([
      'z.txt',
      ...inFolder,
      'a.txt',
    ]);
  });

  test('distinguishes the files that the user named from those found in a folder', async () => {
    const folder = folderOf({ 'a.txt': '' });
    const sources = await resolveSources([folder, join(folder, 'a.txt'), '-'], emptyInput);
    expect(sources.map(({ isExplicit }) => isExplicit)).toEqual([false, true, true]);
  });

  test('skips hidden files in a folder, but not if they are named', async () => {
    const folder = folderOf({ '.DS_Store': '', '.git/config': '', 'sub/.hidden': '', 'sub/seen.txt': '' });
    expect(await namesOf([folder])).toEqual(['sub/seen.txt']);
    expect(await namesOf([join(folder, '.DS_Store')])).toEqual(['.DS_Store']);
  });

  test('reads a folder whose own path is hidden', async () => {
    const folder = folderOf({ '.papers/a.txt': '' });
    expect(await namesOf([join(folder, '.papers')])).toEqual(['a.txt']);
  });

  test('follows links to files, in a folder too', async () => {
    const folder = folderOf({ 'real/a.txt': 'text', 'links/own.txt': 'own' });
    symlinkSync(join(folder, 'real', 'a.txt'), join(folder, 'links', 'linked.txt'));
    expect(await linesOf(join(folder, 'links', 'linked.txt'))).toEqual(['text']);
    expect(await namesOf([join(folder, 'links')])).toEqual(['linked.txt', 'own.txt']);
  });

  test('rejects a missing path, an empty folder, and no path at all, with the reason', async () => {
    const folder = newFolder();
    await expect(resolveSources([join(folder, 'absent.txt')], emptyInput)).rejects.toThrow(
      badInput(/absent\.txt.*ENOENT/),
    );
    await expect(resolveSources([folder], emptyInput)).rejects.toThrow(badInput(/contains no files/));
    await expect(resolveSources([folderOf({ '.hidden': '' })], emptyInput)).rejects.toThrow(
      badInput(/contains no files/),
    );
    await expect(resolveSources([], emptyInput)).rejects.toThrow(badInput(/--source/));
  });

  test('gives the files that a pattern matches, by name, and rejects one that matches none', async () => {
    const folder = folderOf({ 'b.bib': '', 'a.bib': '', 'a.txt': '', 'sub/c.bib': '', 'd[1].bib': '' });
    const inFolder = (name: string) => join(folder, name);
    expect(await namesOf([join(folder, '*.bib')])).toEqual(['a.bib', 'b.bib', 'd[1].bib'].map(inFolder));
    expect(await namesOf([join(folder, '**/*.bib')])).toHaveLength(4);
    expect(await namesOf([join(folder, 'd[1].bib')])).toEqual(['d[1].bib']);
    await expect(resolveSources([join(folder, '*.ris')], emptyInput)).rejects.toThrow(badInput(/no file matches/));
  });

  test('gives the lines of all files in a zip file', async () => {
    const folder = folderOf({
      'two.zip': zipOf([
        { name: 'b.txt', content: 'b' },
        { name: 'sub/a.txt', content: 'a' },
      ]),
    });
    expect(await linesOf(join(folder, 'two.zip'))).toEqual(['b', 'a']);
  });
});

describe('the lines of a source', () => {
  test.each<[string, string | Buffer, [number, string][]]>([
    [
      'end with a line feed',
      'a\nb\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'need no line end after the last',
      'a\nb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'may end as on Windows',
      'a\r\nb\r\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'leave out blank ones, but count them',
      '\na\n\n b \n\n \t\r\nc',
      [
        [2, 'a'],
        [4, ' b '],
        [7, 'c'],
      ],
    ],
    [
      'may follow a byte order mark',
      '\uFEFFa\n\uFEFFb',
      [
        [1, 'a'],
        [2, '\uFEFFb'],
      ],
    ],
    ['do not end at Unicode line separators', 'a\u2028b\u2029c\u0085d\n', [[1, 'a\u2028b\u2029c\u0085d']]],
    ['are none in an empty file', '', []],
    [
      'have U+FFFD for bytes that are not UTF-8',
      Buffer.from([0x61, 0xff, 0x0a, 0x62]),
      [
        [1, 'a\uFFFD'],
        [2, 'b'],
      ],
    ],
  ])('%s', async (_, content, expected) => {
    const folder = folderOf({ 'plain.txt': content, 'packed.txt.gz': gzipSync(content) });
    expect(await numberedLinesOf(join(folder, 'plain.txt'))).toEqual(expected);
    expect(await numberedLinesOf(join(folder, 'packed.txt.gz'))).toEqual(expected);
    expect(await numberedLinesOf('-', Readable.from([Buffer.from(content)]))).toEqual(expected);
  });

  test('come from every member of a concatenated .gz', async () => {
    const folder = folderOf({ 'two.gz': Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]) });
    expect(await linesOf(join(folder, 'two.gz'))).toEqual(['a', 'b']);
  });

  test('need not be read to the end', async () => {
    const folder = folderOf({ 'long.txt': 'line\n'.repeat(100_000) });
    const [source] = await resolveSources([join(folder, 'long.txt')], emptyInput);
    for await (const line of readSourceLines(source)) {
      expect(line).toEqual({ number: 1, text: 'line', isTooLong: false });
      break;
    }
    expect(await linesOf(folder)).toHaveLength(100_000);
  });

  test('end with the reason of a stop, even if the stream is idle', async () => {
    const stop = new AbortController();
    const idle = new PassThrough();
    // The beginning is held until it is enough to tell whether it is compressed.
    idle.write('a\n'.repeat(1000));
    const [source] = await resolveSources(['-'], idle);
    const lines: string[] = [];
    const reading = (async () => {
      for await (const { text } of readSourceLines(source, stop.signal)) lines.push(text);
    })();
    setTimeout(() => stop.abort(new Error('stopped')), 20);
    await expect(reading).rejects.toThrow('stopped');
    expect(lines).toHaveLength(1000);
    expect(idle.destroyed).toBe(true);
  });

  const long = 'A line of a paper that is not short at all.\n'.repeat(20_000);
  test.each<[string, string, Buffer]>([
    ['truncated .gz', 'cut.gz', gzipSync(long).subarray(0, -20)],
    ['.gz truncated in its header', 'head.gz', gzipSync(long).subarray(0, 5)],
    ['.gz with a wrong byte', 'byte.gz', Buffer.from(gzipSync(long).map((byte, i) => (i === 30 ? byte ^ 0xff : byte)))],
  ])('of a %s end in an error with its name, and do not hang', async (_, name, content) => {
    const folder = folderOf({ [name]: content });
    await expect(linesOf(join(folder, name))).rejects.toThrow(badInput(`${name}: is damaged`));
    await expect(linesOf(folder)).rejects.toThrow(PaperfieldError);
  });

  test('of a .gz that was decompressed on the way are those of the text', async () => {
    expect(await linesOf(join(folderOf({ 'text.gz': 'plain text' }), 'text.gz'))).toEqual(['plain text']);
  });

  test('of a file that is deleted, or a stream that fails, end in an error with its name', async () => {
    const folder = folderOf({ 'gone.txt': 'x', 'gone.gz': gzipSync('x') });
    const sources = await resolveSources([folder], emptyInput);
    for (const name of ['gone.txt', 'gone.gz']) rmSync(join(folder, name));
    for (const source of sources) {
      await expect(read([source])).rejects.toThrow(badInput(/gone\.(gz|txt): cannot be read/));
    }
    const failing = Readable.from(
      (function* () {
        yield 'a\nb';
        throw new Error('the pipe broke');
      })(),
    );
    await expect(linesOf('-', failing)).rejects.toThrow(badInput(/standard input.*the pipe broke/));
  });
});

const hasXz = spawnSync('xz', ['--version'], { stdio: 'ignore' }).status === 0;
const packXz = (text: string) => spawnSync('xz', ['-c'], { input: text }).stdout;

describe('a source compressed with xz', () => {
  test.skipIf(!hasXz)('is decompressed (skipped without the program xz)', async () => {
    const folder = folderOf({ '-dash.txt.xz': packXz('ä\nb\n'), 'empty.xz': packXz('') });
    expect(await linesOf(join(folder, '-dash.txt.xz'))).toEqual(['ä', 'b']);
    expect(await linesOf(join(folder, 'empty.xz'))).toEqual([]);
  });

  test.skipIf(!hasXz)('that is truncated ends in an error (skipped without the program xz)', async () => {
    const packed = packXz('A line of a paper.\n'.repeat(50_000));
    const folder = folderOf({ 'cut.xz': packed.subarray(0, -30) });
    await expect(linesOf(join(folder, 'cut.xz'))).rejects.toThrow(badInput(/cut\.xz/));
  });

  test('reports what to install if the program xz is missing', async () => {
    const path = join(folderOf({ 'a.xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) }), 'a.xz');
    const before = process.env.PATH;
    process.env.PATH = newFolder();
    try {
      await expect(linesOf(path)).rejects.toThrow(badInput(/xz-utils/));
    } finally {
      process.env.PATH = before;
    }
  });
});
