import { finished, type Steps } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';

/** Numbers with keys, the one with the smallest key first; of equal keys the smaller number. */
export interface MinHeap {
  readonly size: number;
  /** The smallest key; Infinity where nothing is left. */
  readonly least: number;
  push(key: number, value: number): void;
  /** Takes the first out. @throws RangeError where nothing is left */
  pop(): number;
  clear(): void;
}

/** A binary heap (Williams, Algorithm 232, 1964). */
export function minHeap(): MinHeap {
  let keys = new Float64Array(1024);
  let values = new Int32Array(1024);
  let size = 0;
  const grow = () => {
    const [moreKeys, moreValues] = [new Float64Array(2 * keys.length), new Int32Array(2 * keys.length)];
    moreKeys.set(keys);
    moreValues.set(values);
    [keys, values] = [moreKeys, moreValues];
  };
  return {
    get size() {
      return size;
    },
    get least() {
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

/** A graph's neighbors in either direction: whom a row names, and who names it. One that does both comes twice. */
export interface Links {
  readonly count: number;
  /** Row r is linked to `rows[starts[r]]` … `rows[starts[r + 1] − 1]`. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

/** Rows between two steps. */
const ROWS_A_STEP = 8192;

export function linksOf(graph: KnnGraph): Links {
  return finished(linksInSteps(graph));
}

/** The same in steps of some milliseconds. */
export function* linksInSteps({ count, k, rows: named, similarities: given }: KnnGraph): Steps<Links> {
  const starts = new Int32Array(count + 1);
  for (const row of named) starts[row + 1]++;
  for (let row = 0; row < count; row++) starts[row + 1] += starts[row] + k;
  const rows = new Int32Array(2 * named.length);
  const similarities = new Float32Array(rows.length);
  // Each row's own neighbors come first, then whoever names it, ascending.
  const next = Int32Array.from({ length: count }, (_, row) => starts[row] + k);
  for (let row = 0, at = 0; row < count; row++) {
    if (row % ROWS_A_STEP === 0) yield row / count;
    for (let i = 0; i < k; i++, at++) {
      const other = named[at];
      rows[starts[row] + i] = other;
      similarities[starts[row] + i] = given[at];
      rows[next[other]] = row;
      similarities[next[other]++] = given[at];
    }
  }
  return { count, starts, rows, similarities };
}

/** From one row to another by close steps: `similarities[i]` is that of `rows[i]` and `rows[i + 1]`. */
export interface ReadingPath {
  readonly rows: readonly number[];
  readonly similarities: readonly number[];
}

export interface PathFinder {
  /**
   * The path whose steps' costs add up to the least. Equal input gives the same path.
   *
   * @param power a whole number from 0 on: a step costs its distance, 1 − cosine, to this power; with 0 each costs alike
   * @returns undefined where no chain of neighbors joins the two
   */
  path(from: number, to: number, power: number): ReadingPath | undefined;
  /** The rows that chains of neighbors join to a row, itself among them, ascending. */
  island(row: number): Int32Array;
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

/** Finds paths by Dijkstra's algorithm from both ends (Pohl, Bi-directional search, 1971), in room that is taken once. */
export function pathFinder(links: Links): PathFinder {
  const sides = [sideOf(links.count), sideOf(links.count)];
  return {
    path(from, to, power) {
      if (from === to) return { rows: [from], similarities: [] };
      begin(sides[0], from);
      begin(sides[1], to);
      const meeting = meet(links, sides, power);
      return meeting === -1 ? undefined : joined(sides, meeting);
    },
    island: (row) => islandOf(links, row),
  };
}

interface Side {
  readonly open: MinHeap;
  /** The least found so far, by row. */
  readonly costs: Float64Array;
  readonly parents: Int32Array;
  /** Similarity to the parent. */
  readonly steps: Float32Array;
  readonly isDone: Uint8Array;
  /** Rows with a cost, to be cleared before the next search. */
  readonly met: number[];
}

function sideOf(count: number): Side {
  return {
    open: minHeap(),
    costs: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    parents: new Int32Array(count).fill(-1),
    steps: new Float32Array(count),
    isDone: new Uint8Array(count),
    met: [],
  };
}

function begin({ open, costs, parents, isDone, met }: Side, row: number): void {
  for (const previous of met) {
    costs[previous] = Number.POSITIVE_INFINITY;
    isDone[previous] = 0;
  }
  met.length = 0;
  open.clear();
  costs[row] = 0;
  parents[row] = -1;
  met.push(row);
  open.push(0, row);
}

/** The row in which the best way's two halves meet, −1 where there is none. */
function meet({ starts, rows, similarities }: Links, sides: readonly Side[], power: number): number {
  let best = Number.POSITIVE_INFINITY;
  let meeting = -1;
  while (sides[0].open.least + sides[1].open.least < best) {
    // The narrower front goes on: it meets fewer rows on its way.
    const side = sides[0].open.size <= sides[1].open.size ? 0 : 1;
    const { open, costs, parents, steps, isDone, met } = sides[side];
    const other = sides[1 - side];
    const row = open.pop();
    if (isDone[row]) continue;
    isDone[row] = 1;
    const bar = best - other.open.least;
    const before = costs[row];
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      const next = rows[at];
      const cost = before + costOf(similarities[at], power);
      if (cost >= costs[next]) continue;
      if (costs[next] === Number.POSITIVE_INFINITY) met.push(next);
      costs[next] = cost;
      parents[next] = row;
      steps[next] = similarities[at];
      const whole = cost + other.costs[next];
      if (whole < best) {
        best = whole;
        meeting = next;
      }
      // From there on it takes at least what the other side has come to: no way through it can be better.
      if (cost < bar) open.push(cost, next);
    }
  }
  return meeting;
}

function joined([begun, ended]: readonly Side[], meeting: number): ReadingPath {
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

function islandOf({ count, starts, rows }: Links, row: number): Int32Array {
  const isIn = new Uint8Array(count);
  const open = [row];
  isIn[row] = 1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (let at = starts[next]; at < starts[next + 1]; at++) {
      if (isIn[rows[at]]) continue;
      isIn[rows[at]] = 1;
      open.push(rows[at]);
    }
  }
  return Int32Array.from(isIn.keys()).filter((one) => isIn[one] === 1);
}
