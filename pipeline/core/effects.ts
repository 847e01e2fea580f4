/**
 * What a function may do besides returning a value: report, read the clock, be stopped. Passed in as an argument, so
 * that the command line decides how reports look and tests can watch them.
 */
export interface Effects {
  /** Reports one line that the user should see. */
  log(line: string): void;
  /** Reports one line about something that may need the user's attention. */
  warn(line: string): void;
  /** Reports one line about a decision of the program and its reason. Shown only with `PAPERFIELD_LOG=debug`. */
  debug(line: string): void;
  /** Starts the progress display of a stage. `total` is the number of items, absent where it is unknown. */
  startProgress(stage: string, total?: number): Progress;
  /** The current time, for timestamps and ages only: a result must not depend on it. */
  now(): Date;
  /** Aborted when the user stops the program. */
  readonly signal: AbortSignal;
}

/** The progress display of one stage. */
export interface Progress {
  /** `done` items are finished so far. */
  update(done: number): void;
  /** The stage is finished. `note` summarizes its result in a few words. */
  finish(note?: string): void;
}
