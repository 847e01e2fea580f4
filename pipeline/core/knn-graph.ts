/** The k-nearest-neighbor graph of the papers. */

/**
 * The k-nearest-neighbor graph from which topics, the map and similar papers are computed: for each of `count` rows its
 * `k` most similar other rows, the most similar first, with their cosine similarity. Both arrays are row-major: the
 * neighbors of row i are at the indices i·k … i·k + k − 1. With few papers, `k` is smaller than configured, and 0 for a
 * single paper.
 */
export interface KnnGraph {
  readonly count: number;
  readonly k: number;
  readonly neighbors: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * Checks a graph that was read from a file: says what is wrong with it, or returns undefined if it is valid. The
 * neighbors of a row must be other rows, each at most once, and their similarities finite and descending.
 */
export function findKnnGraphFault(graph: KnnGraph): string | undefined {
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

/** The graph with only the `k` nearest neighbors of each row; the same object if the graph has no more than `k`. */
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

/**
 * The graph as undirected edges with a < b, each listed once. The weight is the cosine similarity, or 0 if that is
 * negative.
 */
export function undirectedEdges(graph: KnnGraph): { a: number; b: number; weight: number }[] {
  const { count, k, neighbors, similarities } = graph;
  const edges: { a: number; b: number; weight: number }[] = [];
  for (let row = 0; row < count; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const neighbor = neighbors[at];
      // If two rows are neighbors of each other, their edge is added only once, when the smaller row is processed.
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
