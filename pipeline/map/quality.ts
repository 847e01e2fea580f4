/** How well the map represents the vectors: neighbor recall, trustworthiness and distance correlation. */

import { buildKdTree, type KdTree } from '../core/algorithms/kd-tree.ts';
import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { upperBound } from '../core/algorithms/sorting.ts';
import { type CooperativeTask, inChunks, runAsPortion } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapPositions } from '../core/map-positions.ts';
import { dotWithRow, type Vectors, vectorAt } from '../core/vectors.ts';
import { runInBuild } from '../runtime/scheduling.ts';

/** True nearest neighbors of a paper that all measures look at; fewer if there are fewer papers. */
export const RECALL_NEIGHBORS = 15;
/** A neighbor counts as near on the map if it is among this many nearest papers there. */
export const RECALL_MAP_NEIGHBORS = 50;
/** Up to this many papers trustworthiness is exact. */
const MAX_PAPERS_FOR_EXACT = 2_000;
/** Beyond that: rows whose trustworthiness is measured, and rows that ranks are estimated among. */
const SAMPLED_ROWS = 2_000;
const REFERENCE_ROWS = 1_000;
/** Random pairs of papers whose distances are compared. */
const DISTANCE_PAIRS = 20_000;

/** Progress when the k-d tree is built, and when neighbor recall is measured, for 312,997 papers. */
const PROGRESS_AFTER = { tree: 0.03, recall: 0.55 };

export interface NeighborRecall {
  /** By row: the share of its true 15 nearest papers that are among the 50 nearest on the map; 1 without neighbors. */
  readonly rowNeighborRecall: Float32Array;
  /** The share of all papers' true 15 nearest that are among the 15 nearest on the map. Null below two papers. */
  readonly neighborRecall: number | null;
}

export interface MapQuality extends NeighborRecall {
  /** For k = 15, at most 1: the higher, the fewer false neighbors the map shows. Null below four papers. */
  readonly trustworthiness: number | null;
  /** Spearman correlation of true and map distance, in [−1, 1]. Null if all distances are equal. */
  readonly distanceCorrelation: number | null;
}

/**
 * All measures of a map.
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
  const random = seededRandom(seed);
  const isExact = vectors.count <= MAX_PAPERS_FOR_EXACT;
  const rows = sampleRows(vectors.count, isExact ? MAX_PAPERS_FOR_EXACT : SAMPLED_ROWS, random);
  const references = sampleRows(vectors.count, isExact ? MAX_PAPERS_FOR_EXACT : REFERENCE_ROWS, random);
  const { tree: treeDone, recall: recallDone } = PROGRESS_AFTER;
  const tree = yield* runAsPortion(buildKdTree(map), 0, treeDone);
  const recall = yield* runAsPortion(neighborRecall(graph, tree), treeDone, recallDone);
  const trusting = trustworthiness(vectors, tree, RECALL_NEIGHBORS, rows, references);
  return {
    ...recall,
    trustworthiness: yield* runAsPortion(trusting, recallDone, 1),
    distanceCorrelation: distanceCorrelation(vectors, map, DISTANCE_PAIRS, seed),
  };
}

/** @param tree of the map's positions */
export function* neighborRecall(graph: KnnGraph, tree: KdTree): CooperativeTask<NeighborRecall> {
  const { count, k } = graph;
  const wanted = Math.min(k, RECALL_NEIGHBORS);
  const rowNeighborRecall = new Float32Array(count).fill(1);
  // Rank of a row among the map neighbors of another one, `rankedFor`: an old rank needs no clearing.
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
  yield* inChunks(wanted > 0 ? count : 0, (from, to) => {
    for (let row = from; row < to; row++) measure(row);
  });
  return { rowNeighborRecall, neighborRecall: wanted === 0 ? null : preserved / (count * wanted) };
}

/**
 * Trustworthiness (Venna & Kaski, Neighborhood preservation in nonlinear projection methods, 2001, equation 1): 1 minus a
 * penalty for each of a row's k nearest on the map that is not among its k nearest in truth, which grows with its true rank.
 *
 * @param tree of the map's positions
 * @param maxNeighbors k; the measure needs it below half of the papers, and a smaller one is used if it is not
 * @param rows that are measured, O(dimensions × references) each
 * @param references rows among which true ranks are counted. With fewer than all of them, ranks are right on average:
 *   the bad ones are in the thousands, so that the measure's third digit does not change
 * @returns null below four papers
 */
export function* trustworthiness(
  vectors: Vectors,
  tree: KdTree,
  maxNeighbors: number,
  rows: Int32Array,
  references: Int32Array,
): CooperativeTask<number | null> {
  const { count } = vectors;
  const k = Math.min(maxNeighbors, Math.floor((count - 1) / 2));
  if (k < 1 || rows.length === 0 || count < 4) return null;
  let penalty = 0;
  const measure = (row: number) => {
    const query = vectorAt(vectors, row);
    // Not by similarity: a zero vector is not even similar to itself.
    const others = references.filter((other) => other !== row);
    const similarities = Float64Array.from(others, (other) => dotWithRow(vectors, other, query)).sort();
    const papersPerReference = (count - 1) / Math.max(1, others.length);
    for (const neighbor of tree.nearest(row, k)) {
      // Equally similar papers all have the best of their ranks.
      const more = similarities.length - upperBound(similarities, dotWithRow(vectors, neighbor, query));
      const rank = 1 + papersPerReference * more;
      if (rank > k) penalty += rank - k;
    }
  };
  yield* inChunks(rows.length, (from, to) => rows.subarray(from, to).forEach(measure));
  return 1 - (2 * penalty) / (rows.length * k * (2 * count - 3 * k - 1));
}

/**
 * Spearman's rank correlation between 1 − similarity and distance on the map, over random pairs of two rows.
 *
 * @returns null below three papers, or if all distances are equal
 */
export function distanceCorrelation(vectors: Vectors, map: MapPositions, pairs: number, seed: number): number | null {
  const { count } = vectors;
  if (count < 3) return null;
  const random = seededRandom(seed);
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

/** Null if all ranks of one side are equal. */
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

/** The build's stage 'map quality'. */
export async function measureMapQuality(
  vectors: Vectors,
  graph: KnnGraph,
  map: MapPositions,
  seed: number,
  effects: Effects,
): Promise<MapQuality> {
  const progress = effects.startProgress('map quality', 100);
  const onProgress = (share: number) => progress.update(Math.floor(share * 100));
  const quality = await runInBuild(mapQuality(vectors, graph, map, seed), effects.signal, onProgress);
  const format = (value: number | null) => (value === null ? 'unknown' : value.toFixed(3));
  progress.finish(
    `trustworthiness ${format(quality.trustworthiness)}, neighbor recall ${format(quality.neighborRecall)}`,
  );
  return quality;
}
