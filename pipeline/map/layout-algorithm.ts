/** What both implementations of UMAP, umap.ts and umap-js.ts, have in common: their names, input and output. */
import type { CooperativeTask } from '../core/cooperative.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapPositions } from '../core/map-positions.ts';

/** Names of the implementations of UMAP: `umap` is our own, `umap-js` is the library that it is compared with. */
export const layoutAlgorithmNames = ['umap', 'umap-js'] as const;
export type LayoutAlgorithmName = (typeof layoutAlgorithmNames)[number];

export interface LayoutTask {
  /** The kNN graph of at least three rows. */
  readonly graph: KnnGraph;
  /** Initial positions: finite, within about ±10. The arrays are not changed. */
  readonly start: MapPositions;
  readonly epochs: number;
  /** UMAP's min_dist: how close two rows may come, in layout units. */
  readonly minDist: number;
  /** Number of random rows that repel a row each time an edge has attracted it. */
  readonly negativeSampleRate: number;
  /** Initial step length: 1 is UMAP's default, less keeps more of the start's shape. */
  readonly learningRate: number;
  readonly seed: number;
}

/**
 * Lays a kNN graph out in the plane (McInnes, Healy & Melville, UMAP, 2018). Yields after each epoch. The returned
 * positions are finite, and equal for equal tasks.
 */
export type LayoutAlgorithm = (task: LayoutTask) => CooperativeTask<MapPositions>;
