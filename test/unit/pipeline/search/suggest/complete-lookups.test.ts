import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import { wordAt, wordsWithPrefix } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { createIdLookup, titlesWith } from '../../../../../pipeline/search/suggest/complete-papers.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../../fixtures/few-words-papers.ts';

const beginning = fc.oneof(fewWord, fc.constantFrom('', 'bax', 'baxd', 'du', 'x'));

test('words with a beginning are those that a look at every word finds, the commonest first', () => {
  fc.assert(
    fc.property(fewWordsPapers, beginning, fc.nat(4), (papers, prefix, most) => {
      const index = indexOf(papers);
      const holding = (word: string) =>
        papers.filter(({ title, abstract }) => split(`${title} ${abstract}`).includes(word)).length;
      const naive = [...new Set(papers.flatMap(({ title, abstract }) => split(`${title} ${abstract}`)))]
        .filter((word) => word.startsWith(prefix))
        .sort((a, b) => holding(b) - holding(a) || (a < b ? -1 : 1));
      expect(wordsWithPrefix(index, prefix, most).map((word) => wordAt(index.words, word))).toEqual(
        naive.slice(0, most),
      );
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('titles with words are those that a look at every title finds, the best fit first', () => {
  let found = 0;
  fc.assert(
    fc.property(
      fewWordsPapers,
      fc.array(fewWord, { maxLength: 2 }),
      beginning,
      fc.nat(6),
      (papers, whole, begun, most) => {
        const asked = [...whole, ...(begun === '' ? [] : [begun])];
        const typed = begun === '' ? `${whole.join(' ')} ` : asked.join(' ');
        const fits = papers.flatMap(({ title }, row) => {
          const words = split(title);
          const isMet = (word: string | undefined, i: number) =>
            i < whole.length ? word === whole[i] : word?.startsWith(begun) === true;
          const place = words.findIndex((_, at) => asked.every((_, i) => isMet(words[at + i], i)));
          const hasAll = asked.every((_, i) => words.some((word) => isMet(word, i)));
          if (asked.length === 0 || !hasAll || (whole.length === 0 && begun.length < 2)) return [];
          return [{ row, fit: place < 0 ? 2 : Math.min(place, 1), length: words.length }];
        });
        fits.sort((a, b) => a.fit - b.fit || a.length - b.length || a.row - b.row);
        found += fits.length;
        expect(titlesWith(indexOf(papers), typed, most)).toEqual(fits.slice(0, most).map(({ row }) => row));
      },
    ),
    { seed: 4, numRuns: 1500 },
  );
  expect(found).toBeGreaterThan(1000);
});

test('titles are read as search reads them: without capitals, accents and hyphens, other forms of a word alike', () => {
  const titles = ['Schrödinger Bridges', 'State-of-the-Art robots', 'A bridge'];
  const index = indexOf(titles.map((title) => ({ title, abstract: 'schrodinger bridge' })));
  expect(titlesWith(index, 'SCHRODINGER bri', 9)).toEqual([0]);
  expect(titlesWith(index, 'state of th', 9)).toEqual([1]);
  expect(titlesWith(index, 'bridges', 9)).toEqual([0, 2]);
  expect(titlesWith(index, 'schrodinger', 0)).toEqual([]);
});

test('ids are found by their beginning, with what stands before the colon or without', () => {
  const id = fc
    .tuple(fc.constantFrom('', 'x:', 'X:', 'y:'), fc.stringMatching(/^[abA]{1,3}$/))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { maxLength: 12 }),
      fc.oneof(id, fc.constantFrom('', 'x:', 'b')),
      fc.nat(6),
      (ids, begun, most) => {
        const wanted = begun.toLowerCase();
        const tail = (text: string) => text.toLowerCase().replace(/^.*:/, '');
        const naive = ids
          .map((one, row) => ({ one: one.toLowerCase(), row }))
          .filter(({ one }) => (wanted.includes(':') ? one : tail(one)).startsWith(wanted))
          .sort((a, b) => (tail(a.one) === tail(b.one) ? a.row - b.row : tail(a.one) < tail(b.one) ? -1 : 1));
        expect(runToCompletion(createIdLookup(ids))(begun, most)).toEqual(naive.slice(0, most).map(({ row }) => row));
      },
    ),
    { seed: 6, numRuns: 800 },
  );
});
