/** An organization: a slug and a display name, such as `nvidia` and `NVIDIA`. */
export interface Organization {
  readonly slug: string;
  readonly name: string;
}

/**
 * One paper. Its `id` identifies it in every snapshot; its **row** identifies it within one snapshot.
 *
 * An optional field without a value is absent, never empty; an unknown `abstract` is the empty string.
 */
export interface Paper {
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  readonly authors?: readonly string[];
  /** Independent of `authors`: saved pages have only the number of authors. */
  readonly authorCount?: number;
  /** ISO 8601, as precise as the input: `2025`, `2025-01` or `2025-01-07`. */
  readonly date?: string;
  readonly categories?: readonly string[];
  readonly url?: string;
  readonly venue?: string;
  readonly organization?: Organization;
  readonly comments?: number;
}

/** The text of a paper: what is embedded and searched. */
export type Passage = Pick<Paper, 'title' | 'abstract'>;
