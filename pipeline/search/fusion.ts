/** How words and meaning are put together into one score, and how much each counts for queries of a length. */

/** What counts how much in a hybrid score. */
export interface FusionWeights {
  /** Share of the words in [0, 1]; the rest is meaning's. */
  readonly keyword: number;
  /** What a pair of the query's words that stand together adds to their own BM25 scores; 0 or more. */
  readonly pairs: number;
}

/** Weights for queries of up to so many telling words. */
export interface LengthWeights extends FusionWeights {
  readonly upToWords: number;
}

/**
 * Queries are told apart by their number of telling words: a name, a phrase, a title, a sentence, a paragraph. The last
 * holds everything longer.
 */
export const LENGTHS = [1, 3, 9, 24, Number.MAX_SAFE_INTEGER] as const;

/**
 * What counts until a corpus has taught better, and for a corpus too small to teach: on the flat top of all four judged
 * sets (the table under 'Search' in DESIGN.md).
 */
export const DEFAULT_WEIGHTS: FusionWeights = { keyword: 0.5, pairs: 0.15 };

/** The weights for a query; those of the longest length for one longer than all. */
export function weightsFor(learned: readonly LengthWeights[], words: number): FusionWeights {
  return learned.find(({ upToWords }) => words <= upToWords) ?? learned.at(-1) ?? DEFAULT_WEIGHTS;
}

/** Candidates of a query, with what speaks for each. Entry i of every array is of row `rows[i]`. */
export interface Evidence {
  readonly rows: Int32Array;
  /** BM25, 0 for a paper with none of the words. */
  readonly keyword: Float32Array;
  /** BM25 of pairs of the query's words, before it is weighed. */
  readonly pairs: Float32Array;
  /** Cosine of the query's vector with the paper's; 0 where the query has no vector. */
  readonly cosine: Float32Array;
  readonly keywordScale: Scale;
  readonly cosineScale: Scale;
}

/** What a score is usual for a query, over all papers: so that scores of two kinds can be added. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Hybrid scores: each kind in standard deviations above what is usual for this query over the whole corpus, then added by
 * weight. A rare word that few papers have is so worth more than a common one by far, as it should be. Ranks alone
 * (reciprocal rank fusion) were measured to lose what keyword search knows; see DESIGN.md.
 */
export function fuse(evidence: Evidence, weights: FusionWeights): Float32Array {
  const { keyword, pairs, cosine, keywordScale, cosineScale } = evidence;
  return keyword.map(
    (score, i) =>
      weights.keyword * standardized(score + weights.pairs * pairs[i], keywordScale) +
      (1 - weights.keyword) * standardized(cosine[i], cosineScale),
  );
}

/** In standard deviations above the mean; 0 where scores do not differ. */
export function standardized(score: number, { mean, deviation }: Scale): number {
  return deviation > 1e-9 ? (score - mean) / deviation : 0;
}

/** @param others how many further scores there are, all of them 0 */
export function scaleOf(scores: Float32Array, others = 0): Scale {
  const count = scores.length + others;
  if (count === 0) return { mean: 0, deviation: 0 };
  let sum = 0;
  let squares = 0;
  for (const score of scores) {
    sum += score;
    squares += score * score;
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Positions of the scores from the largest to the smallest, equal ones by row. */
export function ranking(rows: Int32Array, scores: Float32Array): Int32Array {
  return Int32Array.from(rows.keys()).sort((a, b) => scores[b] - scores[a] || rows[a] - rows[b]);
}
