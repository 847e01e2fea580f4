/** Drivers of cooperative tasks (core/cooperative.ts) that let the event loop run in between. */
import { type Checkpoint, type CooperativeTask, runWithCheckpoints } from '../core/cooperative.ts';

/**
 * Lets pending events be handled, above all the one that aborts the signal.
 *
 * @throws the signal's reason if it is aborted
 */
export async function yieldToEvents(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** Milliseconds between two pauses of a build: Ctrl-C is heard at once, and pausing costs nothing measurable. */
const BUILD_PAUSE_MS = 50;

/**
 * Checkpoints of a build: each reports progress, and yields to events if the last pause was 50 ms ago.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]; may abort the signal
 */
export function buildCheckpoints(onProgress: (progress: number) => void, signal: AbortSignal): Checkpoint {
  let lastPause = performance.now();
  return async (progress) => {
    onProgress(progress);
    signal.throwIfAborted();
    if (performance.now() - lastPause < BUILD_PAUSE_MS) return;
    await yieldToEvents(signal);
    lastPause = performance.now();
  };
}

/**
 * Runs a task of a build, with a pause every 50 ms.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]; may abort the signal
 * @throws the signal's reason if it is aborted
 */
export async function runInBuild<Result>(
  task: CooperativeTask<Result>,
  signal: AbortSignal,
  onProgress: (progress: number) => void = () => undefined,
): Promise<Result> {
  signal.throwIfAborted();
  return runWithCheckpoints(task, buildCheckpoints(onProgress, signal));
}

/** Milliseconds for which the server works on one request before it lets others run. */
const TIME_SLICE_MS = 10;

/** Checkpoints of a request: each lets other requests run, but not more often than every 10 ms. */
export function timeSlices(): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart < TIME_SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStart = performance.now();
  };
}

/** Runs a task of a request in slices of 10 ms, so that a long one does not make all others wait. */
export function runInTimeSlices<Result>(task: CooperativeTask<Result>): Promise<Result> {
  return runWithCheckpoints(task, timeSlices());
}
