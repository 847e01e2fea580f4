/**
 * The layout algorithm `umap-js`: the library that our own implementation is compared with. No other file imports it.
 */
import { UMAP } from 'umap-js';
import { createSeededRandom } from '../core/algorithms/random.ts';
import type { CooperativeTask } from '../core/cooperative.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { LayoutTask } from './layout-algorithm.ts';

/**
 * Lays a map out with the library umap-js. It takes ten times the time and memory of our own implementation for a map
 * of the same quality.
 */
export function* layOutWithUmapJs(task: LayoutTask): CooperativeTask<MapPositions> {
  const { graph, start, epochs, minDist, negativeSampleRate, learningRate, seed } = task;
  const { indices, distances } = precomputedKnn(graph);
  const umap = new UMAP({
    nNeighbors: indices[0].length,
    nEpochs: epochs,
    minDist,
    negativeSampleRate,
    learningRate,
    random: createSeededRandom(seed),
  });
  umap.setPrecomputedKNN(indices, distances);
  // `initializeFit` takes the data points; with precomputed neighbors only their number matters.
  umap.initializeFit(indices);
  // umap-js starts from random positions and has no option for others, so the random ones are overwritten in its
  // arrays.
  const positions = umap.getEmbedding();
  for (let row = 0; row < graph.count; row++) {
    positions[row][0] = start.x[row];
    positions[row][1] = start.y[row];
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    yield (epoch + 1) / epochs;
  }
  return { x: Float32Array.from(positions, ([x]) => x), y: Float32Array.from(positions, ([, y]) => y) };
}

/**
 * Converts a kNN graph to the form of umap-js, where each row is its own first neighbor, at distance 0. There are fewer
 * neighbors than rows, because umap-js refuses more.
 */
function precomputedKnn(graph: KnnGraph): { indices: number[][]; distances: number[][] } {
  const k = Math.min(graph.k, graph.count - 2);
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0, from = 0; row < graph.count; row++, from += graph.k) {
    indices.push([row, ...graph.neighbors.subarray(from, from + k)]);
    // By rounding, the similarity of equal texts can be slightly above 1.
    distances.push([0, ...Array.from(graph.similarities.subarray(from, from + k), (s) => Math.max(0, 1 - s))]);
  }
  return { indices, distances };
}
