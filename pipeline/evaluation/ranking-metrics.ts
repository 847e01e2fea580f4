/** Ranking metrics (nDCG, reciprocal rank, recall), and means with confidence intervals. */

import { createSeededRandom, type Random } from '../core/algorithms/random.ts';
import { mean } from '../core/algorithms/statistics.ts';

/** The relevance of documents to one query, by document id. A document that is missing or has 0 is not relevant. */
export type Judgments = ReadonlyMap<string, number>;

/**
 * Normalized discounted cumulative gain of the first `k` documents (Järvelin & Kekäläinen, 2002), with linear gain like
 * trec_eval and BEIR. In [0, 1]: 1 for an ideal ranking, 0 if nothing relevant is found.
 *
 * @param ranked ids, the best first
 */
export function ndcgAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const gain = (relevance: number, index: number) => relevance / Math.log2(index + 2);
  const dcg = ranked.slice(0, k).reduce((sum, id, index) => sum + gain(judged.get(id) ?? 0, index), 0);
  const ideal = [...judged.values()].sort((a, b) => b - a).slice(0, k);
  const idealDcg = ideal.reduce((sum, relevance, index) => sum + gain(relevance, index), 0);
  return idealDcg > 0 ? dcg / idealDcg : 0;
}

/** One over the rank of the first relevant document among the first `k`; 0 if there is none. */
export function reciprocalRankAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const index = ranked.slice(0, k).findIndex((id) => (judged.get(id) ?? 0) > 0);
  return index < 0 ? 0 : 1 / (index + 1);
}

/** The share of the relevant documents that are among the first `k`; 0 if none is relevant. */
export function recallAt(k: number, ranked: readonly string[], judged: Judgments): number {
  const relevant = [...judged].filter(([, relevance]) => relevance > 0);
  const first = new Set(ranked.slice(0, k));
  return relevant.length > 0 ? relevant.filter(([id]) => first.has(id)).length / relevant.length : 0;
}

/** A mean with its 95 % confidence interval. */
export interface MeanWithInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Number of bootstrap resamples: enough for two digits of the interval's ends. */
const RESAMPLES = 1000;

/** The mean of values with its 95 % percentile bootstrap interval (Efron, 1979); zeros if there are no values. */
export function estimateMean(values: Float64Array, seed: number): MeanWithInterval {
  const average = mean(values);
  if (values.length === 0) return { mean: average, low: 0, high: 0 };
  const random = createSeededRandom(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => resampledMean(values, random)).sort();
  return { mean: average, low: means[Math.floor(RESAMPLES * 0.025)], high: means[Math.ceil(RESAMPLES * 0.975) - 1] };
}

function resampledMean(values: Float64Array, random: Random): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)];
  return sum / values.length;
}
