import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperText } from '../../../../../pipeline/core/paper.ts';
import {
  countTermPairs,
  NEAR_PAIR_WINDOW,
  pairAdjacentStems,
  proximityScores,
  type TermPair,
} from '../../../../../pipeline/search/lexical/bm25.ts';
import { findWord } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

/** The definition, over lists of words: each word of the query with the next one, and the distances of their occurrences. */
function naiveScore(papers: readonly PaperText[], query: readonly string[], row: number): number {
  const df = (word: string) =>
    papers.filter(({ title, abstract }) => [...splitWords(title), ...splitWords(abstract)].includes(word)).length;
  const idf = (word: string) => Math.log(1 + (papers.length - df(word) + 0.5) / (df(word) + 0.5));
  const saturated = (times: number) => (times * 2.2) / (times + 1.2);
  const countPair = (first: string, second: string, counts: (distance: number) => boolean) => {
    const within = (text: string) => {
      const words = splitWords(text);
      let count = 0;
      words.forEach((a, i) => {
        words.forEach((b, j) => {
          if (i !== j && a === first && b === second && (first !== second || i < j) && counts(j - i)) count++;
        });
      });
      return count;
    };
    return 2 * within(papers[row].title) + within(papers[row].abstract);
  };
  let score = 0;
  for (let i = 1; i < query.length; i++) {
    const [first, second] = [query[i - 1], query[i]];
    if (df(first) === 0 || df(second) === 0) continue;
    const adjacent = countPair(first, second, (distance) => distance === 1);
    const near = countPair(first, second, (distance) => Math.abs(distance) < 8);
    // A pair that occurs twice in the query is added twice.
    score += (idf(first) + idf(second)) * (saturated(adjacent) + 0.5 * saturated(near - adjacent));
  }
  return score;
}

describe('the proximity score', () => {
  const query = fc.array(vocabularyWord, { maxLength: 6 });
  const pairsIn = (index: ReturnType<typeof buildIndex>, words: readonly string[]) =>
    pairAdjacentStems(words.map((word) => findWord(index.stems, word)).map((stem) => (stem < 0 ? undefined : stem)));

  test('sums saturated counts of adjacent pairs, and of near pairs at half weight, weighted by idf', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, query, (papers, words) => {
        const index = buildIndex(papers);
        const rows = Int32Array.from(papers.keys()).reverse();
        const scores = proximityScores(index, pairsIn(index, words), rows);
        rows.forEach((row, i) => {
          const naive = naiveScore(papers, words, row);
          expect(Math.abs(scores[i] - naive)).toBeLessThanOrEqual(1e-5 * (1 + naive));
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is higher for adjacent words in order than for near ones, and 0 beyond the window or across title and abstract', () => {
    const filler = 'fom gik fom gik fom gik fom gik';
    const index = buildIndex([
      { title: '', abstract: 'bax dul' },
      { title: '', abstract: 'dul bax' },
      { title: '', abstract: `bax ${filler} dul` },
      { title: 'bax', abstract: 'dul' },
      { title: 'bax dul', abstract: '' },
    ]);
    const [adjacent, reversed, apart, across, inTitle] = proximityScores(
      index,
      pairsIn(index, ['bax', 'dul']),
      Int32Array.of(0, 1, 2, 3, 4),
    );
    expect(inTitle).toBeGreaterThan(adjacent);
    expect(adjacent).toBeGreaterThan(reversed);
    expect(reversed).toBeCloseTo(adjacent / 2, 5);
    expect([apart, across]).toEqual([0, 0]);
  });

  test('is 0 without pairs, and empty without papers', () => {
    const index = buildIndex([{ title: 'bax dul', abstract: '' }]);
    expect(proximityScores(index, [], Int32Array.of(0))).toEqual(Float32Array.of(0));
    expect(proximityScores(index, pairAdjacentStems([0, 1]), new Int32Array(0))).toEqual(new Float32Array(0));
  });
});

describe('term pairs', () => {
  test('are adjacent terms of the query, weighted by frequency, with no pair across an unknown word', () => {
    expect(pairAdjacentStems([4, 5, 4, 5, undefined, 6, 7])).toEqual([
      { first: 4, second: 5, weight: 2 },
      { first: 5, second: 4, weight: 1 },
      { first: 6, second: 7, weight: 1 },
    ]);
    expect([pairAdjacentStems([]), pairAdjacentStems([1])]).toEqual([[], []]);
  });

  test('are counted as adjacent in order and as near in any order, twice in the title', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, fc.array(vocabularyWord, { minLength: 2, maxLength: 5 }), (papers, query) => {
        const index = buildIndex(papers);
        const pairs = pairAdjacentStems(
          query.map((word) => findWord(index.stems, word)).map((at) => (at < 0 ? undefined : at)),
        );
        const rows = Int32Array.from(papers.keys()).reverse();
        const { adjacent, near } = countTermPairs(index, pairs, rows);
        const naive = (row: number, { first, second }: TermPair, counts: (i: number, j: number) => boolean) => {
          const within = (text: string) => {
            const stems = splitWords(text).map((word) => findWord(index.stems, word));
            let count = 0;
            for (let i = 0; i < stems.length; i++) {
              for (let j = 0; j < stems.length; j++) {
                const isPair = stems[i] === first && stems[j] === second && (first !== second || i < j);
                if (isPair && i !== j && counts(i, j)) count++;
              }
            }
            return count;
          };
          return 2 * within(papers[row].title) + within(papers[row].abstract);
        };
        rows.forEach((row, i) => {
          pairs.forEach((pair, p) => {
            const at = i * pairs.length + p;
            expect(adjacent[at]).toBe(naive(row, pair, (a, b) => b - a === 1));
            expect(near[at]).toBe(naive(row, pair, (a, b) => Math.abs(b - a) < NEAR_PAIR_WINDOW));
          });
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('have no counts if there are no pairs or no papers', () => {
    const index = buildIndex([{ title: 'bax dul', abstract: '' }]);
    expect(countTermPairs(index, [], Int32Array.of(0)).near).toHaveLength(0);
    expect(countTermPairs(index, pairAdjacentStems([0, 1]), new Int32Array(0)).adjacent).toHaveLength(0);
    expect([...countTermPairs(index, pairAdjacentStems([0, 1]), Int32Array.of(0)).adjacent]).toEqual([2]);
  });
});
