/**
 * Cooperative tasks: long computations as generators that yield every few milliseconds, so that their driver can report
 * progress, answer other requests or stop them. This file is pure; pipeline/runtime/scheduling.ts has the drivers that
 * use the event loop.
 */

/**
 * A computation that yields the share of its work that is done, rising in [0, 1], and returns its result. The result does
 * not depend on when or how often it yields.
 *
 * @example
 * function* sumOf(values: Float64Array): CooperativeTask<number> {
 *   let sum = 0;
 *   yield* inChunks(values.length, (from, to) => {
 *     for (let i = from; i < to; i++) sum += values[i];
 *   });
 *   return sum;
 * }
 * runToCompletion(sumOf(values)); // now, without a pause
 * await runInTimeSlices(sumOf(values)); // other requests are answered in between
 */
export type CooperativeTask<Result> = Generator<number, Result, void>;

/** Runs a task now, without a pause. */
export function runToCompletion<Result>(task: CooperativeTask<Result>): Result {
  for (;;) {
    const next = task.next();
    if (next.done) return next.value;
  }
}

/** Runs a task as one part of a longer one, whose progress it takes from `from` to `to`. */
export function* runAsPortion<Result>(
  task: CooperativeTask<Result>,
  from: number,
  to: number,
): CooperativeTask<Result> {
  for (;;) {
    const next = task.next();
    if (next.done) return next.value;
    yield from + (to - from) * next.value;
  }
}

/** Milliseconds between two yields: a pause is possible often, and yielding costs next to nothing. */
const TARGET_MS = 2;

/** From the time that a chunk took, how large the next one should be; it grows by no more than twice at a time. */
function nextChunkSize(size: number, elapsedMs: number): number {
  const factor = Math.min(2, TARGET_MS / Math.max(elapsedMs, TARGET_MS / 8));
  return Math.max(1, Math.round(size * factor));
}

/**
 * Works through 0 … `count` − 1 in chunks of about two milliseconds each, and yields before each chunk.
 *
 * @param work does `from` … `to` − 1; what comes out must not depend on where chunks begin
 */
export function* inChunks(count: number, work: (from: number, to: number) => void): CooperativeTask<void> {
  let size = 1;
  for (let from = 0; from < count; ) {
    yield from / count;
    const to = Math.min(count, from + size);
    const start = performance.now();
    work(from, to);
    size = nextChunkSize(size, performance.now() - start);
    from = to;
  }
}

/**
 * For loops that `inChunks` does not fit: a function to call once an iteration, which returns true about every two
 * milliseconds. It reads the clock only when it expects that time to have passed.
 *
 * @example
 * const isDue = everyFewMilliseconds();
 * for (let row = 0; row < count; row++) {
 *   if (isDue()) yield row / count;
 *   …
 * }
 */
export function createYieldTimer(): () => boolean {
  let interval = 1;
  let calls = 0;
  let start = 0;
  return () => {
    // Measured from the first call after a yield: a pause there is not the loop's own time.
    if (calls === 0) start = performance.now();
    if (++calls < interval) return false;
    interval = nextChunkSize(interval, performance.now() - start);
    calls = 0;
    return true;
  };
}

/**
 * A possible pause in asynchronous work.
 *
 * @param progress share of the work that is done, in [0, 1]
 * @throws the reason of the stop, if the work is to be stopped
 */
export type Checkpoint = (progress: number) => Promise<void>;

/** Never pauses. */
export const noCheckpoint: Checkpoint = () => Promise.resolve();

/** Runs a task with a checkpoint at each yield. If a checkpoint throws, so does the task's `yield`: `finally` blocks run. */
export async function runWithCheckpoints<Result>(
  task: CooperativeTask<Result>,
  checkpoint: Checkpoint,
): Promise<Result> {
  for (;;) {
    const next = task.next();
    if (next.done) return next.value;
    try {
      await checkpoint(next.value);
    } catch (reason) {
      task.throw(reason);
      throw reason;
    }
  }
}

/** The checkpoint of one part of longer work, whose progress it takes from `from` to `to`. */
export function subrange(checkpoint: Checkpoint, from: number, to: number): Checkpoint {
  return (progress) => checkpoint(from + (to - from) * progress);
}
