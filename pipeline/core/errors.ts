/** Errors that a user can act on, and functions that make texts for messages. */

/**
 * The kinds of errors that a user can act on, each with an exit code and an HTTP status. Anything thrown that is not a
 * PaperfieldError is a bug in paperfield.
 */
export const errorKinds = {
  /** An option, argument or query has the wrong form. */
  bad_request: { exit: 2, status: 400 },
  /** A file, folder or other source cannot be read or written, or has no papers. */
  bad_input: { exit: 3, status: 400 },
  /** The requested id, snapshot or data folder does not exist. */
  not_found: { exit: 4, status: 404 },
  /** Another process is building into the same data folder. */
  locked: { exit: 5, status: 409 },
  /** The embedding model cannot be loaded or downloaded. */
  model: { exit: 6, status: 503 },
  /** A file of the data folder is damaged, or was written by another version. */
  corrupt: { exit: 7, status: 500 },
  /** The new snapshot is worse than the one in use, and was not promoted. */
  worse: { exit: 8, status: 500 },
  /** A source of papers could not be fetched, or not completely. What it gave before stays. */
  fetch_failed: { exit: 9, status: 502 },
  /** Nights fail or nothing runs any more: someone should look. */
  attention: { exit: 10, status: 503 },
  /** The user stopped the program. A client whose request was interrupted by this may send it again. */
  canceled: { exit: 130, status: 503 },
} as const;

export type ErrorKind = keyof typeof errorKinds;

/**
 * An error that a user can act on. Its message is one sentence that says where the error is, which value caused it,
 * what was expected and what to do. It is shown to the user without a stack trace.
 */
export class PaperfieldError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PaperfieldError';
    this.kind = kind;
  }
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error for a file or folder that cannot be read. */
export function cannotReadError(path: string, error: unknown): PaperfieldError {
  return new PaperfieldError('bad_input', `${path}: cannot be read (${errorMessage(error)})`, { cause: error });
}

/** Whether writing failed because no space is left, as the system (ENOSPC, EDQUOT) or SQLite says it. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code) || /database or disk is full/.test(error.message);
}

/** The error for a folder on a disk without space. Whoever throws it has removed what was half written. */
export function diskFullError(folder: string, detail: string): PaperfieldError {
  return new PaperfieldError(
    'bad_input',
    `${folder}: the disk is full (${detail}); nothing half-written is left and the current snapshot stays ` +
      "in use: free some space, for example with 'paperfield snapshots prune --keep 2', or give another --data-dir",
  );
}

/**
 * The error for a file or folder that cannot be written.
 *
 * @param option the option that names the path, `--data-dir` for example
 */
export function cannotWriteError(path: string, error: unknown, option: string): PaperfieldError {
  const message = `${path}: cannot be written (${errorMessage(error)}); give another ${option}`;
  return new PaperfieldError('bad_input', message, { cause: error });
}

/**
 * Maximum length of an excerpt in UTF-16 code units: a file name, the excerpt and a reason fit into one line of a
 * terminal.
 */
const MAX_EXCERPT_LENGTH = 80;

/** The beginning of a text as one line of at most 80 characters, for messages. It ends with `…` if the text was cut. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= MAX_EXCERPT_LENGTH) return line;
  // Removes half of a surrogate pair, so that a character outside the Basic Multilingual Plane is not cut in half.
  return `${line.slice(0, MAX_EXCERPT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
