import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { runToCompletion, runWithCheckpoints } from '../../../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import {
  openPaperDatabase,
  type PaperDatabase,
  writePaperDatabase,
} from '../../../../pipeline/store/paper-database.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
let opened: PaperDatabase | undefined;
afterEach(() => opened?.close());

function written(papers: readonly Paper[]): string {
  const path = join(newFolder(), 'papers.sqlite');
  runToCompletion(writePaperDatabase(path, papers));
  return path;
}
function openedAt(path: string): PaperDatabase {
  opened?.close();
  opened = openPaperDatabase(path);
  return opened;
}
const databaseOf = (papers: readonly Paper[]) => openedAt(written(papers));
const paper = (id: string, title: string, abstract = ''): Paper => ({ id, title, abstract });

const hostile = [
  `Robert'); DROP TABLE papers;--`,
  '"quoted" AND NOT (title : *',
  '<script>alert(1)</script>',
  '\u202Eright to left\u202C עברית',
  '🦜\u{1F468}\u200D\u{1F469}\u200D\u{1F467} e\u0301',
  '%s %n {x} \\u0000 \\',
  'x'.repeat(100_000),
];
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...hostile));
const anyPaper = fc.record(
  {
    title: text,
    abstract: text,
    authors: fc.array(text, { maxLength: 4 }),
    authorCount: fc.nat(5000),
    date: fc.constantFrom('2025', '2025-01', '2025-01-07'),
    categories: fc.array(text, { maxLength: 4 }),
    url: fc.webUrl(),
    venue: text,
    organization: fc.record({ slug: text, name: text }),
    comments: fc.nat(Number.MAX_SAFE_INTEGER),
  },
  { requiredKeys: ['title', 'abstract'] },
);

describe('the paper database', () => {
  test('reads back every field of every paper, leaves out missing ones, and counts the listed authors', () => {
    fc.assert(
      fc.property(fc.array(anyPaper, { minLength: 1, maxLength: 8 }), (fields) => {
        const papers = fields.map((some, row): Paper => ({ id: `p${row}`, ...some }));
        const database = databaseOf(papers);
        expect(database.count).toBe(papers.length);
        papers.forEach((written, row) => {
          const authorCount = written.authorCount ?? written.authors?.length;
          expect(database.paper(row)).toEqual({ ...written, ...(authorCount !== undefined && { authorCount }) });
        });
        database.close();
      }),
      { numRuns: 40 },
    );
  });

  test('finds a paper by its id, however odd the id is', () => {
    const ids = [
      'a/b?c=d&e#f',
      ' leading',
      'Ünï çödé',
      '0',
      '00',
      "' OR 1=1 --",
      '🦜',
      '2301.10',
      '2301.1',
      'A',
      'a',
      ...hostile,
    ];
    const database = databaseOf(ids.map((id) => paper(id, 'title')));
    expect(database.ids()).toEqual(ids);
    ids.forEach((id, row) => {
      expect(database.rowOf(id)).toBe(row);
    });
    for (const id of ['b', '', 'leading', '%', '2301.100']) expect(database.rowOf(id)).toBeUndefined();
  });

  test('is written as a task with rising progress; if that is stopped, the file is closed and empty', async () => {
    const path = join(newFolder(), 'papers.sqlite');
    const papers = Array.from({ length: 1000 }, (_, i) => paper(`${i}`, 'Title'));
    const progress = [...writePaperDatabase(path, papers)];
    expect(progress.length).toBeGreaterThan(3);
    expect(progress[0]).toBe(0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThan(1);
    expect(openedAt(path).count).toBe(1000);
    const stoppedPath = join(newFolder(), 'papers.sqlite');
    const stop = (share: number) => (share > 0.5 ? Promise.reject(new Error('stopped')) : Promise.resolve());
    await expect(runWithCheckpoints(writePaperDatabase(stoppedPath, papers), stop)).rejects.toThrow('stopped');
    expect(openedAt(stoppedPath).count).toBe(0);
  });

  test('has equal bytes for equal papers', () => {
    const papers = hostile.map((title, row) => paper(`p${row}`, title, hostile[(row + 1) % hostile.length]));
    expect(readFileSync(written(papers)).equals(readFileSync(written(papers)))).toBe(true);
  });

  test('refuses two papers with the same id', () => {
    expect(() => written([paper('a', 'One'), paper('a', 'Two')])).toThrow(/UNIQUE/);
  });
});

describe('openPaperDatabase refuses', () => {
  const papers = Array.from({ length: 200 }, (_, row) => paper(`p${row}`, `Title ${row}`, 'Some words. '.repeat(20)));

  test.each<[string, (path: string) => void]>([
    ['missing', (path) => rmSync(path)],
    ['empty', (path) => truncateSync(path)],
    ['another kind of file', (path) => writeFileSync(path, 'no database at all, '.repeat(500))],
    ['truncated in its first page', (path) => truncateSync(path, 2000)],
    ['truncated to half', (path) => truncateSync(path, readFileSync(path).length >> 1)],
  ])('a file that is %s', (_, damage) => {
    const path = written(papers);
    damage(path);
    const use = () => {
      opened = openPaperDatabase(path);
      papers.forEach((_, row) => {
        opened?.paper(row);
      });
    };
    expect(use).toThrow(PaperfieldError);
    expect(use).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  });

  test('a missing file, without creating it', () => {
    const folder = newFolder();
    expect(() => openPaperDatabase(join(folder, 'papers.sqlite'))).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a row that does not exist, when it is read', () => {
    expect(() => databaseOf([paper('a', 'One')]).paper(1)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  });
});
