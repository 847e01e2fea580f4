/** Runs cooperative tasks (core/cooperative.ts) such that the event loop can handle other events in between. */
import { type Checkpoint, type CooperativeTask, runWithCheckpoints } from '../core/cooperative.ts';

/**
 * Lets the event loop handle pending events, above all a Ctrl-C, which aborts the signal.
 *
 * @throws the signal's reason if it is aborted
 */
export async function yieldToEvents(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/**
 * Milliseconds between two pauses of a build: so short that Ctrl-C works at once, so long that pausing costs nothing
 * measurable.
 */
const BUILD_PAUSE_MS = 50;

/**
 * Creates the checkpoint of a stage of a build: every call reports progress, and lets the event loop handle pending
 * events if the last pause was at least 50 ms ago.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]; may abort the signal
 */
export function createBuildCheckpoint(onProgress: (progress: number) => void, signal: AbortSignal): Checkpoint {
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
 * Runs a cooperative task of a build, pausing every 50 ms so that the event loop can handle pending events.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]; may abort the signal
 * @throws the signal's reason if it is aborted
 */
export async function runBuildTask<Result>(
  task: CooperativeTask<Result>,
  signal: AbortSignal,
  onProgress: (progress: number) => void = () => undefined,
): Promise<Result> {
  signal.throwIfAborted();
  return runWithCheckpoints(task, createBuildCheckpoint(onProgress, signal));
}

/** Milliseconds for which the server works on one request before it lets other requests run. */
const TIME_SLICE_MS = 10;

/**
 * Creates a function to call repeatedly during long work on a request: it lets other requests run, at most once every
 * 10 ms.
 */
export function createTimeSliceCheckpoint(): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart < TIME_SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStart = performance.now();
  };
}

/**
 * Runs a cooperative task for one request in slices of 10 ms, so that a long task does not make other requests wait.
 */
export function runInTimeSlices<Result>(task: CooperativeTask<Result>): Promise<Result> {
  return runWithCheckpoints(task, createTimeSliceCheckpoint());
}
