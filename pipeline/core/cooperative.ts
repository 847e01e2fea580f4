/**
 * Cooperative tasks: long computations as generators that yield every few milliseconds, so that the code that runs a
 * task can report progress, answer other requests or stop the task. The functions that run tasks on the event loop are
 * in pipeline/runtime/scheduling.ts.
 */

/**
 * A computation that yields the share of its work that is done, rising in [0, 1], and returns its result. The result
 * does not depend on when or how often it yields.
 *
 * @example
 * function* sumOf(values: Float64Array): CooperativeTask<number> {
 *   let sum = 0;
 *   yield* processInChunks(values.length, (from, to) => {
 *     for (let i = from; i < to; i++) sum += values[i];
 *   });
 *   return sum;
 * }
 * runToCompletion(sumOf(values)); // now, without a pause
 * await runInTimeSlices(sumOf(values)); // other requests are answered in between
 */
export type CooperativeTask<Result> = Generator<number, Result, void>;

/** Runs a cooperative task to its end without a pause, and returns its result. */
export function runToCompletion<Result>(task: CooperativeTask<Result>): Result {
  for (;;) {
    const next = task.next();
    if (next.done) return next.value;
  }
}

/**
 * Runs a task as one part of a longer task: while it runs, the progress of the longer task rises from `from` to `to`.
 */
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

/** Target time between two yields in milliseconds: pauses are possible often, and yielding costs next to nothing. */
const TARGET_MS = 2;

/**
 * The size of the next chunk, chosen by the time that the last one took, so that a chunk takes about two milliseconds.
 * At most twice the size of the last chunk.
 */
function nextChunkSize(size: number, elapsedMs: number): number {
  const factor = Math.min(2, TARGET_MS / Math.max(elapsedMs, TARGET_MS / 8));
  return Math.max(1, Math.round(size * factor));
}

/**
 * Calls `work` for consecutive ranges that together cover the indices 0 … `count` − 1. Each range is about two
 * milliseconds of work, and the task yields before each.
 *
 * @param work processes the indices `from` … `to` − 1; its results must not depend on where one range ends and the next
 *   begins
 */
export function* processInChunks(count: number, work: (from: number, to: number) => void): CooperativeTask<void> {
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
 * Creates a function that tells a loop when to yield: called once per iteration, it returns true about every two
 * milliseconds. Meant for loops that cannot use `processInChunks`. The function reads the clock only when it expects
 * two milliseconds to have passed.
 *
 * @example
 * const isDue = createYieldTimer();
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
    // The time is measured from the first call after a yield, because a pause at the yield is not work of the loop.
    if (calls === 0) start = performance.now();
    if (++calls < interval) return false;
    interval = nextChunkSize(interval, performance.now() - start);
    calls = 0;
    return true;
  };
}

/**
 * A function that asynchronous work calls between its steps: the work may be paused or stopped there.
 *
 * @param progress share of the work that is done, in [0, 1]
 * @throws the reason of the stop, if the work is to be stopped
 */
export type Checkpoint = (progress: number) => Promise<void>;

/** A checkpoint that does nothing: work that calls it is never paused or stopped. */
export const noopCheckpoint: Checkpoint = () => Promise.resolve();

/**
 * Runs a cooperative task and calls `checkpoint` at each of its yields. An error of the checkpoint is thrown into the
 * task at its `yield`, so that the `finally` blocks of the task run.
 */
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

/**
 * Creates the checkpoint for one part of longer work: it maps the progress of the part, in [0, 1], to the range `from`
 * … `to` of the progress of the whole.
 */
export function createPortionCheckpoint(checkpoint: Checkpoint, from: number, to: number): Checkpoint {
  return (progress) => checkpoint(from + (to - from) * progress);
}
