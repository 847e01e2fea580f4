/** Work in advance: it is done while the process is idle, or at once when its result is needed. */
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';
import { timeSlices } from './scheduling.ts';

/** Work in idle time that can be canceled. */
export interface IdleTask {
  /** No further calls are made. */
  stop(): void;
}

/** Milliseconds before the first slice: the process first answers the request that it was started for. */
const INITIAL_DELAY_MS = 250;
/** Milliseconds a slice: how long a request may have to wait. */
const SLICE_MS = 2;
/** Milliseconds between slices: at most half of the time is used, and waiting requests go first. */
const PAUSE_MS = 2;

/**
 * Calls `advance` in slices of a few milliseconds until it returns false. Does not keep the process alive.
 *
 * @param advance ends the work if it throws; code that needs the result later gets the same error and can report it
 */
export function runWhenIdle(advance: () => boolean): IdleTask {
  const slice = () => {
    const until = performance.now() + SLICE_MS;
    try {
      while (performance.now() < until) if (!advance()) return;
    } catch {
      return;
    }
    timer = setTimeout(slice, PAUSE_MS).unref();
  };
  let timer = setTimeout(slice, INITIAL_DELAY_MS).unref();
  return { stop: () => clearTimeout(timer) };
}

/**
 * Calls `read` for rows 0 … `rows` − 1 in idle time, so that it can fill a cache.
 *
 * @param read ends the work if it throws; a later read of that row reports the error
 */
export function prefetch(rows: number, read: (row: number) => void): IdleTask {
  let next = 0;
  return runWhenIdle(() => {
    if (next < rows) read(next++);
    return next < rows;
  });
}

/** A result that is computed when it is first needed, or before that in idle time. */
export interface LazyTask<Result> {
  /** The result; computes what is missing without a pause. */
  get(): Result;
  /** The result if it is already computed, else undefined. Never blocks. */
  peek(): Result | undefined;
  /** The result; computes what is missing in time slices, so that other requests are answered meanwhile. */
  ready(): Promise<Result>;
  /** Computes one step; false if the result is there. */
  advance(): boolean;
}

/** @param start begins the computation; called again if it threw, so that every caller gets the error */
export function createLazyTask<Result>(start: () => CooperativeTask<Result>): LazyTask<Result> {
  let task = start();
  let computed: { readonly result: Result } | undefined;
  // A generator that threw is finished: without a restart the next caller would get undefined instead of the error.
  const restartOnError = <Value>(work: () => Value): Value => {
    try {
      return work();
    } catch (error) {
      task = start();
      throw error;
    }
  };
  const advance = () => {
    if (computed) return false;
    const next = restartOnError(() => task.next());
    if (next.done) computed = { result: next.value };
    return !next.done;
  };
  const get = () => {
    computed ??= { result: restartOnError(() => runToCompletion(task)) };
    return computed.result;
  };
  return {
    get,
    peek: () => computed?.result,
    async ready() {
      const nextSlice = timeSlices();
      while (advance()) await nextSlice();
      return get();
    },
    advance,
  };
}
