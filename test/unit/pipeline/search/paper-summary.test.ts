import { expect, test } from 'vitest';
import { summarizePaper } from '../../../../pipeline/search/hits.ts';
import { createAuthorTest } from '../../../../pipeline/search/suggest/authors.ts';

const names = ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether', 'Émilie du Châtelet', 'Mary Somerville'];
const namedIn = (asked: readonly string[], authors: readonly string[] = names) =>
  summarizePaper({ id: 'p', title: 'A paper', abstract: '', authors: [...authors] }, createAuthorTest(asked)).authors;

test.each<[string, string[], string[]]>([
  ['nobody else was asked for', [], ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether']],
  ['whoever was asked for is the second', ['Hopper'], ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether']],
  ['one is asked for whom no list would show', ['e. chatelet'], ['Ada Lovelace', 'Émilie du Châtelet', 'Grace Hopper']],
  ['one of two is shown anyway', ['Somerville', 'Lovelace'], ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether']],
])('a list names the first three, where %s', (_, asked, expected) => {
  expect(namedIn(asked)).toEqual(expected);
});

test('of one or two authors all are named', () => {
  expect(namedIn(['Hopper'], names.slice(0, 1))).toEqual(['Ada Lovelace']);
  expect(namedIn(['Hopper'], names.slice(0, 2))).toEqual(['Ada Lovelace', 'Grace Hopper']);
});
