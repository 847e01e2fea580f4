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

/**
 * Gives others a turn on the way through long work that waits for files or threads as well.
 *
 * @param share of the work that is done, in [0, 1]
 * @throws where the run is stopped
 */
export type Rest = (share: number) => Promise<void>;

/** Goes on without a rest. */
export const onwards: Rest = () => Promise.resolve();

/** Rests after each step. Where a rest throws, the steps end where they stand, and what they hold open is closed. */
export async function withRests<Result>(steps: Steps<Result>, rest: Rest): Promise<Result> {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    try {
      await rest(next.value);
    } catch (reason) {
      steps.throw(reason);
      throw reason;
    }
  }
}

/** The rests of a part of something longer: the shares run from `from` to `to`. */
export function within(rest: Rest, from: number, to: number): Rest {
  return (share) => rest(from + (to - from) * share);
}
