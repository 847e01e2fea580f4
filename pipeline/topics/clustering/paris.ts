import type { WeightedGraph } from './weighted-graph.ts';

/** Two clusters become one. Nodes are clusters 0 … count−1, the i-th merge makes cluster count + i. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /**
   * The resolution up to which modularity is better with the two together: weight between × total / (strength × strength).
   * 0 where nothing links them.
   */
  readonly resolution: number;
}

/**
 * Agglomerative clustering of a graph by node pair sampling (Bonald, Charpentier, Galland & Hollocou: Hierarchical graph
 * clustering using node pair sampling, 2018): the two nearest clusters merge, until there is one. A merge made of merges
 * never has the higher resolution. For graphs of few nodes: the weights stand in a square.
 *
 * @returns count − 1 merges (none for an empty graph), the highest resolution first
 */
export function paris(graph: WeightedGraph): Merge[] {
  const { count } = graph;
  const weight = Array.from({ length: count }, () => new Float64Array(count));
  for (let node = 0; node < count; node++) {
    for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
      weight[node][graph.targets[edge]] += graph.weights[edge];
    }
  }
  const strength = graph.strengths.slice();
  const name = Int32Array.from({ length: count }, (_, node) => node);
  const alive = Array.from({ length: count }, (_, node) => node);
  const merges: Merge[] = [];
  while (alive.length > 1) {
    const { a, b, nearness } = nearestPair(alive, weight, strength);
    merges.push({ a: name[a], b: name[b], resolution: nearness * graph.total });
    for (const other of alive) {
      weight[a][other] += weight[b][other];
      weight[other][a] = weight[a][other];
    }
    strength[a] += strength[b];
    name[a] = count + merges.length - 1;
    alive.splice(alive.indexOf(b), 1);
  }
  return merges;
}

function nearestPair(alive: readonly number[], weight: readonly Float64Array[], strength: Float64Array) {
  let nearest = { a: alive[0], b: alive[1], nearness: -1 };
  for (let i = 0; i < alive.length; i++) {
    for (let j = i + 1; j < alive.length; j++) {
      const [a, b] = [alive[i], alive[j]];
      const between = weight[a][b];
      const nearness = between > 0 ? between / (strength[a] * strength[b]) : 0;
      if (nearness > nearest.nearness) nearest = { a, b, nearness };
    }
  }
  return nearest;
}
