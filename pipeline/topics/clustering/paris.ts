/** Agglomerative clustering of a graph, which also gives the resolution at which two clusters merge. */
import type { WeightedGraph } from './weighted-graph.ts';

/**
 * The merge of two clusters into one. The nodes of the graph are clusters 0 … count−1; merge i, from 0, makes cluster
 * count + i.
 */
export interface ClusterMerge {
  readonly a: number;
  readonly b: number;
  /**
   * Up to this resolution modularity is higher with a and b in one cluster. It is the weight between a and b × total
   * strength ÷ (strength of a × strength of b); 0 if no edge connects them.
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
export function parisClustering(graph: WeightedGraph): ClusterMerge[] {
  const { count } = graph;
  const weight = Array.from({ length: count }, () => new Float64Array(count));
  for (let node = 0; node < count; node++) {
    for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
      weight[node][graph.targets[edge]] += graph.weights[edge];
    }
  }
  const strength = graph.strengths.slice();
  // The number of the cluster in each matrix row: a merged cluster takes the row of its part `a`.
  const clusterOfIndex = Int32Array.from({ length: count }, (_, node) => node);
  const active = Array.from({ length: count }, (_, node) => node);
  const merges: ClusterMerge[] = [];
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

/**
 * The geometric mean of the resolutions of one or more merges: at that resolution about half of the merges are undone.
 * 0 if the resolution of one of them is 0.
 */
export function meanMergeResolution(merges: readonly ClusterMerge[]): number {
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
