/** Agglomerative clustering of a graph, which gives the resolution at which two clusters merge. */
import type { WeightedGraph } from './weighted-graph.ts';

/** Two clusters become one. The nodes are clusters 0 … count−1; the i-th merge makes cluster count + i. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /**
   * Up to this resolution modularity is higher with a and b merged: weight between them × total strength ÷ (strength of a
   * × strength of b). 0 if no edge connects them.
   */
  readonly resolution: number;
}

/**
 * The Paris algorithm (Bonald, Charpentier, Galland & Hollocou: Hierarchical graph clustering using node pair sampling,
 * 2018): merges the two most similar clusters until one is left. The resolutions of merges never rise. Takes a dense
 * matrix and O(count³) time: for graphs of at most a few hundred nodes.
 *
 * @returns count − 1 merges (none for an empty graph), the highest resolution first
 */
export function paris(graph: WeightedGraph): Merge[] {
  const { count } = graph;
  const weight = Array.from({ length: count }, () => new Float64Array(count));
  for (let node = 0; node < count; node++) {
    for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
      weight[node][graph.targets[edge]] += graph.weights[edge];
    }
  }
  const strength = graph.strengths.slice();
  // A merged cluster keeps the matrix row of `a`; this is its number.
  const clusterOfIndex = Int32Array.from({ length: count }, (_, node) => node);
  const active = Array.from({ length: count }, (_, node) => node);
  const merges: Merge[] = [];
  while (active.length > 1) {
    const { a, b, similarity } = mostSimilarPair(active, weight, strength);
    merges.push({ a: clusterOfIndex[a], b: clusterOfIndex[b], resolution: similarity * graph.totalStrength });
    for (const other of active) {
      weight[a][other] += weight[b][other];
      weight[other][a] = weight[a][other];
    }
    strength[a] += strength[b];
    clusterOfIndex[a] = count + merges.length - 1;
    active.splice(active.indexOf(b), 1);
  }
  return merges;
}

/** The resolution at which about half of the merges (one or more) are undone: their geometric mean, 0 if one of them is 0. */
export function meanResolution(merges: readonly Merge[]): number {
  return Math.exp(merges.reduce((sum, { resolution }) => sum + Math.log(resolution), 0) / merges.length);
}

function mostSimilarPair(active: readonly number[], weight: readonly Float64Array[], strength: Float64Array) {
  let best = { a: active[0], b: active[1], similarity: -1 };
  for (let i = 0; i < active.length; i++) {
    for (let j = i + 1; j < active.length; j++) {
      const [a, b] = [active[i], active[j]];
      const between = weight[a][b];
      const similarity = between > 0 ? between / (strength[a] * strength[b]) : 0;
      if (similarity > best.similarity) best = { a, b, similarity };
    }
  }
  return best;
}
