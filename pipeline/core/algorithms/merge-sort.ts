import type { Steps } from '../cooperative.ts';

/** Values sorted in one go; and between two steps while sorted runs are merged. */
const RUN = 8192;

/** Sorts as `toSorted` does, equal values in the order in which they came, in steps of a few milliseconds. */
export function* mergeSorted<Value>(values: readonly Value[], compare: (a: Value, b: Value) => number): Steps<Value[]> {
  let from = values.slice();
  let to = new Array<Value>(values.length);
  const rounds = 1 + Math.ceil(Math.log2(Math.max(1, values.length / RUN)));
  for (let at = 0; at < values.length; at += RUN) {
    yield at / values.length / rounds;
    const run = values.slice(at, at + RUN).sort(compare);
    for (let i = 0; i < run.length; i++) from[at + i] = run[i];
  }
  for (let length = RUN, round = 1; length < values.length; length *= 2, round++) {
    for (let left = 0; left < values.length; left += 2 * length) {
      const middle = Math.min(values.length, left + length);
      const end = Math.min(values.length, left + 2 * length);
      let [one, other] = [left, middle];
      for (let at = left; at < end; at++) {
        if ((at - left) % RUN === 0) yield (round + at / values.length) / rounds;
        const isOne = one < middle && (other >= end || compare(from[one], from[other]) <= 0);
        to[at] = from[isOne ? one++ : other++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
