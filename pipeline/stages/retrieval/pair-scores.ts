import { papersWithStem, rarityOf, type WordIndex } from '../../core/word-index.ts';
import { countPairs, type Pair, type PairTexts } from '../words/pairs.ts';

/** How fast further places of a pair stop to count, as in BM25. */
const K1 = 1.2;
/** A pair that stands near, but not side by side, counts so much of one that does. */
const NEAR = 0.5;

/**
 * What the pairs of a query's words are worth in some rows: a sequential dependence model (Metzler & Croft, SIGIR 2005)
 * with the saturation of BM25. A pair is as telling as its two words together, as it were if they met by chance.
 *
 * @param texts that the rows are of, where they are not the index's own
 */
export function pairScores(
  index: WordIndex,
  pairs: readonly Pair[],
  rows: Int32Array,
  texts: PairTexts = index,
): Float32Array {
  const scores = new Float32Array(rows.length);
  if (pairs.length === 0) return scores;
  const { adjacent, near } = countPairs(texts, pairs, rows);
  const rarity = (stem: number) => rarityOf(papersWithStem(index, stem), index.papers);
  const worth = pairs.map(({ first, second, weight }) => weight * (rarity(first) + rarity(second)));
  for (let i = 0; i < rows.length; i++) {
    for (let p = 0; p < pairs.length; p++) {
      const at = i * pairs.length + p;
      scores[i] += worth[p] * (saturated(adjacent[at]) + NEAR * saturated(near[at] - adjacent[at]));
    }
  }
  return scores;
}

function saturated(times: number): number {
  return (times * (K1 + 1)) / (times + K1);
}
