/**
 * Reports a row of the input that did not become a paper of its own, or not completely. Ingest issues are written to
 * the snapshot, so that no row is lost silently.
 */
export interface IngestIssue {
  /**
   * `skipped`: nothing of the row was kept. `incomplete`: the paper was kept, but a field could not be read. `merged`:
   * the row repeats a paper that was read before, and was merged into it.
   */
  readonly kind: 'skipped' | 'incomplete' | 'merged';
  readonly file: string;
  /** 1-based line in `file` at which the row begins. */
  readonly line: number;
  readonly reason: string;
  /** The beginning of the row, to find it in an editor. */
  readonly excerpt: string;
}
