/** Sorting, selection of the highest scores, and binary search. */
import { type CooperativeTask, createYieldTimer } from '../cooperative.ts';

/**
 * The indices that sort `scores` from the highest to the lowest. Equal scores are ordered by their rows, which are at
 * the same indices of `rows`.
 */
export function descendingOrder(rows: Int32Array, scores: Float32Array): Int32Array {
  return Int32Array.from(rows.keys()).sort((a, b) => scores[b] - scores[a] || rows[a] - rows[b]);
}

/**
 * The `k` rows with the highest scores, the highest first, equal scores by row; all rows if there are fewer. Takes O(n
 * log k) by a heap whose root is the worst row that is kept.
 *
 * @param rows the rows to choose from; not changed
 * @param scores the score of every row: indexed by row, not by position in `rows`
 */
export function topK(rows: Int32Array, scores: Float32Array, k: number): Int32Array {
  const size = Math.min(Math.max(0, Math.floor(k)), rows.length);
  const heap = rows.slice(0, size);
  const isWorse = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  const siftDown = (from: number, row: number) => {
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isWorse(heap[child + 1], heap[child])) child++;
      if (!isWorse(heap[child], row)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = row;
  };
  for (let at = (size >> 1) - 1; at >= 0; at--) siftDown(at, heap[at]);
  if (size > 0) {
    for (let at = size; at < rows.length; at++) if (isWorse(heap[0], rows[at])) siftDown(0, rows[at]);
  }
  return heap.sort((a, b) => scores[b] - scores[a] || a - b);
}

/**
 * Number of values that are sorted at once, without a pause: a few milliseconds of work. The sorted runs are then
 * merged.
 */
const RUN_LENGTH = 8192;

/** Sorts values into a new array, as `toSorted` of arrays does, but as a cooperative task. The sort is stable. */
export function* mergeSort<Value>(
  values: readonly Value[],
  compare: (a: Value, b: Value) => number,
): CooperativeTask<Value[]> {
  let from = values.slice();
  let to = new Array<Value>(values.length);
  const passes = 1 + Math.ceil(Math.log2(Math.max(1, values.length / RUN_LENGTH)));
  for (let start = 0; start < values.length; start += RUN_LENGTH) {
    yield start / values.length / passes;
    const run = values.slice(start, start + RUN_LENGTH).sort(compare);
    for (let i = 0; i < run.length; i++) from[start + i] = run[i];
  }
  const isDue = createYieldTimer();
  for (let length = RUN_LENGTH, pass = 1; length < values.length; length *= 2, pass++) {
    for (let start = 0; start < values.length; start += 2 * length) {
      const middle = Math.min(values.length, start + length);
      const end = Math.min(values.length, start + 2 * length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (isDue()) yield (pass + at / values.length) / passes;
        const takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
        to[at] = from[takesLeft ? left++ : right++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

// Binary searches, each in O(log n).

/**
 * The first index in [from, to) for which a condition holds; `to` if there is none.
 *
 * @param holds the condition: false up to some index, true from there on
 */
export function partitionPoint(from: number, to: number, holds: (index: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first index in [from, to) of ascending numbers whose value is at least `value`; `to` if there is none. */
export function lowerBound(ascending: ArrayLike<number>, value: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index in [from, to) of ascending numbers whose value is greater than `value`; `to` if there is none. */
export function upperBound(ascending: ArrayLike<number>, value: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
