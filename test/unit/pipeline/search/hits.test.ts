import { expect, test } from 'vitest';
import { createAuthorMatcher } from '../../../../pipeline/search/author-index.ts';
import { summarizePaper } from '../../../../pipeline/search/hits.ts';

const names = ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether', 'Émilie du Châtelet', 'Mary Somerville'];
const summaryAuthors = (queried: readonly string[], authors: readonly string[] = names) =>
  summarizePaper({ id: 'p', title: 'A paper', abstract: '', authors: [...authors] }, createAuthorMatcher(queried))
    .authors;

test.each<[string, string[], string[]]>([
  ['no author is in the query', [], ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether']],
  ['an author among the first three is in the query', ['Hopper'], ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether']],
  ['a later author is in the query', ['e. chatelet'], ['Ada Lovelace', 'Émilie du Châtelet', 'Grace Hopper']],
  [
    'an early and a later author are in the query',
    ['Somerville', 'Lovelace'],
    ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether'],
  ],
])('a summary names three authors if %s', (_, queried, expected) => {
  expect(summaryAuthors(queried)).toEqual(expected);
});

test('a summary names all of one or two authors', () => {
  expect(summaryAuthors(['Hopper'], names.slice(0, 1))).toEqual(['Ada Lovelace']);
  expect(summaryAuthors(['Hopper'], names.slice(0, 2))).toEqual(['Ada Lovelace', 'Grace Hopper']);
});
