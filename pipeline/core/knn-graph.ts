/**
 * The k-nearest-neighbor graph that topics, the map and similar papers are computed from: for each of `count` rows its `k`
 * most similar other rows, the most similar first, with their cosine similarity. Those of row i are at i·k … i·k + k − 1.
 * With too few papers k is smaller than configured, and 0 for a single paper.
 */
export interface KnnGraph {
  readonly count: number;
  readonly k: number;
  readonly neighbors: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * What is wrong with a graph read from a file, or undefined. Neighbors must be other rows, each at most once, and
 * similarities finite and descending.
 */
export function knnGraphFault(graph: KnnGraph): string | undefined {
  const { count, k, neighbors, similarities } = graph;
  if (neighbors.length !== count * k || similarities.length !== count * k) return 'its columns are not count × k long';
  for (let row = 0; row < count; row++) {
    const seen = new Set<number>();
    for (let at = row * k; at < (row + 1) * k; at++) {
      const neighbor = neighbors[at];
      if (neighbor < 0 || neighbor >= count || neighbor === row || seen.has(neighbor)) {
        return `row ${row} has neighbor ${neighbor}`;
      }
      seen.add(neighbor);
      if (!Number.isFinite(similarities[at])) return `row ${row} has a similarity that is not finite`;
      if (at > row * k && similarities[at] > similarities[at - 1]) return `row ${row} is not ordered by similarity`;
    }
  }
  return undefined;
}

/** The graph with only the `k` nearest neighbors of each row; the same graph if it has no more. */
export function truncateNeighbors(graph: KnnGraph, k: number): KnnGraph {
  if (k >= graph.k) return graph;
  const neighbors = new Int32Array(graph.count * k);
  const similarities = new Float32Array(graph.count * k);
  for (let row = 0; row < graph.count; row++) {
    const from = row * graph.k;
    neighbors.set(graph.neighbors.subarray(from, from + k), row * k);
    similarities.set(graph.similarities.subarray(from, from + k), row * k);
  }
  return { count: graph.count, k, neighbors, similarities };
}

/** The graph as undirected edges a < b, each once, weighted by similarity (negative ones count as 0). */
export function undirectedEdges(graph: KnnGraph): { a: number; b: number; weight: number }[] {
  const { count, k, neighbors, similarities } = graph;
  const edges: { a: number; b: number; weight: number }[] = [];
  for (let row = 0; row < count; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const neighbor = neighbors[at];
      // A pair that is in the lists of both rows is taken from that of the smaller row.
      if (neighbor < row && isNeighbor(graph, neighbor, row)) continue;
      edges.push({ a: Math.min(row, neighbor), b: Math.max(row, neighbor), weight: Math.max(0, similarities[at]) });
    }
  }
  return edges;
}

function isNeighbor({ k, neighbors }: KnnGraph, row: number, other: number): boolean {
  for (let at = row * k; at < (row + 1) * k; at++) if (neighbors[at] === other) return true;
  return false;
}
