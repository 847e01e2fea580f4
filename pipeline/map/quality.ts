/** How well the map represents the vectors: neighbor recall, trustworthiness and distance correlation. */

import { buildKdTree, type KdTree } from '../core/algorithms/kd-tree.ts';
import { createSeededRandom, sampleRows } from '../core/algorithms/random.ts';
import { upperBound } from '../core/algorithms/sorting.ts';
import { clusteredStandardError, mean } from '../core/algorithms/statistics.ts';
import { type CooperativeTask, processInChunks, runAsPortion } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapPositions } from '../core/map-positions.ts';
import { dotWithRow, type Vectors, vectorAt } from '../core/vectors.ts';
import { runBuildTask } from '../runtime/scheduling.ts';

/** Number of true nearest neighbors of a paper that quality measures look at; fewer if there are fewer papers. */
export const RECALL_NEIGHBORS = 15;
/** A true neighbor counts as near on the map if it is among this many papers that are nearest there. */
export const RECALL_MAP_NEIGHBORS = 50;
/** Up to this many papers trustworthiness is exact; for more it is estimated. */
const MAX_PAPERS_FOR_EXACT = 2_000;
/** If trustworthiness is estimated: number of rows for which it is measured. */
const SAMPLED_ROWS = 2_000;
/** If trustworthiness is estimated: number of rows among which true ranks are counted. */
const REFERENCE_ROWS = 1_000;
/** Number of random pairs of papers whose true distance and map distance are compared. */
const DISTANCE_PAIRS = 20_000;

/**
 * Share of the time that has passed when the k-d tree is built, and when neighbor recall is measured, with 312,997
 * papers.
 */
const PROGRESS_AFTER = { tree: 0.03, recall: 0.55 };

export interface NeighborRecall {
  /**
   * For each row the share of its true 15 nearest papers that are among the 50 nearest on the map; 1 if there are no
   * neighbors.
   */
  readonly rowNeighborRecall: Float32Array;
  /** The share of all papers' true 15 nearest that are among the 15 nearest on the map. Null below two papers. */
  readonly neighborRecall: number | null;
}

export interface MapQuality extends NeighborRecall {
  /**
   * Trustworthiness for k = 15, at most 1: the higher, the fewer false neighbors the map shows. Null below four papers.
   */
  readonly trustworthiness: number | null;
  /** Standard error of the trustworthiness over the measured rows; null if there are fewer than two. */
  readonly trustworthinessStandardError: number | null;
  /** Spearman correlation of true and map distance, in [−1, 1]. Null if all distances are equal. */
  readonly distanceCorrelation: number | null;
}

/**
 * Computes all quality measures of a map.
 *
 * @param graph true neighbors of each row; only the first 15 are used
 * @param seed selects the rows and pairs that are measured when there are many papers
 */
export function* mapQuality(
  vectors: Vectors,
  graph: KnnGraph,
  map: MapPositions,
  seed: number,
): CooperativeTask<MapQuality> {
  const random = createSeededRandom(seed);
  const isExact = vectors.count <= MAX_PAPERS_FOR_EXACT;
  const rows = sampleRows(vectors.count, isExact ? MAX_PAPERS_FOR_EXACT : SAMPLED_ROWS, random);
  const references = sampleRows(vectors.count, isExact ? MAX_PAPERS_FOR_EXACT : REFERENCE_ROWS, random);
  const { tree: treeDone, recall: recallDone } = PROGRESS_AFTER;
  const tree = yield* runAsPortion(buildKdTree(map), 0, treeDone);
  const recall = yield* runAsPortion(neighborRecall(graph, tree), treeDone, recallDone);
  const trusting = trustworthiness(vectors, tree, RECALL_NEIGHBORS, rows, references);
  return {
    ...recall,
    ...(yield* runAsPortion(trusting, recallDone, 1)),
    distanceCorrelation: distanceCorrelation(vectors, map, DISTANCE_PAIRS, seed),
  };
}

/**
 * Measures which of the true neighbors of each paper are also near on the map.
 *
 * @param tree k-d tree of the map's positions
 */
export function* neighborRecall(graph: KnnGraph, tree: KdTree): CooperativeTask<NeighborRecall> {
  const { count, k } = graph;
  const wanted = Math.min(k, RECALL_NEIGHBORS);
  const rowNeighborRecall = new Float32Array(count).fill(1);
  // `rank[i]` is the rank of row i among the map neighbors of row `rankedFor[i]`. Ranks for earlier rows are recognized
  // by `rankedFor` and need no clearing.
  const rank = new Int32Array(count);
  const rankedFor = new Int32Array(count).fill(-1);
  let preserved = 0;
  const measure = (row: number) => {
    tree.nearest(row, RECALL_MAP_NEIGHBORS).forEach((neighbor, at) => {
      rank[neighbor] = at;
      rankedFor[neighbor] = row;
    });
    let near = 0;
    for (let at = row * k; at < row * k + wanted; at++) {
      const neighbor = graph.neighbors[at];
      if (rankedFor[neighbor] !== row) continue;
      near++;
      if (rank[neighbor] < wanted) preserved++;
    }
    rowNeighborRecall[row] = near / wanted;
  };
  yield* processInChunks(wanted > 0 ? count : 0, (from, to) => {
    for (let row = from; row < to; row++) measure(row);
  });
  return { rowNeighborRecall, neighborRecall: wanted === 0 ? null : preserved / (count * wanted) };
}

/**
 * Trustworthiness (Venna & Kaski, Neighborhood preservation in nonlinear projection methods, 2001, equation 1): 1 minus
 * a penalty for each of a row's k nearest papers on the map that is not among its true k nearest papers. The penalty
 * grows with the true rank of that paper.
 *
 * @param tree k-d tree of the map's positions
 * @param maxNeighbors the k of the measure, which must be below half of the number of papers; for few papers a smaller
 *   k is used
 * @param rows the rows that are measured, in O(dimensions × references) time each
 * @param references the rows among which true ranks are counted. In a sample, ranks are right on average, and most of
 *   the penalty is from ranks in the thousands, so that the third digit of the measure does not change
 * @returns the measure and its standard error over the rows; null below four papers
 */
export function* trustworthiness(
  vectors: Vectors,
  tree: KdTree,
  maxNeighbors: number,
  rows: Int32Array,
  references: Int32Array,
): CooperativeTask<Pick<MapQuality, 'trustworthiness' | 'trustworthinessStandardError'>> {
  const { count } = vectors;
  const k = Math.min(maxNeighbors, Math.floor((count - 1) / 2));
  if (k < 1 || rows.length === 0 || count < 4) return { trustworthiness: null, trustworthinessStandardError: null };
  const penalties: number[] = [];
  const measure = (row: number) => {
    let penalty = 0;
    const query = vectorAt(vectors, row);
    // The row itself is left out by its number. Its similarity would not show it: a zero vector is not similar to
    // itself.
    const others = references.filter((other) => other !== row);
    const similarities = Float64Array.from(others, (other) => dotWithRow(vectors, other, query)).sort();
    const papersPerReference = (count - 1) / Math.max(1, others.length);
    for (const neighbor of tree.nearest(row, k)) {
      // Equally similar papers share the best of their ranks.
      const more = similarities.length - upperBound(similarities, dotWithRow(vectors, neighbor, query));
      const rank = 1 + papersPerReference * more;
      if (rank > k) penalty += rank - k;
    }
    penalties.push(penalty);
  };
  yield* processInChunks(rows.length, (from, to) => rows.subarray(from, to).forEach(measure));
  const scale = 2 / (k * (2 * count - 3 * k - 1));
  const error = clusteredStandardError(penalties, rows);
  return {
    trustworthiness: 1 - scale * mean(penalties),
    trustworthinessStandardError: error === null ? null : scale * error,
  };
}

/**
 * Spearman's rank correlation between 1 − similarity and distance on the map, over random pairs of two rows.
 *
 * @returns null below three papers, or if all distances are equal
 */
export function distanceCorrelation(vectors: Vectors, map: MapPositions, pairs: number, seed: number): number | null {
  const { count } = vectors;
  if (count < 3) return null;
  const random = createSeededRandom(seed);
  const trueDistances = new Float64Array(pairs);
  const mapDistances = new Float64Array(pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const a = Math.floor(random() * count);
    const b = (a + 1 + Math.floor(random() * (count - 1))) % count;
    trueDistances[pair] = 1 - dotWithRow(vectors, a, vectorAt(vectors, b));
    mapDistances[pair] = Math.hypot(map.x[a] - map.x[b], map.y[a] - map.y[b]);
  }
  return pearsonOfRanks(ranks(trueDistances), ranks(mapDistances));
}

/** Ranks from 0; equal values share their mean rank. */
function ranks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, at) => at).sort((a, b) => values[a] - values[b] || a - b);
  const result = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) result[order[at]] = (from + to - 1) / 2;
  }
  return result;
}

/** The Pearson correlation of two columns of ranks; null if all ranks of one column are equal. */
function pearsonOfRanks(a: Float64Array, b: Float64Array): number | null {
  const mean = (a.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += (a[at] - mean) * (b[at] - mean);
    aa += (a[at] - mean) ** 2;
    bb += (b[at] - mean) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

/**
 * Measures the quality of the map as a stage of the build, 'map quality', which shows its progress and can be aborted.
 */
export async function measureMapQuality(
  vectors: Vectors,
  graph: KnnGraph,
  map: MapPositions,
  seed: number,
  effects: Effects,
): Promise<MapQuality> {
  const progress = effects.startProgress('map quality', 100);
  const onProgress = (share: number) => progress.update(Math.floor(share * 100));
  const quality = await runBuildTask(mapQuality(vectors, graph, map, seed), effects.signal, onProgress);
  const format = (value: number | null) => (value === null ? 'unknown' : value.toFixed(3));
  progress.finish(
    `trustworthiness ${format(quality.trustworthiness)}, neighbor recall ${format(quality.neighborRecall)}`,
  );
  return quality;
}
