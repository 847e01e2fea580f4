/** What the parsers of all input formats give: records, before their fields are validated. */

/** One record of a source: an object of JSON, a row of a table, an entry of BibTeX, an element of XML. */
export interface SourceRecord {
  /** 1-based line at which the record begins; in formats without lines (Parquet, SQLite) the number of the record. */
  readonly line: number;
  /**
   * The values by field name. Where a format defines what a field is, its name is one of `knownFields`, and the value has
   * the form that is stated there; every other field keeps its own name and its value. A field without a value is absent.
   */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The beginning of the record as it is written, for issues. */
  readonly excerpt: string;
}

/** A part of a source that is not a record: it cannot be parsed, or is no paper. */
export interface SourceProblem {
  /** 1-based line, or number of the record, as in `SourceRecord`. */
  readonly line: number;
  /** What is wrong, what was expected, and what to do about it. */
  readonly problem: string;
  readonly excerpt: string;
}

/**
 * Reads the records of a source in order, with bounded memory. Damaged parts are problems; reading goes on after them
 * wherever the format allows.
 *
 * @param bytes the decompressed content, in chunks of any size
 * @throws only what `bytes` throws
 */
export type RecordReader = (bytes: AsyncIterable<Uint8Array>) => AsyncGenerator<SourceRecord | SourceProblem>;

/** Fields that paperfield knows, and the form of their values. */
export const knownFields = {
  id: 'string: the name of the paper in the source (citation key, Zotero key); never one of the identifiers below',
  title: 'string, plain Unicode without markup; mathematics stays TeX between dollar signs',
  abstract: 'string, as title',
  authors: "list of names as read aloud ('Ada B. Lovelace', 'The ATLAS Collaboration')",
  date: 'YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source gives it',
  categories: 'list of strings: subject classes such as cs.CL, fields of study, MeSH terms',
  keywords: "list of strings: the authors' or the user's own words, tags",
  url: 'string: an http or https address',
  venue: 'string: the journal, the conference or the book',
  doi: "string, lower case, without 'https://doi.org/'",
  arxivId: "string without version: '2301.01234', 'hep-th/9901001'",
  pmid: 'string of digits',
  pmcid: "string: 'PMC' and digits",
  openAlexId: "string: 'W' and digits",
  semanticScholarId: 'string: 40 hexadecimal digits, or the corpus id in digits',
  citations: 'number of citations, an integer of 0 or more',
  language: "string, as in the source ('en', 'eng', 'English')",
  type: "string, as in the source ('article', 'JOUR', 'preprint')",
} as const;
