/** A paper and its fields. */

/** An organization: a slug and a display name, such as `nvidia` and `NVIDIA`. */
export interface Organization {
  readonly slug: string;
  readonly name: string;
}

/** The identifiers of a paper that are the same everywhere. */
export interface PaperIdentifiers {
  /** Lower case, without `https://doi.org/`. */
  readonly doi?: string;
  /** Without version: `2301.01234`, `hep-th/9901001`. */
  readonly arxivId?: string;
  /** PubMed, digits. */
  readonly pmid?: string;
  /** PubMed Central: `PMC` and digits. */
  readonly pmcid?: string;
  /** OpenAlex: `W` and digits. */
  readonly openAlexId?: string;
  /** Semantic Scholar: 40 hexadecimal digits, or the corpus id in digits. */
  readonly semanticScholarId?: string;
}

/** A value of a field that the user's data has beyond those of `Paper`. Dates are strings in ISO form. */
export type FieldValue = number | string | boolean | readonly string[];

/**
 * One paper. Its `id` identifies it in every snapshot. Its **row**, an index into all columns, identifies it within one
 * snapshot.
 *
 * An optional field without a value is absent, never empty; an unknown `abstract` is the empty string.
 */
export interface Paper {
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  readonly authors?: readonly string[];
  /** Number of authors. It may be known without `authors`, because saved pages give only the number. */
  readonly authorCount?: number;
  /** Date of the paper, ISO 8601, as precise as the input gives it: `2025`, `2025-01` or `2025-01-07`. */
  readonly date?: string;
  readonly categories?: readonly string[];
  readonly url?: string;
  readonly venue?: string;
  readonly organization?: Organization;
  readonly comments?: number;
  readonly identifiers?: PaperIdentifiers;
  /**
   * The night, `2025-01-07`, from which on no source gave the paper any more. Absent while a source gives it, and with
   * the option `gone: keep`.
   */
  readonly goneSince?: string;
  /** The other fields of the user's data, by name (`fieldKey`), in the order of their names. */
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

/** The fields of a paper that are embedded and searched as its text. */
export type PaperText = Pick<Paper, 'title' | 'abstract'>;

/**
 * A coined name before a colon at the beginning of a title: one word, perhaps with a number (`BERT:`, `Qwen2.5-VL:`,
 * `GPT 4:`).
 */
const LEADING_NAME = /^[\p{L}\p{N}][\p{L}\p{N}.$^_{}+*@\\-]{1,30}(?: [\d.]+)?: +(?=\S)/u;

/** A title without the coined name at its beginning, which says nothing about the subject. */
export function withoutLeadingName(title: string): string {
  return title.replace(LEADING_NAME, '');
}
