/**
 * The one graph that topics, map and similar papers are made from: for each of `count` rows its `k` nearest other rows,
 * the nearest first, with their cosine similarity. Row i's neighbors stand at i·k … i·k+k−1. k is smaller than asked
 * for where there are not that many other papers, and 0 for a single one.
 */
export interface KnnGraph {
  readonly count: number;
  readonly k: number;
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

/** What is wrong with a graph, or undefined: every neighbor is another row, none twice, similarities finite and falling. */
export function knnGraphFault(graph: KnnGraph): string | undefined {
  const { count, k, rows, similarities } = graph;
  if (rows.length !== count * k || similarities.length !== count * k) return 'its columns are not count × k long';
  for (let row = 0; row < count; row++) {
    const seen = new Set<number>();
    for (let at = row * k; at < (row + 1) * k; at++) {
      const other = rows[at];
      if (other < 0 || other >= count || other === row || seen.has(other)) return `row ${row} has neighbor ${other}`;
      seen.add(other);
      if (!Number.isFinite(similarities[at])) return `row ${row} has a similarity that is not finite`;
      if (at > row * k && similarities[at] > similarities[at - 1]) return `row ${row} is not ordered by similarity`;
    }
  }
  return undefined;
}

/** The graph of each row's `k` nearest neighbors alone; the graph itself where it has no more. */
export function nearestOnly(graph: KnnGraph, k: number): KnnGraph {
  if (k >= graph.k) return graph;
  const rows = new Int32Array(graph.count * k);
  const similarities = new Float32Array(graph.count * k);
  for (let row = 0; row < graph.count; row++) {
    const from = row * graph.k;
    rows.set(graph.rows.subarray(from, from + k), row * k);
    similarities.set(graph.similarities.subarray(from, from + k), row * k);
  }
  return { count: graph.count, k, rows, similarities };
}

/** The graph as undirected edges a < b, each once, its weight the similarity (negative ones count as 0). */
export function undirectedEdges(graph: KnnGraph): { a: number; b: number; weight: number }[] {
  const { count, k, rows, similarities } = graph;
  const edges: { a: number; b: number; weight: number }[] = [];
  for (let row = 0; row < count; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const other = rows[at];
      // An edge that both ends name is kept where the smaller row names it.
      if (other < row && names(graph, other, row)) continue;
      edges.push({ a: Math.min(row, other), b: Math.max(row, other), weight: Math.max(0, similarities[at]) });
    }
  }
  return edges;
}

function names(graph: KnnGraph, row: number, other: number): boolean {
  for (let at = row * graph.k; at < (row + 1) * graph.k; at++) if (graph.rows[at] === other) return true;
  return false;
}
