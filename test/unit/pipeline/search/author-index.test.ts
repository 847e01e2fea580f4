import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { authorQueryForExactName, possibleAuthorQuery } from '../../../../pipeline/search/author-index.ts';
import { authorsOf } from '../../../fixtures/authors-of.ts';

const first = fc.constantFrom('Ada', 'A.', 'Grace', 'G', 'Émile', 'Jean-Luc', '');
const last = fc.constantFrom('Li', 'Hopper', 'Lovelace', 'Müller', "O'Neil", '李');
const name = fc.tuple(first, last).map((parts) => parts.filter(Boolean).join(' '));
const papers = fc.array(fc.array(name, { maxLength: 4 }), { maxLength: 12 });

const rowsBy = (byRow: readonly (readonly string[])[], author: string) => {
  const isAuthorOf = authorsOf(byRow).writtenBy(author);
  return byRow.flatMap((_, row) => (isAuthorOf(row) ? [row] : []));
};

describe('writtenBy', () => {
  test.each([
    ['Hopper', [0, 1]],
    ['grace hopper', [0, 1]],
    ['Hopper, Grace', [0, 1]],
    ['G Hopper', [0, 1]],
    ['Harry Hopper', []],
    ['Grace', [0]],
    ['G', []],
    ['muller', [2]],
    ['Jean Luc', [3]],
    ['hop', []],
    ['li', [1]],
    ['', []],
  ])('with %j matches the papers %j', (author, rows) => {
    const byRow = [['Grace Hopper'], ['Lia Li', 'G. Hopper'], ['Müller, Émile'], ['Jean-Luc O’Neil'], []];
    expect(rowsBy(byRow, author)).toEqual(rows);
  });

  test('matches every author by the exact name', () => {
    fc.assert(
      fc.property(papers, (byRow) => {
        for (const [row, names] of byRow.entries())
          for (const one of names) if (/[\p{L}]{2}/u.test(one)) expect(rowsBy(byRow, one)).toContain(row);
      }),
    );
  });
});

test('topAuthors counts each author once per paper, in descending order', () => {
  fc.assert(
    fc.property(papers, fc.array(fc.nat(11)), fc.nat(5), (byRow, picks, max) => {
      const rows = [...new Set(picks)].filter((row) => row < byRow.length);
      const folded = (one: string) =>
        one
          .normalize('NFKD')
          .replace(/\p{M}/gu, '')
          .toLowerCase()
          .replace(/[^\p{L}]+/gu, ' ')
          .trim();
      const counts = new Map<string, number>();
      for (const row of rows)
        for (const one of new Set((byRow[row] ?? []).map(folded))) counts.set(one, (counts.get(one) ?? 0) + 1);
      const top = authorsOf(byRow).topAuthors(rows, max);
      expect(top.map(({ papers: count }) => count)).toEqual([...counts.values()].sort((a, b) => b - a).slice(0, max));
      for (const { name: one, papers: count } of top) expect(counts.get(folded(one))).toBe(count);
    }),
  );
});

test('complete matches any word of a name, authors with most papers first', () => {
  const authors = authorsOf([
    ['Ada Li', 'Grace Hopper'],
    ['Grace Hopper'],
    ['Ada Lovelace'],
    ['Ada Lovelace', 'Li Grace'],
  ]);
  expect(authors.complete('grace', 5).map(({ name: one }) => one)).toEqual(['Grace Hopper', 'Li Grace']);
  expect(authors.complete('ada', 1)).toEqual([{ name: 'Ada Lovelace', papers: 2 }]);
  expect(authors.complete('?', 5)).toEqual([]);
});

describe('possibleAuthorQuery', () => {
  const authors = authorsOf([['Grace Hopper'], ['Ada Lovelace']]);
  test.each([
    ['Grace Hopper', 'author:"Grace Hopper"'],
    ['lovelace', 'author:lovelace'],
    ['lovelace since:2020', null],
    ['"Grace Hopper"', null],
    ['compilers by Grace Hopper', null],
    ['Harry Hopper', null],
    ['like:lovelace', null],
    ['lovelace not:a', null],
    ['', null],
  ])('for %j is %j', (q, expected) => {
    expect(possibleAuthorQuery(authors, parseQuery(q))).toBe(expected);
  });
});

describe('authorQueryForExactName', () => {
  const authors = authorsOf([['Émile du Châtelet', 'Wei Li'], ['Grace M. Hopper', 'Li Wei'], ['Li Wei'], ['OpenAI']]);
  test.each([
    ['emile du chatelet', 'author:"Émile du Châtelet"'],
    ['Châtelet, Émile du', 'author:"Émile du Châtelet"'],
    ['GRACE HOPPER', 'author:"Grace M. Hopper"'],
    ['wei li', 'author:"Li Wei"'],
    ['li li', null],
    ['Châtelet', null],
    ['openai', null],
    ['E. du Châtelet', null],
    ['Grace Hopper compilers', null],
    ['Grace Hopper since:2020', null],
    ['', null],
  ])('for %j is %j', (q, expected) => {
    expect(authorQueryForExactName(authors, parseQuery(q))).toBe(expected);
  });

  test('finds the papers of any author by the full name, first or last name first', () => {
    fc.assert(
      fc.property(papers, fc.boolean(), (byRow, isReversed) => {
        const all = authorsOf(byRow);
        for (const one of byRow.flat()) {
          const words = one.split(' ');
          const exactName = all.exactName((isReversed ? words.toReversed() : words).join(' ').toUpperCase());
          if (words.length > 1) expect(rowsBy(byRow, exactName ?? '')).toEqual(rowsBy(byRow, one));
        }
      }),
    );
  });
});
