import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { openPaperDatabase, type PaperDatabase, writePaperDatabase } from '../../pipeline/store/paper-database.ts';
import { scratchFolders } from './scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
let opened: PaperDatabase | undefined;
afterEach(() => opened?.close());

function written(papers: readonly Paper[]): string {
  const path = join(newFolder(), 'papers.sqlite');
  writePaperDatabase(path, papers, () => undefined);
  return path;
}
function databaseOf(papers: readonly Paper[]): PaperDatabase {
  opened = openPaperDatabase(written(papers));
  return opened;
}
const paper = (id: string, title: string, abstract = ''): Paper => ({ id, title, abstract });
/** Titles and abstracts by row, found by an expression, the best first. */
const found = (database: PaperDatabase, expression: string, limit = 50) => [...database.match(expression, limit).rows];

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
    organisation: fc.record({ slug: text, name: text }),
    comments: fc.nat(Number.MAX_SAFE_INTEGER),
  },
  { requiredKeys: ['title', 'abstract'] },
);

describe('the paper database', () => {
  test('gives back every field of every paper, those left out left out; authors that are listed are counted', () => {
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

  test('tells of each row that it writes', () => {
    const told: number[] = [];
    writePaperDatabase(join(newFolder(), 'papers.sqlite'), [paper('a', 'A'), paper('b', 'B')], (done) =>
      told.push(done),
    );
    expect(told).toEqual([1, 2]);
  });

  test('knows the first and the last date, or none', () => {
    expect(databaseOf([paper('a', 'A')]).dateRange()).toEqual({ from: null, to: null });
    const dated = ['2025-01-07', '2024', '2025-03'].map((date, i) => ({ ...paper(`${i}`, 'T'), date }));
    expect(databaseOf([paper('a', 'A'), ...dated]).dateRange()).toEqual({ from: '2024', to: '2025-03' });
  });

  test('is the same file, byte for byte, for the same papers', () => {
    const papers = hostile.map((title, row) => paper(`p${row}`, title, hostile[(row + 1) % hostile.length]));
    expect(readFileSync(written(papers)).equals(readFileSync(written(papers)))).toBe(true);
  });

  test('refuses two papers with one id', () => {
    expect(() => written([paper('a', 'One'), paper('a', 'Two')])).toThrow(/UNIQUE/);
  });
});

describe('a word search', () => {
  test.each([
    ['accents', 'Schrödinger bridges for naïve Bayes', 'schrodinger'],
    ['accents in the query', 'Schrodinger bridges', 'schrödinger'],
    ['plurals', 'Learning Policies for Robots', 'policy'],
    ['stems', 'Grasping and Pushing', 'grasp'],
    ['letter case', 'RLHF in Practice', 'rlhf'],
    ['hyphens', 'Self-Supervised Learning', '"self supervised"'],
    ['hyphens in the query', 'Self Supervised Learning', '"self-supervised"'],
    ['other scripts', 'Глубокое обучение', 'обучение'],
  ])('does not mind %s', (_, title, query) => {
    const database = databaseOf([paper('other', 'Bandits and Regret'), paper('wanted', title)]);
    expect(found(database, query)).toEqual([1]);
    expect(found(database, `"${query.replaceAll('"', '')}"`)).toEqual([1]);
  });

  test('takes a phrase as a phrase', () => {
    const database = databaseOf([paper('a', 'Supervised by the Self'), paper('b', 'A Self-Supervised Robot')]);
    expect(found(database, '"self supervised"')).toEqual([1]);
  });

  test('finds the papers that hold the words, those alone, the best first, equal ones by row', () => {
    const word = fc.constantFrom('bax', 'dul', 'fom', 'gik', 'hep', 'jov');
    const words = fc.array(word, { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 20 }), word, word, (texts, a, b) => {
        const database = databaseOf(texts.map(([t, s], row) => paper(`p${row}`, t.join(' '), s.join(' '))));
        const naive = (holds: (all: string[]) => boolean) =>
          [...texts.keys()].filter((row) => holds(texts[row].flat()));
        for (const [expression, expected] of [
          [`"${a}" AND "${b}"`, naive((all) => all.includes(a) && all.includes(b))],
          [`"${a}" OR "${b}"`, naive((all) => all.includes(a) || all.includes(b))],
        ] as const) {
          const { rows, scores } = database.match(expression, 100);
          expect([...rows].sort((x, y) => x - y)).toEqual(expected);
          expect(database.countMatches(expression)).toBe(expected.length);
          const ordered = [...rows.keys()].sort((x, y) => scores[y] - scores[x] || rows[x] - rows[y]);
          expect(ordered).toEqual([...rows.keys()]);
          expect(scores.every((score) => score >= 0)).toBe(true);
          expect([...database.match(expression, 2).rows]).toEqual([...rows].slice(0, 2));
        }
        database.close();
      }),
      { numRuns: 40 },
    );
  });

  test('puts a word in the title before the same word in the abstract, and a rare word before a common one', () => {
    const filler = Array.from({ length: 6 }, (_, i) => paper(`f${i}`, 'Robots at Work', 'They work.'));
    const database = databaseOf([
      paper('a', 'A Study', 'Of bandits.'),
      paper('b', 'Bandits', 'A study of.'),
      ...filler,
    ]);
    expect(found(database, 'bandits')).toEqual([1, 0]);
    expect(found(database, 'robots OR bandits').slice(0, 2)).toEqual([1, 0]);
  });

  test('finds nothing where nothing matches', () => {
    const database = databaseOf([paper('a', 'One')]);
    expect(database.match('absent', 10)).toEqual({ rows: new Int32Array(0), scores: new Float32Array(0) });
    expect(database.countMatches('absent')).toBe(0);
  });
});

describe('a file that is no paper database is refused', () => {
  const papers = Array.from({ length: 200 }, (_, row) => paper(`p${row}`, `Title ${row}`, 'Some words. '.repeat(20)));

  test.each<[string, (path: string) => void]>([
    ['missing', (path) => rmSync(path)],
    ['empty', (path) => truncateSync(path)],
    ['another kind of file', (path) => writeFileSync(path, 'no database at all, '.repeat(500))],
    ['cut in its first page', (path) => truncateSync(path, 2000)],
    ['cut in half', (path) => truncateSync(path, readFileSync(path).length >> 1)],
  ])('where it is %s', (_, damage) => {
    const path = written(papers);
    damage(path);
    const use = () => {
      opened = openPaperDatabase(path);
      papers.forEach((_, row) => {
        opened?.paper(row);
      });
      opened.match('words', 10);
    };
    expect(use).toThrow(PaperfieldError);
    expect(use).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  });

  test('and is not made where it is missing: a reader never writes', () => {
    const folder = newFolder();
    expect(() => openPaperDatabase(join(folder, 'papers.sqlite'))).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('and so is a row that it does not have', () => {
    expect(() => databaseOf([paper('a', 'One')]).paper(1)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  });
});
