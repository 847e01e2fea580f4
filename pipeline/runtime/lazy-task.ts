import { finished, type Steps } from '../core/cooperative.ts';
import { turns } from './scheduling.ts';

/** Work that need not wait for a question: done row by row while nothing else is to do. */

export interface ReadAhead {
  /** Ends the work; nothing is called any more. */
  stop(): void;
}

/** Milliseconds: first the process answers whoever opened it; then each slice holds up a question by no more than this. */
const [BEFORE, SLICE] = [250, 2];
/** Milliseconds between slices: at most half of the time is taken, and questions that wait come first. */
const PAUSE = 2;

/**
 * Calls `step` a few milliseconds at a time, until it returns false: there is nothing further to do. Keeps no process alive.
 *
 * @param step where it throws, the work ends: whoever asks for what it prepares is told what is wrong with that
 */
export function inIdleTime(step: () => boolean): ReadAhead {
  const slice = () => {
    const until = performance.now() + SLICE;
    try {
      while (performance.now() < until) if (!step()) return;
    } catch {
      return;
    }
    timer = setTimeout(slice, PAUSE).unref();
  };
  let timer = setTimeout(slice, BEFORE).unref();
  return { stop: () => clearTimeout(timer) };
}

/**
 * Calls `read` for each row from 0 on, in idle time.
 *
 * @param read where it throws, the work ends: whoever asks for that row is told what is wrong with it
 */
export function readAhead(rows: number, read: (row: number) => void): ReadAhead {
  let next = 0;
  return inIdleTime(() => {
    if (next < rows) read(next++);
    return next < rows;
  });
}

export interface Ahead<Result> {
  /** All of it; where it is not all read yet, the rest is read first. */
  all(): Result;
  /** All of it, where it is read; nobody waits for that. */
  known(): Result | undefined;
  /** The same, with turns for others on the way: one who asks early does not make everybody wait. */
  ready(): Promise<Result>;
  /** Reads a little further; false where all is read. */
  step(): boolean;
}

/** Reads something long by and by, or at once where somebody asks for it. */
export function openAhead<Result>(read: () => Steps<Result>): Ahead<Result> {
  let steps = read();
  let known: { readonly result: Result } | undefined;
  /** Steps that failed are over: whoever asks next begins anew, and is told what is wrong too. */
  const orAnew = <Made>(work: () => Made): Made => {
    try {
      return work();
    } catch (error) {
      steps = read();
      throw error;
    }
  };
  const step = () => {
    if (known) return false;
    const next = orAnew(() => steps.next());
    if (next.done) known = { result: next.value };
    return !next.done;
  };
  const all = () => {
    known ??= { result: orAnew(() => finished(steps)) };
    return known.result;
  };
  return {
    all,
    known: () => known?.result,
    async ready() {
      const rest = turns();
      while (step()) await rest(0);
      return all();
    },
    step,
  };
}
