/** One file (or standard input) of the user's, opened line by line so that its size does not matter. */
export interface SourceFile {
  /** What receipts call it: its name, or its path within the folder that was given. */
  readonly name: string;
  /** Whether the user named this very file; a stray file in a folder is passed over with a receipt instead. */
  readonly explicit: boolean;
  /** Why it cannot be read, where that is known beforehand: a link in a folder that leads nowhere. */
  readonly fault?: string;
  /** Its lines without their ends. Throws a PaperfieldError where it cannot be read. */
  lines(): AsyncIterable<string>;
}
