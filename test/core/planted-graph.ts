import type { Random } from '../../pipeline/core/algorithms/random.ts';
import type { WeightedGraph } from '../../pipeline/topics/clustering/weighted-graph.ts';

/** A weighted graph from a list of edges. */
export function graphOf(count: number, edges: readonly (readonly [number, number, number])[]): WeightedGraph {
  const rowsOf: [number, number][][] = Array.from({ length: count }, () => []);
  for (const [a, b, weight] of edges) {
    rowsOf[a].push([b, weight]);
    rowsOf[b].push([a, weight]);
  }
  const strengths = Float64Array.from(rowsOf, (row) => row.reduce((sum, [, weight]) => sum + weight, 0));
  const starts = new Int32Array(count + 1);
  rowsOf.forEach((row, node) => {
    starts[node + 1] = starts[node] + row.length;
  });
  return {
    count,
    starts,
    targets: Int32Array.from(rowsOf.flatMap((row) => row.map(([to]) => to))),
    weights: Float64Array.from(rowsOf.flatMap((row) => row.map(([, weight]) => weight))),
    strengths,
    total: strengths.reduce((sum, one) => sum + one, 0),
  };
}

/** A stochastic block model: nodes i and j are linked with the chance that `chanceOf` gives, weight 1. */
export function planted(count: number, chanceOf: (a: number, b: number) => number, random: Random): WeightedGraph {
  const edges: [number, number, number][] = [];
  for (let b = 0; b < count; b++) for (let a = 0; a < b; a++) if (random() < chanceOf(a, b)) edges.push([a, b, 1]);
  return graphOf(count, edges);
}
