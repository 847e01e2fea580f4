/** The one door to umap-js, the reference that our own kernel is measured against. */
import { UMAP } from 'umap-js';
import { seededRandom } from '../core/algorithms/random.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { Projector } from './projector.ts';

/** UMAP by umap-js: ten times the time and memory of the kernel, and the same map but for chance. */
export const projectByUmapJs: Projector = (task, onEpoch) => {
  const { graph, start, epochs, minDist, negativeSampleRate, rate, seed } = task;
  const { indices, distances } = asUmapJsTakesIt(graph);
  const umap = new UMAP({
    nNeighbors: indices[0].length,
    nEpochs: epochs,
    minDist,
    negativeSampleRate: negativeSampleRate,
    learningRate: rate,
    random: seededRandom(seed),
  });
  umap.setPrecomputedKNN(indices, distances);
  // The papers themselves are not looked at once their neighbors are known: only their number counts.
  umap.initializeFit(indices);
  // It starts from random places of its own accord, and has no option for others.
  const places = umap.getEmbedding();
  for (let row = 0; row < graph.count; row++) {
    places[row][0] = start.x[row];
    places[row][1] = start.y[row];
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    onEpoch(epoch + 1);
  }
  return { x: Float32Array.from(places, ([x]) => x), y: Float32Array.from(places, ([, y]) => y) };
};

/** Each row's own number first, at distance 0; one neighbor fewer than there are rows, which it would refuse. */
function asUmapJsTakesIt(graph: KnnGraph): { indices: number[][]; distances: number[][] } {
  const k = Math.min(graph.k, graph.count - 2);
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0, from = 0; row < graph.count; row++, from += graph.k) {
    indices.push([row, ...graph.rows.subarray(from, from + k)]);
    // Rounding can make two equal texts a hair more similar than 1.
    distances.push([0, ...Array.from(graph.similarities.subarray(from, from + k), (s) => Math.max(0, 1 - s))]);
  }
  return { indices, distances };
}
