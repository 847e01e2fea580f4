/** The fields of all papers that filters and sort orders compare, by row. Texts are lower case. */
export interface PaperColumns {
  readonly dates: readonly (string | null)[];
  /** −1 if unknown. */
  readonly authorCounts: Int32Array;
  /** Number of comments; −1 if unknown. */
  readonly comments: Int32Array;
  /** Slug and name. */
  readonly organizations: readonly (readonly string[] | null)[];
  readonly categories: readonly (readonly string[] | null)[];
}

/** The earliest and the latest date of all papers, null if no paper has a date. */
export function dateRange({ dates }: Pick<PaperColumns, 'dates'>): { from: string | null; to: string | null } {
  const [first = null, ...others] = [...new Set(dates)].filter((date) => date !== null).sort();
  return { from: first, to: others.at(-1) ?? first };
}

/**
 * How the rows of a new snapshot relate to those of the previous one: a column `previousRowOf` has the previous row of
 * each paper, or NEW_PAPER.
 */
export const NEW_PAPER = -1;

/**
 * While at most this share of the papers is new since topics and map were last made as a whole, the new papers are only
 * added to them: topics and a map that stay the same are worth more than slightly better ones (docs/decisions/0022 and 0025).
 */
export const MAX_NEW_PAPERS_SHARE = 0.05;
