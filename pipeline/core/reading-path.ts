import type { KnnGraph } from './knn-graph.ts';
import { minHeap } from './min-heap.ts';

/** Which rows name a row among their neighbours: the graph backwards. */
export interface NamedBy {
  /** Row r is named at the places `places[starts[r]]` … `places[starts[r + 1] − 1]` of the graph's columns, ascending. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
}

export function namedBy({ count, rows }: KnnGraph): NamedBy {
  const starts = new Int32Array(count + 1);
  for (const row of rows) starts[row + 1]++;
  for (let row = 0; row < count; row++) starts[row + 1] += starts[row];
  const next = starts.slice();
  const places = new Int32Array(rows.length);
  rows.forEach((row, at) => {
    places[next[row]++] = at;
  });
  return { starts, places };
}

/** Calls back for each neighbour of a row: whom it names, and who names it. One that does both comes twice. */
function eachNeighbor(
  { k, rows, similarities }: KnnGraph,
  { starts, places }: NamedBy,
  row: number,
  call: (other: number, similarity: number) => void,
): void {
  for (let at = row * k; at < (row + 1) * k; at++) call(rows[at], similarities[at]);
  for (let i = starts[row]; i < starts[row + 1]; i++) call(Math.floor(places[i] / k), similarities[places[i]]);
}

/** From one row to another by close steps: `similarities[i]` is that of `rows[i]` and `rows[i + 1]`. */
export interface ReadingPath {
  readonly rows: readonly number[];
  readonly similarities: readonly number[];
}

/** Every step costs something, be the papers equal: of two ways as long the one with fewer steps is taken. */
const STEP = 1e-6;

/** What a step costs. `**` takes five times as long. */
function costOf(similarity: number, power: number): number {
  const distance = Math.max(0, 1 - similarity);
  let cost = 1;
  for (let i = 0; i < power; i++) cost *= distance;
  return cost + STEP;
}

/**
 * The path whose steps' costs add up to the least, over neighbours in either direction, by Dijkstra's algorithm from both
 * ends (Pohl, Bi-directional search, 1971). Equal input gives the same path.
 *
 * @param power a whole number from 0 on: a step costs its distance, 1 − cosine, to this power; with 0 each costs alike
 * @returns undefined where no chain of neighbours joins the two
 */
export function readingPath(
  graph: KnnGraph,
  backwards: NamedBy,
  from: number,
  to: number,
  power: number,
): ReadingPath | undefined {
  if (from === to) return { rows: [from], similarities: [] };
  const sides = [searchFrom(graph, from), searchFrom(graph, to)];
  let best = Number.POSITIVE_INFINITY;
  let meeting = -1;
  while (sides[0].open.least + sides[1].open.least < best) {
    const side = sides[0].open.least <= sides[1].open.least ? 0 : 1;
    const { open, costs, parents, steps, isDone } = sides[side];
    const row = open.pop();
    if (isDone[row]) continue;
    isDone[row] = 1;
    eachNeighbor(graph, backwards, row, (other, similarity) => {
      const cost = costs[row] + costOf(similarity, power);
      if (cost >= costs[other]) return;
      costs[other] = cost;
      parents[other] = row;
      steps[other] = similarity;
      const whole = cost + sides[1 - side].costs[other];
      if (whole < best) {
        best = whole;
        meeting = other;
      }
      // From there on it takes at least what the other side has come to: no way through it can be better.
      if (cost + sides[1 - side].open.least < best) open.push(cost, other);
    });
  }
  return meeting === -1 ? undefined : joined(sides[0], sides[1], meeting);
}

interface Side {
  readonly open: ReturnType<typeof minHeap>;
  /** The least found so far, by row. */
  readonly costs: Float64Array;
  readonly parents: Int32Array;
  /** Similarity to the parent. */
  readonly steps: Float32Array;
  readonly isDone: Uint8Array;
}

function searchFrom({ count }: KnnGraph, row: number): Side {
  const costs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  costs[row] = 0;
  const open = minHeap();
  open.push(0, row);
  return {
    open,
    costs,
    parents: new Int32Array(count).fill(-1),
    steps: new Float32Array(count),
    isDone: new Uint8Array(count),
  };
}

function joined(begun: Side, ended: Side, meeting: number): ReadingPath {
  const rows = [meeting];
  const similarities: number[] = [];
  for (let row = meeting; begun.parents[row] !== -1; row = begun.parents[row]) {
    rows.unshift(begun.parents[row]);
    similarities.unshift(begun.steps[row]);
  }
  for (let row = meeting; ended.parents[row] !== -1; row = ended.parents[row]) {
    rows.push(ended.parents[row]);
    similarities.push(ended.steps[row]);
  }
  return { rows, similarities };
}

/** The rows that chains of neighbours join to a row, itself among them, ascending. */
export function islandOf(graph: KnnGraph, backwards: NamedBy, row: number): Int32Array {
  const isIn = new Uint8Array(graph.count);
  const open = [row];
  isIn[row] = 1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    eachNeighbor(graph, backwards, next, (other) => {
      if (isIn[other]) return;
      isIn[other] = 1;
      open.push(other);
    });
  }
  return Int32Array.from(isIn.keys()).filter((one) => isIn[one] === 1);
}
