import { type Rest, type Steps, withRests } from '../pipeline/core/steps.ts';

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
