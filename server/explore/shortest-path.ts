/** Shortest paths through the kNN graph, by bidirectional Dijkstra search. */
import { type CooperativeTask, createYieldTimer } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';

/**
 * A priority queue of numbers. The value with the smallest key comes first, and among equal keys the smallest value.
 */
export interface MinHeap {
  readonly size: number;
  /** The smallest key in the heap; Infinity if the heap is empty. */
  readonly minKey: number;
  push(key: number, value: number): void;
  /**
   * Removes the first value and returns it.
   *
   * @throws RangeError if the heap is empty
   */
  pop(): number;
  clear(): void;
}

/** Creates an empty binary heap (Williams, Algorithm 232, 1964). */
export function createMinHeap(): MinHeap {
  let keys = new Float64Array(1024);
  let values = new Int32Array(1024);
  let size = 0;
  const grow = () => {
    const [largerKeys, largerValues] = [new Float64Array(2 * keys.length), new Int32Array(2 * keys.length)];
    largerKeys.set(keys);
    largerValues.set(values);
    [keys, values] = [largerKeys, largerValues];
  };
  return {
    get size() {
      return size;
    },
    get minKey() {
      return size === 0 ? Number.POSITIVE_INFINITY : keys[0];
    },
    clear() {
      size = 0;
    },
    push(key, value) {
      if (size === keys.length) grow();
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent] < key || (keys[parent] === key && values[parent] <= value)) break;
        keys[at] = keys[parent];
        values[at] = values[parent];
        at = parent;
      }
      keys[at] = key;
      values[at] = value;
    },
    pop() {
      if (size === 0) throw new RangeError('the heap is empty');
      const first = values[0];
      size--;
      const key = keys[size];
      const value = values[size];
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= size) break;
        const other = child + 1;
        if (
          other < size &&
          (keys[other] < keys[child] || (keys[other] === keys[child] && values[other] < values[child]))
        )
          child = other;
        if (key < keys[child] || (key === keys[child] && value <= values[child])) break;
        keys[at] = keys[child];
        values[at] = values[child];
        at = child;
      }
      keys[at] = key;
      values[at] = value;
      return first;
    },
  };
}

/**
 * An undirected graph in compressed sparse rows: each edge is stored at both of its ends. Two papers that are nearest
 * neighbors of each other are joined by two edges.
 */
export interface UndirectedGraph {
  readonly count: number;
  /** The edges of row r lead to `neighbors[offsets[r]]` … `neighbors[offsets[r + 1] − 1]`. */
  readonly offsets: Int32Array;
  readonly neighbors: Int32Array;
  /** The cosine of each edge, in the order of `neighbors`. */
  readonly similarities: Float32Array;
}

/** Builds the undirected version of the kNN graph. */
export function* buildUndirectedGraph(graph: KnnGraph): CooperativeTask<UndirectedGraph> {
  const { count, k } = graph;
  const offsets = new Int32Array(count + 1);
  for (const row of graph.neighbors) offsets[row + 1]++;
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row] + k;
  const neighbors = new Int32Array(2 * graph.neighbors.length);
  const similarities = new Float32Array(neighbors.length);
  // The edges of a row are stored in this order: to its own nearest neighbors, then to rows that have it as a neighbor,
  // ascending.
  const next = Int32Array.from({ length: count }, (_, row) => offsets[row] + k);
  const isDue = createYieldTimer();
  for (let row = 0, at = 0; row < count; row++) {
    if (isDue()) yield row / count;
    for (let i = 0; i < k; i++, at++) {
      const other = graph.neighbors[at];
      neighbors[offsets[row] + i] = other;
      similarities[offsets[row] + i] = graph.similarities[at];
      neighbors[next[other]] = row;
      similarities[next[other]++] = graph.similarities[at];
    }
  }
  return { count, offsets, neighbors, similarities };
}

/** A path through the graph. `similarities[i]` belongs to the edge between `rows[i]` and `rows[i + 1]`. */
export interface GraphPath {
  readonly rows: readonly number[];
  readonly similarities: readonly number[];
}

/** Finds shortest paths and connected components of one graph. */
export interface ShortestPathFinder {
  /**
   * Finds the path with the smallest sum of edge costs. Equal calls return the same path.
   *
   * @param power exponent, a whole number: an edge costs (1 − cosine)^power; with 0 all edges cost the same
   * @returns undefined if the two rows are in different components
   */
  shortestPath(from: number, to: number, power: number): GraphPath | undefined;
  /** Returns the rows of the connected component that contains a row, ascending. */
  component(row: number): Int32Array;
}

/**
 * A small cost that is added to every edge. Among paths of otherwise equal cost, as between papers with equal vectors,
 * it prefers the path with fewer edges.
 */
const EDGE_COST = 1e-6;

/** The cost of an edge. Repeated multiplication is five times as fast as `**`. */
function edgeCost(similarity: number, power: number): number {
  const distance = Math.max(0, 1 - similarity);
  let cost = 1;
  for (let i = 0; i < power; i++) cost *= distance;
  return cost + EDGE_COST;
}

/**
 * Creates a path finder that uses bidirectional Dijkstra search (Pohl, Bi-directional search, 1971). It allocates its
 * memory once and reuses it for every search.
 *
 * @example
 * const finder = createPathFinder(runToCompletion(buildUndirectedGraph(graph)));
 * finder.shortestPath(3, 200, 3)?.rows; // [3, 17, 42, 200]
 */
export function createPathFinder(graph: UndirectedGraph): ShortestPathFinder {
  const searches = [createSearch(graph.count), createSearch(graph.count)];
  return {
    shortestPath(from, to, power) {
      if (from === to) return { rows: [from], similarities: [] };
      start(searches[0], from);
      start(searches[1], to);
      const meeting = searchFromBothEnds(graph, searches, power);
      return meeting === -1 ? undefined : joinAt(meeting, searches);
    },
    component: (row) => componentOf(graph, row),
  };
}

/** The state of the search from one end of the path. */
interface DijkstraSearch {
  readonly frontier: MinHeap;
  /** The smallest cost found so far from this end to each row. */
  readonly costs: Float64Array;
  /** The previous row on the cheapest path found so far to each row; −1 for none. */
  readonly parents: Int32Array;
  /** The cosine of the edge between each row and its parent. */
  readonly parentSimilarities: Float32Array;
  /** 1 for each row whose smallest cost is final, else 0. */
  readonly isDone: Uint8Array;
  /** The rows that have a cost. Only these are reset before the next search. */
  readonly touched: number[];
}

function createSearch(count: number): DijkstraSearch {
  return {
    frontier: createMinHeap(),
    costs: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    parents: new Int32Array(count).fill(-1),
    parentSimilarities: new Float32Array(count),
    isDone: new Uint8Array(count),
    touched: [],
  };
}

function start({ frontier, costs, parents, isDone, touched }: DijkstraSearch, row: number): void {
  for (const previous of touched) {
    costs[previous] = Number.POSITIVE_INFINITY;
    isDone[previous] = 0;
  }
  touched.length = 0;
  frontier.clear();
  costs[row] = 0;
  parents[row] = -1;
  touched.push(row);
  frontier.push(0, row);
}

/** Finds the row where the two halves of the shortest path meet; −1 if there is no path. */
function searchFromBothEnds(
  { offsets, neighbors, similarities }: UndirectedGraph,
  searches: readonly DijkstraSearch[],
  power: number,
): number {
  let best = Number.POSITIVE_INFINITY;
  let meeting = -1;
  while (searches[0].frontier.minKey + searches[1].frontier.minKey < best) {
    // The search with the smaller frontier takes the next step, because it visits fewer rows.
    const side = searches[0].frontier.size <= searches[1].frontier.size ? 0 : 1;
    const { frontier, costs, parents, parentSimilarities, isDone, touched } = searches[side];
    const other = searches[1 - side];
    const row = frontier.pop();
    if (isDone[row]) continue;
    isDone[row] = 1;
    const bound = best - other.frontier.minKey;
    const costToRow = costs[row];
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const next = neighbors[at];
      const cost = costToRow + edgeCost(similarities[at], power);
      if (cost >= costs[next]) continue;
      if (costs[next] === Number.POSITIVE_INFINITY) touched.push(next);
      costs[next] = cost;
      parents[next] = row;
      parentSimilarities[next] = similarities[at];
      const total = cost + other.costs[next];
      if (total < best) {
        best = total;
        meeting = next;
      }
      // Prunes rows that cannot improve the best path: the rest of the path costs at least the smallest cost in the
      // other frontier.
      if (cost < bound) frontier.push(cost, next);
    }
  }
  return meeting;
}

function joinAt(meeting: number, [first, second]: readonly DijkstraSearch[]): GraphPath {
  const rows = [meeting];
  const similarities: number[] = [];
  for (let row = meeting; first.parents[row] !== -1; row = first.parents[row]) {
    rows.unshift(first.parents[row]);
    similarities.unshift(first.parentSimilarities[row]);
  }
  for (let row = meeting; second.parents[row] !== -1; row = second.parents[row]) {
    rows.push(second.parents[row]);
    similarities.push(second.parentSimilarities[row]);
  }
  return { rows, similarities };
}

function componentOf({ count, offsets, neighbors }: UndirectedGraph, row: number): Int32Array {
  const isVisited = new Uint8Array(count);
  const stack = [row];
  isVisited[row] = 1;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (let at = offsets[next]; at < offsets[next + 1]; at++) {
      if (isVisited[neighbors[at]]) continue;
      isVisited[neighbors[at]] = 1;
      stack.push(neighbors[at]);
    }
  }
  return Int32Array.from(isVisited.keys()).filter((other) => isVisited[other] === 1);
}
