import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Paper } from '../core/paper.ts';

/** A paper as a parser read it: without an id where the input has none. */
export type ParsedPaper = Omit<Paper, 'id'> & { readonly id?: string };

/** A parsed paper and where it was read. */
export interface ParsedRow {
  readonly paper: ParsedPaper;
  /** 1-based line at which the row begins. */
  readonly line: number;
}

/** Everything a parser read from one file: every row of the file is in `rows`, in `issues`, or in both. */
export interface ParsedFile {
  readonly rows: readonly ParsedRow[];
  readonly issues: readonly IngestIssue[];
}
