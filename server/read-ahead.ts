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
