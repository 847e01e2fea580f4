/** Computations that run while the process is idle, or immediately when their result is needed. */
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';
import { createTimeSliceCheckpoint } from './scheduling.ts';

/** A computation that runs while the process is idle and can be canceled. */
export interface IdleTask {
  /** Cancels the remaining work. */
  stop(): void;
}

/** Milliseconds before idle work starts: the process first answers the request that it was started for. */
const INITIAL_DELAY_MS = 250;
/** Length of a slice of idle work in milliseconds: the longest time that it makes a request wait. */
const SLICE_MS = 2;
/**
 * Pause between two slices in milliseconds: as long as a slice, so that idle work takes at most half of the time and
 * waiting requests are answered in between.
 */
const PAUSE_MS = 2;

/**
 * Calls `advance` repeatedly while the process is idle, in slices of a few milliseconds, until it returns false. Does
 * not keep the process alive.
 *
 * @param advance does a small part of the work, and returns whether more is left. An error that it throws ends the work
 *   silently: code that needs the result later gets the same error and can report it
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
 * Calls `read` for each of the rows 0 … `rows` − 1 while the process is idle, to fill a cache in advance.
 *
 * @param read an error that it throws ends the prefetching; a later read of the same row reports the error
 */
export function prefetchRows(rows: number, read: (row: number) => void): IdleTask {
  let next = 0;
  return runWhenIdle(() => {
    if (next < rows) read(next++);
    return next < rows;
  });
}

/** A result that is computed when it is first needed, or before that in idle time. */
export interface LazyTask<Result> {
  /** Returns the result. If it is not complete yet, computes the rest without a pause. */
  get(): Result;
  /** Returns the result if it is already computed, else undefined. Never blocks. */
  peek(): Result | undefined;
  /**
   * Returns the result. If it is not complete yet, computes the rest in time slices, so that other requests are
   * answered meanwhile.
   */
  ready(): Promise<Result>;
  /** Computes one step, and returns false once the result is complete. */
  advance(): boolean;
}

/**
 * Creates a task whose result is computed once, when it is needed or in idle time.
 *
 * @param start begins the computation; it is called again after an error, so that every caller gets the error
 */
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
      const nextSlice = createTimeSliceCheckpoint();
      while (advance()) await nextSlice();
      return get();
    },
    advance,
  };
}
