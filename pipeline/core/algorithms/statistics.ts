/** Statistics of numbers, and rounding for people to read. */

/**
 * A number rounded to some decimal digits, for people and JSON to read: `roundToDigits(0.123456, 4)` is 0.1235. Never
 * −0.
 */
export function roundToDigits(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0;
}

/** The mean of some values; 0 if there are none. */
export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length > 0 ? sum / values.length : 0;
}

/** Mean and standard deviation of some scores, for z-scoring. */
export interface ScoreStats {
  readonly mean: number;
  readonly deviation: number;
}

/** The z-score of a score: by how many standard deviations it is above the mean; 0 if all scores are equal. */
export function zScore(score: number, { mean, deviation }: ScoreStats): number {
  return deviation > 1e-9 ? (score - mean) / deviation : 0;
}

/**
 * Computes the mean and the standard deviation of scores; both are 0 if there are no scores.
 *
 * @param zeros the number of further scores that are 0 and not in `scores`
 */
export function computeScoreStats(scores: Float32Array, zeros = 0): ScoreStats {
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

/**
 * Standard error of the mean of values that come in clusters: values of one cluster may depend on each other, those of
 * different clusters do not. Cluster-robust variance with the small-sample factor G / (G − 1) for G clusters (Cameron &
 * Miller, A Practitioner's Guide to Cluster-Robust Inference, 2015). With one value per cluster it is the usual
 * standard error.
 *
 * @param clusters the cluster of each value
 * @returns null with fewer than two clusters
 */
export function clusteredStandardError(values: ArrayLike<number>, clusters: ArrayLike<number>): number | null {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  const residuals = new Map<number, number>();
  for (let i = 0; i < count; i++) residuals.set(clusters[i], (residuals.get(clusters[i]) ?? 0) + values[i] - mean);
  const { size } = residuals;
  if (size < 2) return null;
  let squares = 0;
  for (const residual of residuals.values()) squares += residual * residual;
  return Math.sqrt((squares * size) / (size - 1)) / count;
}
