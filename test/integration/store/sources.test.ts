import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../pipeline/core/errors.ts';
import type { SourceFile } from '../../../pipeline/ingest/sources.ts';
import { openSources } from '../../../pipeline/ingest/sources.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
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
async function read(sources: readonly SourceFile[]): Promise<string[]> {
  const lines: string[] = [];
  for (const source of sources) for await (const line of source.lines()) lines.push(line);
  return lines;
}
const linesOf = async (path: string, input: Readable = emptyInput) => read(await openSources([path], input));
const namesOf = async (paths: readonly string[]) => (await openSources(paths, emptyInput)).map(({ name }) => name);
const badInput = (what: string | RegExp) =>
  expect.objectContaining({ kind: 'bad_input', message: expect.stringMatching(what) });

describe('openSources', () => {
  test('takes files as they are named, and the files of a folder in the order of their names', async () => {
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

  test('knows which files the user named and which stood in a folder', async () => {
    const folder = folderOf({ 'a.txt': '' });
    const sources = await openSources([folder, join(folder, 'a.txt'), '-'], emptyInput);
    expect(sources.map(({ explicit }) => explicit)).toEqual([false, true, true]);
  });

  test('passes over what is hidden in a folder, and takes it where it is named', async () => {
    const folder = folderOf({ '.DS_Store': '', '.git/config': '', 'sub/.hidden': '', 'sub/seen.txt': '' });
    expect(await namesOf([folder])).toEqual(['sub/seen.txt']);
    expect(await namesOf([join(folder, '.DS_Store')])).toEqual(['.DS_Store']);
  });

  test('takes a folder whose own path is hidden', async () => {
    const folder = folderOf({ '.papers/a.txt': '' });
    expect(await namesOf([join(folder, '.papers')])).toEqual(['a.txt']);
  });

  test('follows links to files, in a folder too', async () => {
    const folder = folderOf({ 'real/a.txt': 'text', 'links/own.txt': 'own' });
    symlinkSync(join(folder, 'real', 'a.txt'), join(folder, 'links', 'linked.txt'));
    expect(await linesOf(join(folder, 'links', 'linked.txt'))).toEqual(['text']);
    expect(await namesOf([join(folder, 'links')])).toEqual(['linked.txt', 'own.txt']);
  });

  test('refuses a path that is not there, an empty folder, and no path at all, each by its name', async () => {
    const folder = newFolder();
    await expect(openSources([join(folder, 'absent.txt')], emptyInput)).rejects.toThrow(
      badInput(/absent\.txt.*ENOENT/),
    );
    await expect(openSources([folder], emptyInput)).rejects.toThrow(badInput(/holds no files/));
    await expect(openSources([folderOf({ '.hidden': '' })], emptyInput)).rejects.toThrow(badInput(/holds no files/));
    await expect(openSources([], emptyInput)).rejects.toThrow(badInput(/--source/));
  });
});

describe('the lines of a source', () => {
  test.each<[string, string | Buffer, string[]]>([
    ['ended by line feeds', 'a\nb\n', ['a', 'b']],
    ['without an end of the last', 'a\nb', ['a', 'b']],
    ['ended as Windows does', 'a\r\nb\r\n', ['a', 'b']],
    ['with blank ones among them', '\na\n\n b \n\n', ['', 'a', '', ' b ', '']],
    ['behind a byte order mark', '\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
    ['with line separators that are none in a file', 'a\u2028b\u2029c\u0085d\n', ['a\u2028b\u2029c\u0085d']],
    ['none of an empty file', '', []],
    ['with bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x0a, 0x62]), ['a\uFFFD', 'b']],
  ])('%s', async (_, content, expected) => {
    const folder = folderOf({ 'plain.txt': content, 'packed.txt.gz': gzipSync(content) });
    expect(await linesOf(join(folder, 'plain.txt'))).toEqual(expected);
    expect(await linesOf(join(folder, 'packed.txt.gz'))).toEqual(expected);
    expect(await linesOf('-', Readable.from([Buffer.from(content)]))).toEqual(expected);
  });

  test('are whole wherever the stream is cut into pieces, within a letter too', async () => {
    const cut = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.array(fc.nat(200), { maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(cut, async ([text, cuts]) => {
        const bytes = Buffer.from(`${text}\nüñ🦜 ${text}`);
        const places = [0, ...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        const expected = bytes
          .toString()
          .replace(/^\uFEFF/, '')
          .split(/\r?\n|\r/);
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf('-', Readable.from(pieces))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('come from every member of a .gz that was put together of several', async () => {
    const folder = folderOf({ 'two.gz': Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]) });
    expect(await linesOf(join(folder, 'two.gz'))).toEqual(['a', 'b']);
  });

  test('can be left before their end', async () => {
    const folder = folderOf({ 'long.txt': 'line\n'.repeat(100_000) });
    const [source] = await openSources([join(folder, 'long.txt')], emptyInput);
    for await (const line of source.lines()) {
      expect(line).toBe('line');
      break;
    }
    expect(await linesOf(folder)).toHaveLength(100_000);
  });

  const long = 'A line of a paper that is not short at all.\n'.repeat(20_000);
  test.each<[string, string, Buffer]>([
    ['.gz that is cut', 'cut.gz', gzipSync(long).subarray(0, -20)],
    ['.gz that is cut in its head', 'head.gz', gzipSync(long).subarray(0, 5)],
    ['.gz that is no such file', 'text.gz', Buffer.from('plain text')],
    ['.gz with a wrong byte', 'byte.gz', Buffer.from(gzipSync(long).map((byte, i) => (i === 30 ? byte ^ 0xff : byte)))],
  ])('of a %s end in an error with its name, and do not hang', async (_, name, content) => {
    const folder = folderOf({ [name]: content });
    await expect(linesOf(join(folder, name))).rejects.toThrow(badInput(`${name}: cannot be read`));
    await expect(linesOf(folder)).rejects.toThrow(PaperfieldError);
  });

  test('of a file that goes away, or a stream that fails, end in an error with its name', async () => {
    const folder = folderOf({ 'gone.txt': 'x', 'gone.gz': gzipSync('x') });
    const sources = await openSources([folder], emptyInput);
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

describe('a source packed with xz', () => {
  test.skipIf(!hasXz)('is unpacked (skipped where there is no program xz)', async () => {
    const folder = folderOf({ '-dash.txt.xz': packXz('ä\nb\n'), 'empty.xz': packXz('') });
    expect(await linesOf(join(folder, '-dash.txt.xz'))).toEqual(['ä', 'b']);
    expect(await linesOf(join(folder, 'empty.xz'))).toEqual([]);
  });

  test.skipIf(!hasXz)(
    'that is cut or no such file ends in an error (skipped where there is no program xz)',
    async () => {
      const packed = packXz('A line of a paper.\n'.repeat(50_000));
      const folder = folderOf({ 'cut.xz': packed.subarray(0, -30), 'text.xz': Buffer.from('plain') });
      await expect(linesOf(join(folder, 'cut.xz'))).rejects.toThrow(badInput(/cut\.xz/));
      await expect(linesOf(join(folder, 'text.xz'))).rejects.toThrow(badInput(/text\.xz/));
    },
  );

  test('says what to install where there is no program xz', async () => {
    const path = join(folderOf({ 'a.xz': 'x' }), 'a.xz');
    const before = process.env.PATH;
    process.env.PATH = newFolder();
    try {
      await expect(linesOf(path)).rejects.toThrow(badInput(/xz-utils/));
    } finally {
      process.env.PATH = before;
    }
  });
});
