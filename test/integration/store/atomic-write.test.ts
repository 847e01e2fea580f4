import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeAtomically } from '../../../pipeline/store/atomic-write.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();

/** Pieces whose second cannot be read: writing fails halfway. */
const failing = Object.defineProperty([Buffer.from('new '), Buffer.from('text')], 1, {
  get() {
    throw new Error('the second piece is lost');
  },
});
const openFiles = () => readdirSync('/proc/self/fd').length;

describe('writeAtomically', () => {
  test('writes text, bytes and pieces, replaces the old content, and creates missing folders', () => {
    const path = join(newFolder(), 'a', 'b', 'file');
    for (const content of [
      'a text — of two lines\n\n',
      Buffer.from('bytes'),
      [Buffer.from('in '), Buffer.from('pieces')],
      '',
    ]) {
      writeAtomically(path, content);
      const expected = Array.isArray(content) ? 'in pieces' : content.toString();
      expect(readFileSync(path, 'utf8')).toBe(expected);
    }
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('leaves the old file unchanged and no temporary file if writing fails', () => {
    const folder = newFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old text');
    expect(() => writeAtomically(path, failing)).toThrow('the second piece is lost');
    expect(readFileSync(path, 'utf8')).toBe('old text');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('leaves no temporary file if the rename fails', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'taken', 'by a folder'), { recursive: true });
    expect(() => writeAtomically(join(folder, 'taken'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(existsSync(join(folder, 'taken', 'by a folder'))).toBe(true);
  });

  test.skipIf(!existsSync('/proc/self/fd'))('leaves no file open if writing fails (needs /proc)', () => {
    const path = join(newFolder(), 'file');
    const before = openFiles();
    for (let i = 0; i < 20; i++) expect(() => writeAtomically(path, failing)).toThrow();
    expect(openFiles() - before).toBeLessThan(10);
  });

  test('leaves the old file if the process is killed halfway', async () => {
    const path = join(newFolder(), 'file');
    writeFileSync(path, 'old text');
    const module = pathToFileURL(
      join(import.meta.dirname, '..', '..', '..', 'pipeline', 'store', 'atomic-write.ts'),
    ).href;
    // The getter of the second piece runs when the first is written; there the process waits forever.
    const script = `
      const { writeAtomically } = await import(${JSON.stringify(module)});
      const pieces = [Buffer.from('new '), Buffer.from('text')];
      Object.defineProperty(pieces, 1, { get() {
        process.stdout.write('halfway');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      } });
      writeAtomically(${JSON.stringify(path)}, pieces);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    const [output] = await Promise.race([once(child.stdout, 'data'), ended]);
    expect(String(output)).toBe('halfway');
    expect(readFileSync(path, 'utf8')).toBe('old text');
    child.kill('SIGKILL');
    await ended;
    expect(readFileSync(path, 'utf8')).toBe('old text');
  });
});
