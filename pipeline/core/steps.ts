/**
 * Arithmetic that takes long and can rest on its way: it yields the share that is done, in [0, 1] and rising, every few
 * milliseconds, and returns what came out. Whoever drives it decides whether to go on: `finished` does, without a rest.
 */
export type Steps<Result> = Generator<number, Result, void>;

/** All of it at once. */
export function finished<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

/** As a part of something longer: the shares run from `from` to `to`. */
export function* stretch<Result>(steps: Steps<Result>, from: number, to: number): Steps<Result> {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    yield from + (to - from) * next.value;
  }
}

/** Calls `work` for 0 … `count`, so many at a time: `work(from, to)` does `from` … `to` − 1. */
export function* spans(count: number, atOnce: number, work: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < count; from += atOnce) {
    yield from / count;
    work(from, Math.min(count, from + atOnce));
  }
}
