/**
 * The errors a person can act on. Each kind has one exit code and one HTTP status; anything thrown that is not a
 * PaperfieldError is a bug of ours.
 */
export const errorKinds = {
  /** An option, argument or query is not of the form asked for. */
  bad_request: { exit: 2, status: 400 },
  /** A file, folder or other source given by the user cannot be read or holds no papers. */
  bad_input: { exit: 3, status: 400 },
  /** The id, snapshot or data folder asked for does not exist. */
  not_found: { exit: 4, status: 404 },
  /** Another process is building into the same data folder. */
  locked: { exit: 5, status: 409 },
  /** The embedding model cannot be loaded or fetched. */
  model: { exit: 6, status: 503 },
  /** What lies on disk is damaged or was written by another version. */
  corrupt: { exit: 7, status: 500 },
  /** The snapshot that was built is worse than the one that serves, and was not promoted. */
  worse: { exit: 8, status: 500 },
  /** The person stopped the run. */
  canceled: { exit: 130, status: 499 },
} as const;

export type ErrorKind = keyof typeof errorKinds;

/** Says where, the value, what was expected and what to do. Printed without a stack. */
export class PaperfieldError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PaperfieldError';
    this.kind = kind;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
