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
 * Calls `read` for each row from 0 on, a few at a time. Keeps no process alive.
 *
 * @param read where it throws, the work ends: whoever asks for that row is told what is wrong with it
 */
export function readAhead(rows: number, read: (row: number) => void): ReadAhead {
  let next = 0;
  const slice = () => {
    const until = performance.now() + SLICE;
    try {
      while (next < rows && performance.now() < until) read(next++);
    } catch {
      return;
    }
    if (next < rows) timer = setTimeout(slice, PAUSE).unref();
  };
  let timer = setTimeout(slice, BEFORE).unref();
  return { stop: () => clearTimeout(timer) };
}
