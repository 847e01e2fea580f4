import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFolder } from '../../../pipeline/runtime/create-folder.ts';
import { runPaperfield } from '../../fixtures/paperfield-process.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();

describe('createFolder', () => {
  test('creates the missing folders of a path', () => {
    const path = join(newFolder(), 'a', 'b', 'c');
    createFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
    createFolder(path);
  });

  test('follows symbolic links to folders', () => {
    const root = newFolder();
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'));
    createFolder(join(root, 'link', 'sub'));
    expect(statSync(join(root, 'real', 'sub')).isDirectory()).toBe(true);
  });

  test('throws at a file, below one, and below a broken symbolic link', () => {
    const root = newFolder();
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'absent'), join(root, 'broken'));
    for (const path of ['file', join('file', 'sub')])
      expect(() => createFolder(join(root, path))).toThrow(/EEXIST|ENOTDIR/);
    expect(() => createFolder(join(root, 'broken', 'sub'))).toThrow(/EEXIST|ENOENT/);
  });
});

const hasProc = existsSync('/proc/self');

// Where a folder cannot be created although its parent exists, `mkdir` of Node with `recursive` never returns.
describe.skipIf(!hasProc)('a folder below /proc (needs /proc)', () => {
  test('is refused with the system error', () => {
    expect(() => createFolder('/proc/paperfield-test/data')).toThrow(/ENOENT/);
  });

  test.each([
    ['build --source papers.jsonl --data-dir /proc/paperfield-test', '--data-dir'],
    ['nightly --source papers.jsonl --data-dir /proc/paperfield-test', '--data-dir'],
    ['embed papers.jsonl --out v.npy --model Org/model --data-dir /proc/paperfield-test', '--data-dir'],
    ['train --corpus papers.jsonl --out /proc/paperfield-test/model', '--out'],
  ])('ends `%s` at once, with one sentence that says what to do', async (call, remedy) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'papers.jsonl'), '{"title": "A title", "abstract": "An abstract."}\n');
    const { code, out, err } = await runPaperfield(call.split(' '), { cwd });
    expect({ code, out }, err).toEqual({ code: 3, out: '' });
    const sentence = `^paperfield: /proc/paperfield-test\\S*: cannot be written \\(ENOENT.*; give another ${remedy}\n$`;
    expect(err).toMatch(new RegExp(sentence));
  });
});
