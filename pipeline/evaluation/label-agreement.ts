/** Measures how well embeddings and topics agree with labels that people assigned to the same papers. */
import { adjustedRandIndex, vMeasure } from '../core/algorithms/clustering-agreement.ts';
import { kMeans } from '../core/algorithms/k-means.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import {
  assignTopics,
  assignTopicsAtChosenLevel,
  cutAtLevel,
  OUTLIER,
  type TopicAssignment,
  type TopicTree,
} from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import type { LabeledSet } from './datasets.ts';

/**
 * How well topics agree with labels assigned by people. V-measures and shares are in [0, 1], the adjusted Rand index in
 * [−1, 1].
 */
export interface TopicAgreementWithLabels {
  readonly topics: number;
  /** V-measure over all papers; papers in no topic count as one more topic. */
  readonly topicsV: number;
  /** Adjusted Rand index over all papers; papers in no topic count as one more topic. */
  readonly topicsAri: number;
  /** V-measure over the papers that are in a topic. */
  readonly insideV: number;
  readonly outlierShare: number;
}

/**
 * How well embeddings and topics agree with labels. The inherited figures are those of the topic tree's chosen level.
 */
export interface AgreementWithLabels extends TopicAgreementWithLabels {
  /**
   * V-measure of k-means on the vectors, with as many clusters as labels: mean, minimum and maximum of several runs.
   */
  readonly kMeansV: { readonly mean: number; readonly low: number; readonly high: number };
  /** The share of a paper's ten nearest neighbors that have its label, averaged over all papers. */
  readonly purity10: number;
  /** The agreement of every level of the topic tree, the coarsest first. The tree was built without the labels. */
  readonly levels: readonly (TopicAgreementWithLabels & { readonly chosen: boolean })[];
}

/** Number of k-means runs, each from a different seed. */
const RUNS = 5;
/** Number of nearest neighbors whose labels are compared with a paper's own label. */
const NEIGHBORS = 10;

/**
 * Measures how well embeddings and topics agree with the labels of a set.
 *
 * @param graph the kNN graph of the papers, with at least ten neighbors each if there are that many papers
 */
export function measureAgreementWithLabels(
  set: LabeledSet,
  vectors: Vectors,
  graph: KnnGraph,
  tree: TopicTree,
): AgreementWithLabels {
  const runs = Array.from({ length: RUNS }, (_, run) =>
    vMeasure(set.labelOfRow, kMeans(vectors, set.labels.length, run + 1)),
  );
  const levels = tree.levels.map((_, level) => ({
    ...measureTopics(set.labelOfRow, assignTopics(tree, cutAtLevel(tree, level))),
    chosen: level === tree.chosenLevel,
  }));
  const chosen = assignTopicsAtChosenLevel(tree);
  return {
    kMeansV: { mean: runs.reduce((sum, v) => sum + v, 0) / RUNS, low: Math.min(...runs), high: Math.max(...runs) },
    purity10: purity(set.labelOfRow, graph),
    ...measureTopics(set.labelOfRow, chosen),
    levels,
  };
}

function measureTopics(labelOfRow: Int32Array, { count, topicOfRow }: TopicAssignment): TopicAgreementWithLabels {
  const isInside = (_: number, row: number) => topicOfRow[row] !== OUTLIER;
  const inside = topicOfRow.filter(isInside);
  return {
    topics: count,
    topicsV: vMeasure(labelOfRow, topicOfRow),
    topicsAri: adjustedRandIndex(labelOfRow, topicOfRow),
    insideV: vMeasure(labelOfRow.filter(isInside), inside),
    outlierShare: 1 - inside.length / Math.max(1, topicOfRow.length),
  };
}

function purity(labelOfRow: Int32Array, graph: KnnGraph): number {
  const k = Math.min(NEIGHBORS, graph.k);
  let equal = 0;
  for (let row = 0; row < graph.count; row++) {
    for (let at = row * graph.k; at < row * graph.k + k; at++)
      if (labelOfRow[graph.neighbors[at]] === labelOfRow[row]) equal++;
  }
  return k > 0 ? equal / (graph.count * k) : 0;
}
