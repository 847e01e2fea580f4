/** What the parsers of all input formats return, and how they normalize text. */
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Paper } from '../core/paper.ts';

/** A paper as a parser read it: without an id where the input has none. */
export type ParsedPaper = Omit<Paper, 'id'> & { readonly id?: string };

/** A field of a row that was not kept, and why. */
export interface UnkeptField {
  readonly name: string;
  readonly reason: string;
}

/** A parsed paper and where it was read. */
export interface ParsedRow {
  readonly paper: ParsedPaper;
  /** 1-based line at which the row begins. */
  readonly line: number;
  /** Whether the row is from a source that names its papers the same every time, and says when it deletes one. */
  readonly isFromSource?: true;
  /** What the source calls the paper: the key of a Zotero item, the id of an entry of a feed. */
  readonly sourceId?: string;
  /** Fields of the user's data that cannot be columns. They are reported once for all rows, not as an issue of each. */
  readonly unkeptFields?: readonly UnkeptField[];
}

/** Everything a parser read from one file: every row of the file is in `rows`, in `issues`, or in both. */
export interface ParsedFile {
  readonly rows: readonly ParsedRow[];
  readonly issues: readonly IngestIssue[];
}

/**
 * Matches what white space, control characters, surrogates and blanks at an end have in common, and hardly anything else.
 * Texts pass several times through `normalizeWhitespace`, and most need nothing.
 */
const MAY_NEED_NORMALIZING =
  /[^\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ud7ff]| {2}|^ | $/;

/**
 * Makes a text one line of well-formed Unicode: every run of white space and control characters becomes one space, an
 * unpaired surrogate becomes U+FFFD. Everything else stays as it is, HTML and right-to-left marks included: the page
 * shows titles as text and never as HTML.
 */
export function normalizeWhitespace(text: string): string {
  if (!MAY_NEED_NORMALIZING.test(text)) return text;
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\s\p{Control}]+/gu, ' ')
    .trim();
}

/**
 * Whether a text shows nothing to a reader: it has only white space, control characters and characters without a glyph.
 */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}]/u.test(text);
}
