/** Fusion of BM25 and embedding similarity into one score, with weights that depend on the length of the query. */

/** Weights of a hybrid score. */
export interface FusionWeights {
  /** Weight of the lexical score in [0, 1]; the semantic score has the rest. */
  readonly lexical: number;
  /** Factor of the proximity score, which is added to BM25; 0 or more. */
  readonly proximity: number;
}

/** Weights for queries of up to this many terms. */
export interface LengthWeights extends FusionWeights {
  readonly maxTerms: number;
}

/** Upper bounds of the query lengths that have weights of their own: a name, a phrase, a title, a sentence, a paragraph. */
export const LENGTH_BUCKETS = [1, 3, 9, 24, Number.MAX_SAFE_INTEGER] as const;

/** For a corpus too small to learn weights from: near the optimum on four judged sets (docs/benchmarks.md). */
export const DEFAULT_WEIGHTS: FusionWeights = { lexical: 0.5, proximity: 0.15 };

/** The weights for a query with this number of terms. */
export function weightsFor(learned: readonly LengthWeights[], termCount: number): FusionWeights {
  return learned.find(({ maxTerms }) => termCount <= maxTerms) ?? learned.at(-1) ?? DEFAULT_WEIGHTS;
}

/** Mean and standard deviation of a score over the corpus, for z-scoring. */
export interface ScoreStats {
  readonly mean: number;
  readonly deviation: number;
}

/** Standard deviations above the mean; 0 if all scores are equal. */
export function zScore(score: number, { mean, deviation }: ScoreStats): number {
  return deviation > 1e-9 ? (score - mean) / deviation : 0;
}

/** @param zeros the number of further scores that are 0 */
export function scoreStats(scores: Float32Array, zeros = 0): ScoreStats {
  const count = scores.length + zeros;
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

/** The candidates of a query with their scores. Entry i of every array is of row `rows[i]`. */
export interface Candidates {
  readonly rows: Int32Array;
  /** 0 for a paper with none of the terms. */
  readonly bm25: Float32Array;
  /** Proximity score of the query's adjacent terms, before its weight. */
  readonly proximity: Float32Array;
  /** Cosine with the query; combined z-scores for several vectors or `not:` (see `semanticScores`); 0 without an embedding. */
  readonly cosine: Float32Array;
  readonly bm25Stats: ScoreStats;
  readonly cosineStats: ScoreStats;
}

/**
 * Hybrid scores: weighted sum of the z-scores of both kinds over the whole corpus. So a match of a rare word counts
 * more than one of a common word. Reciprocal rank fusion was measured to be worse than BM25 alone on
 * SciFact: it discards how much better the first hit is (docs/decisions/0008-score-fusion.md).
 */
export function fuseScores(candidates: Candidates, weights: FusionWeights): Float32Array {
  const { bm25, proximity, cosine, bm25Stats, cosineStats } = candidates;
  return bm25.map(
    (score, i) =>
      weights.lexical * zScore(score + weights.proximity * proximity[i], bm25Stats) +
      (1 - weights.lexical) * zScore(cosine[i], cosineStats),
  );
}

/** Indices of the scores from the highest to the lowest, equal ones by row. */
export function descendingOrder(rows: Int32Array, scores: Float32Array): Int32Array {
  return Int32Array.from(rows.keys()).sort((a, b) => scores[b] - scores[a] || rows[a] - rows[b]);
}
