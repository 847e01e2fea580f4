/** What a stage may do besides returning a value. Handed in, so that tests see it and the CLI decides how it looks. */
export interface Effects {
  /** Tells the reader a fact, one line. */
  log(line: string): void;
  /** Tells the reader of something that may need a hand. */
  warn(line: string): void;
  /** Begins to show the progress of a stage. `total` is absent where it is not known. */
  begin(stage: string, total?: number): Progress;
  /** The time, for what is *about* time (a snapshot's age). Never part of a result. */
  now(): Date;
  /** Aborted when the person stops the run. */
  readonly signal: AbortSignal;
}

/** The progress of one stage. */
export interface Progress {
  /** `done` items are finished so far. */
  at(done: number): void;
  /** The stage is finished; `note` says what came out. */
  end(note?: string): void;
}
