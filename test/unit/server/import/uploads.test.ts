import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { HTTPException } from 'hono/http-exception';
import { afterEach, describe, expect, test } from 'vitest';
import { createUploadFolder, idOfFolder, receiveFile, safeFileName } from '../../../../server/import/uploads.ts';
import { importId } from '../../../../server/schemas/import.ts';
import { temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
afterEach(() => folder.remove());
const fresh = () => {
  mkdirSync(folder.path, { recursive: true });
  return folder.path;
};

describe('the name under which a sent file is kept', () => {
  test.each([
    ['refs.bib', 'refs.bib'],
    ['My papers (2026).csv', 'My papers (2026).csv'],
    ['arxiv.jsonl.gz', 'arxiv.jsonl.gz'],
    ['論文.ris', '論文.ris'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\refs.bib', 'refs.bib'],
    ['.bashrc', 'bashrc'],
    ['-rf.csv', 'rf.csv'],
    ['a\u0000b\n.csv', 'ab.csv'],
    ['what? "quoted" <x>|y.tsv', 'what_ _quoted_ _x__y.tsv'],
    ['..', 'file'],
    ['', 'file'],
    ['.', 'file'],
  ])('of %j is %j', (name, kept) => {
    expect(safeFileName(name, [])).toBe(kept);
  });

  test('has a number where another file has the name, in upper or lower case', () => {
    expect(safeFileName('refs.bib', ['Refs.bib'])).toBe('refs-2.bib');
    expect(safeFileName('a.jsonl.gz', ['a.jsonl.gz', 'a-2.jsonl.gz'])).toBe('a-3.jsonl.gz');
  });

  test('is always one that stays in its folder, and is short enough', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.array(fc.string(), { maxLength: 3 }),
        (name, taken) => {
          const kept = safeFileName(name, taken);
          expect(kept).toMatch(/^[^./\\\s\p{Cc}-][^/\\\p{Cc}]*$/u);
          expect(kept.length).toBeLessThan(150);
          expect(taken.map((one) => one.toLowerCase())).not.toContain(kept.toLowerCase());
          expect(kept).not.toMatch(/\p{Cs}/u);
        },
      ),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('a file that is sent', () => {
  const tooLarge = () => new HTTPException(413, { message: 'too large' });
  async function* pieces(...texts: string[]) {
    for (const text of texts) yield Buffer.from(text);
  }

  test('appears as a whole, with its number of bytes', async () => {
    const path = join(fresh(), 'a.csv');
    expect(await receiveFile(path, pieces('title\n', 'Bread\n'), 100, tooLarge)).toBe(12);
    expect(readFileSync(path, 'utf8')).toBe('title\nBread\n');
    expect(readdirSync(folder.path)).toEqual(['a.csv']);
  });

  test('is refused when it is too large, and leaves nothing', async () => {
    const path = join(fresh(), 'a.csv');
    await expect(receiveFile(path, pieces('12345', '67890'), 9, tooLarge)).rejects.toThrow('too large');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('that is not sent to its end leaves nothing', async () => {
    async function* cut() {
      yield Buffer.from('title\n');
      throw new Error('aborted');
    }
    await expect(receiveFile(join(fresh(), 'a.csv'), cut(), 100, tooLarge)).rejects.toThrow('not sent to its end');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('that cannot be written names the folder and what to do', async () => {
    const path = join(fresh(), 'missing', 'a.csv');
    await expect(receiveFile(path, pieces('a'), 100, tooLarge)).rejects.toThrow(
      /a\.csv: cannot be written.*--data-dir/,
    );
  });
});

describe('the folder of an import', () => {
  test('has a name of its own, which gives the id', async () => {
    const now = new Date();
    const [a, b] = [await createUploadFolder(fresh(), now), await createUploadFolder(fresh(), now)];
    expect(idOfFolder(a)).not.toBe(idOfFolder(b));
    expect(importId.safeParse(idOfFolder(a)).success).toBe(true);
    expect(readdirSync(folder.path)).toHaveLength(2);
  });

  test('is removed a day after it was forgotten, and no other folder is', async () => {
    const old = await createUploadFolder(fresh(), new Date());
    const other = join(folder.path, 'notes');
    mkdirSync(other);
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    for (const path of [old, other]) utimesSync(path, twoDaysAgo, twoDaysAgo);
    const recent = await createUploadFolder(folder.path, new Date());
    await createUploadFolder(folder.path, new Date());
    expect([existsSync(old), existsSync(other), existsSync(recent)]).toEqual([false, true, true]);
  });
});
