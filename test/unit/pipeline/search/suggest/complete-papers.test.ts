import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import { createIdPrefixLookup, findRowsByTitle } from '../../../../../pipeline/search/suggest/complete-papers.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

const prefixArbitrary = fc.oneof(vocabularyWord, fc.constantFrom('', 'bax', 'baxd', 'du', 'x'));

test('findRowsByTitle returns the titles that a full scan finds, the best match first', () => {
  let found = 0;
  fc.assert(
    fc.property(
      smallVocabularyPapers,
      fc.array(vocabularyWord, { maxLength: 2 }),
      prefixArbitrary,
      fc.nat(6),
      (papers, completeWords, prefix, max) => {
        const terms = [...completeWords, ...(prefix === '' ? [] : [prefix])];
        const typed = prefix === '' ? `${completeWords.join(' ')} ` : terms.join(' ');
        const matches = papers.flatMap(({ title }, row) => {
          const words = splitWords(title);
          const isMatch = (word: string | undefined, i: number) =>
            i < completeWords.length ? word === completeWords[i] : word?.startsWith(prefix) === true;
          const position = words.findIndex((_, at) => terms.every((_, i) => isMatch(words[at + i], i)));
          const hasAll = terms.every((_, i) => words.some((word) => isMatch(word, i)));
          if (terms.length === 0 || !hasAll || (completeWords.length === 0 && prefix.length < 2)) return [];
          return [{ row, quality: position < 0 ? 2 : Math.min(position, 1), length: words.length }];
        });
        matches.sort((a, b) => a.quality - b.quality || a.length - b.length || a.row - b.row);
        found += matches.length;
        expect(findRowsByTitle(buildIndex(papers), typed, max)).toEqual(matches.slice(0, max).map(({ row }) => row));
      },
    ),
    { seed: 4, numRuns: 1500 },
  );
  expect(found).toBeGreaterThan(1000);
});

test('findRowsByTitle analyzes titles as search does: case, accents, hyphens and word forms do not matter', () => {
  const titles = ['Schrödinger Bridges', 'State-of-the-Art robots', 'A bridge'];
  const index = buildIndex(titles.map((title) => ({ title, abstract: 'schrodinger bridge' })));
  expect(findRowsByTitle(index, 'SCHRODINGER bri', 9)).toEqual([0]);
  expect(findRowsByTitle(index, 'state of th', 9)).toEqual([1]);
  expect(findRowsByTitle(index, 'bridges', 9)).toEqual([0, 2]);
  expect(findRowsByTitle(index, 'schrodinger', 0)).toEqual([]);
});

test('createIdPrefixLookup finds ids by prefix, with or without the part before the colon', () => {
  const id = fc
    .tuple(fc.constantFrom('', 'x:', 'X:', 'y:'), fc.stringMatching(/^[abA]{1,3}$/))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { maxLength: 12 }),
      fc.oneof(id, fc.constantFrom('', 'x:', 'b')),
      fc.nat(6),
      (ids, typed, max) => {
        const lower = typed.toLowerCase();
        const withoutSource = (text: string) => text.toLowerCase().replace(/^.*:/, '');
        const naive = ids
          .map((one, row) => ({ one: one.toLowerCase(), row }))
          .filter(({ one }) => (lower.includes(':') ? one : withoutSource(one)).startsWith(lower))
          .sort((a, b) =>
            withoutSource(a.one) === withoutSource(b.one)
              ? a.row - b.row
              : withoutSource(a.one) < withoutSource(b.one)
                ? -1
                : 1,
          );
        expect(runToCompletion(createIdPrefixLookup(ids))(typed, max)).toEqual(
          naive.slice(0, max).map(({ row }) => row),
        );
      },
    ),
    { seed: 6, numRuns: 800 },
  );
});
