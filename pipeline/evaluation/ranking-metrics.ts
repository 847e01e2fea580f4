import { type Random, seededRandom } from '../core/algorithms/random.ts';

/** How relevant each document is to one query, by id; absent or 0 is not. */
export type Judgments = ReadonlyMap<string, number>;

/**
 * Normalized discounted cumulative gain of the first `k` (Järvelin & Kekäläinen, 2002), with the judgment itself as
 * gain, as trec_eval and BEIR have it. 1 for the best order there is, 0 where nothing relevant is found.
 */
export function ndcgAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const gain = (relevance: number, place: number) => relevance / Math.log2(place + 2);
  const found = ranked.slice(0, k).reduce((sum, id, place) => sum + gain(judged.get(id) ?? 0, place), 0);
  const ideal = [...judged.values()].sort((a, b) => b - a).slice(0, k);
  const best = ideal.reduce((sum, relevance, place) => sum + gain(relevance, place), 0);
  return best > 0 ? found / best : 0;
}

/** One over the place of the first relevant document among the first `k`; 0 where there is none. */
export function reciprocalRankAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const place = ranked.slice(0, k).findIndex((id) => (judged.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}

/** The share of the relevant documents that stand among the first `k`. */
export function recallAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const relevant = [...judged].filter(([, relevance]) => relevance > 0);
  const first = new Set(ranked.slice(0, k));
  return relevant.length > 0 ? relevant.filter(([id]) => first.has(id)).length / relevant.length : 0;
}

/** A mean and the interval that holds it in 95 of 100 draws. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Resamples of a bootstrap: enough for the second digit of the interval's ends. */
const RESAMPLES = 1000;

/** The mean of values with its 95 % percentile bootstrap interval (Efron, 1979). Zeros where there are no values. */
export function estimateMean(values: Float64Array, seed: number): Estimate {
  const mean = meanOf(values);
  if (values.length === 0) return { mean, low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => resampledMean(values, random)).sort();
  return { mean, low: means[Math.floor(RESAMPLES * 0.025)], high: means[Math.ceil(RESAMPLES * 0.975) - 1] };
}

function meanOf(values: Float64Array): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

function resampledMean(values: Float64Array, random: Random): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)];
  return sum / values.length;
}
