import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Passage } from '../../../../../pipeline/core/paper.ts';
import { findWord } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { adjacentPairs, proximityScores } from '../../../../../pipeline/search/lexical/proximity.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../../fixtures/few-words-papers.ts';

/** The definition, over lists of words: a word of the query, its next one, and where both stand. */
function naiveScore(papers: readonly Passage[], query: readonly string[], row: number): number {
  const df = (word: string) =>
    papers.filter(({ title, abstract }) => [...split(title), ...split(abstract)].includes(word)).length;
  const idf = (word: string) => Math.log(1 + (papers.length - df(word) + 0.5) / (df(word) + 0.5));
  const saturated = (times: number) => (times * 2.2) / (times + 1.2);
  const times = (first: string, second: string, counts: (distance: number) => boolean) => {
    const within = (text: string) => {
      const words = split(text);
      let found = 0;
      words.forEach((a, i) => {
        words.forEach((b, j) => {
          if (i !== j && a === first && b === second && (first !== second || i < j) && counts(j - i)) found++;
        });
      });
      return found;
    };
    return 2 * within(papers[row].title) + within(papers[row].abstract);
  };
  let score = 0;
  for (let i = 1; i < query.length; i++) {
    const [first, second] = [query[i - 1], query[i]];
    if (df(first) === 0 || df(second) === 0) continue;
    const adjacent = times(first, second, (distance) => distance === 1);
    const near = times(first, second, (distance) => Math.abs(distance) < 8);
    // A pair that the query says twice comes by here twice.
    score += (idf(first) + idf(second)) * (saturated(adjacent) + 0.5 * saturated(near - adjacent));
  }
  return score;
}

describe('what the pairs of a query are worth', () => {
  const query = fc.array(fewWord, { maxLength: 6 });
  const pairsIn = (index: ReturnType<typeof indexOf>, words: readonly string[]) =>
    adjacentPairs(words.map((word) => findWord(index.stems, word)).map((stem) => (stem < 0 ? undefined : stem)));

  test('in a paper is by its definition: side by side, or near with half the worth, saturated, by their rarity', () => {
    fc.assert(
      fc.property(fewWordsPapers, query, (papers, words) => {
        const index = indexOf(papers);
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

  test('is more where they stand side by side in order than near, and nothing where they do not meet', () => {
    const filler = 'fom gik fom gik fom gik fom gik';
    const index = indexOf([
      { title: '', abstract: 'bax dul' },
      { title: '', abstract: 'dul bax' },
      { title: '', abstract: `bax ${filler} dul` },
      { title: 'bax', abstract: 'dul' },
      { title: 'bax dul', abstract: '' },
    ]);
    const [together, turned, apart, across, inTitle] = proximityScores(
      index,
      pairsIn(index, ['bax', 'dul']),
      Int32Array.of(0, 1, 2, 3, 4),
    );
    expect(inTitle).toBeGreaterThan(together);
    expect(together).toBeGreaterThan(turned);
    expect(turned).toBeCloseTo(together / 2, 5);
    expect([apart, across]).toEqual([0, 0]);
  });

  test('of no pairs, or in no papers, is nothing', () => {
    const index = indexOf([{ title: 'bax dul', abstract: '' }]);
    expect(proximityScores(index, [], Int32Array.of(0))).toEqual(Float32Array.of(0));
    expect(proximityScores(index, adjacentPairs([0, 1]), new Int32Array(0))).toEqual(new Float32Array(0));
  });
});
