/** Side effects that are passed as an argument: log, progress display, clock and stop signal. */

/**
 * The side effects that a function may have: it can report, read the clock and be stopped. Passed as an argument, so
 * that the command line decides how reports look and tests can record them.
 */
export interface Effects {
  /** Reports one line that the user should see. */
  log(line: string): void;
  /** Reports one line about something that may need the user's attention. */
  warn(line: string): void;
  /** Reports one line about a decision of the program and its reason. Shown only with `PAPERFIELD_LOG=debug`. */
  debug(line: string): void;
  /** Starts the progress display of a stage. `total` is the number of items to process; left out if it is unknown. */
  startProgress(stage: string, total?: number): ProgressDisplay;
  /**
   * The current time, for timestamps, ages and dates in words that someone types: no result of a build must depend on it.
   */
  now(): Date;
  /** A signal that is aborted when the user stops the program. */
  readonly signal: AbortSignal;
}

/** The progress display of one stage. */
export interface ProgressDisplay {
  /** Shows that `done` items are finished so far. */
  update(done: number): void;
  /** Shows that the stage is finished. `note` summarizes its result in a few words. */
  finish(note?: string): void;
}
