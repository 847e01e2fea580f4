import { type Rest, type Steps, withRests } from '../core/cooperative.ts';

/**
 * Lets the process hear what came in while a loop had it, the signal to stop above all: called every so many rows, in less
 * than a second each.
 *
 * @throws the signal's reason, where it is aborted
 */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** Milliseconds between two pauses: seldom enough to cost nothing. */
const PAUSE_EVERY = 50;

/**
 * Rests that are a pause each, but not more often than every 50 ms.
 *
 * @param onShare told the share that is done, in [0, 1]
 */
export function pauses(onShare: (share: number) => void, signal: AbortSignal): Rest {
  let paused = performance.now();
  return async (share) => {
    if (performance.now() - paused < PAUSE_EVERY) return;
    onShare(share);
    await pause(signal);
    paused = performance.now();
  };
}

/**
 * Goes through steps, with a pause every 50 ms.
 *
 * @throws the signal's reason, where it is aborted
 */
export async function inSteps<Result>(
  steps: Steps<Result>,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  return withRests(steps, pauses(onShare, signal));
}

/** Milliseconds for which one visitor's answer may hold up all others'. */
const TURN = 10;

/** Rests that let others be answered, but not more often than every 10 ms. */
export function turns(): Rest {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}

/** Goes through steps, with a rest every 10 ms: what takes long for one is not waited for by all. */
export function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  return withRests(steps, turns());
}
