/** Candidates of a query with both scores; a paper that has none of the query's words has keyword score 0. */
export interface Candidates {
  readonly rows: Int32Array;
  readonly keyword: Float32Array;
  readonly semantic: Float32Array;
}

/**
 * One score from two: each is standardised over the query's own candidates (zero mean, unit deviation) and the two are
 * added. Ranks alone (reciprocal rank fusion) were measured to lose what keyword search knows; see DESIGN.md.
 */
export function fuse({ keyword, semantic }: Candidates, keywordWeight: number): Float32Array {
  const words = standardize(keyword);
  const meaning = standardize(semantic);
  return words.map((score, i) => keywordWeight * score + (1 - keywordWeight) * meaning[i]);
}

/** Scores with zero mean and unit deviation; all zeros where they do not differ. */
export function standardize(scores: Float32Array): Float32Array {
  let sum = 0;
  for (const score of scores) sum += score;
  const mean = sum / Math.max(1, scores.length);
  let squares = 0;
  for (const score of scores) squares += (score - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, scores.length));
  return scores.map((score) => (deviation > 1e-9 ? (score - mean) / deviation : 0));
}

/** Positions of the scores from the largest to the smallest, equal ones by row. */
export function ranking(rows: Int32Array, scores: Float32Array): Int32Array {
  return Int32Array.from(rows.keys()).sort((a, b) => scores[b] - scores[a] || rows[a] - rows[b]);
}
