import { type CooperativeTask, everyFewMilliseconds } from '../cooperative.ts';

/** Values that are sorted without a pause, a few milliseconds of work; sorted runs are then merged. */
const RUN_LENGTH = 8192;

/** Sorts as `toSorted` does, in a new array, but as a cooperative task. Stable. */
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
  const isDue = everyFewMilliseconds();
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
