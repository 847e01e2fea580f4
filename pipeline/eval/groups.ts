import { adjustedRandIndex, vMeasure } from '../core/clustering-metrics.ts';
import { kMeans } from '../core/k-means.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { type Grouping, OUTLIER } from '../core/topics.ts';
import type { Vectors } from '../core/vectors.ts';
import type { LabelledSet } from './datasets.ts';

/** How well vectors and topics agree with labels. Shares and measures are in [0, 1], the Rand index in [−1, 1]. */
export interface GroupFigures {
  /** V-measure of k-means that is told the true number of labels: mean, lowest and highest of the runs. */
  readonly kMeansV: { readonly mean: number; readonly low: number; readonly high: number };
  /** The share of a paper's ten nearest that have its label. */
  readonly purity10: number;
  /** Of our own topics, which are not told anything; papers in none count as one more group. */
  readonly topicsV: number;
  readonly topicsAri: number;
  readonly topics: number;
  readonly outlierShare: number;
}

/** Runs of k-means from different starts. */
const RUNS = 5;
const NEIGHBORS = 10;

/** @param graph of ten neighbours a paper or more, where there are that many */
export function measureGroups(set: LabelledSet, vectors: Vectors, graph: KnnGraph, grouping: Grouping): GroupFigures {
  const runs = Array.from({ length: RUNS }, (_, run) =>
    vMeasure(set.labelOfRow, kMeans(vectors, set.labels.length, run + 1)),
  );
  const outliers = grouping.topicOfRow.filter((topic) => topic === OUTLIER).length;
  return {
    kMeansV: { mean: runs.reduce((sum, v) => sum + v, 0) / RUNS, low: Math.min(...runs), high: Math.max(...runs) },
    purity10: purity(set.labelOfRow, graph),
    topicsV: vMeasure(set.labelOfRow, grouping.topicOfRow),
    topicsAri: adjustedRandIndex(set.labelOfRow, grouping.topicOfRow),
    topics: grouping.count,
    outlierShare: outliers / Math.max(1, vectors.count),
  };
}

function purity(labelOfRow: Int32Array, graph: KnnGraph): number {
  const k = Math.min(NEIGHBORS, graph.k);
  let equal = 0;
  for (let row = 0; row < graph.count; row++) {
    for (let at = row * graph.k; at < row * graph.k + k; at++)
      if (labelOfRow[graph.rows[at]] === labelOfRow[row]) equal++;
  }
  return k > 0 ? equal / (graph.count * k) : 0;
}
