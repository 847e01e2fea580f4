/** The columns of papers that filters and sort orders use. */

/** The fields of all papers that filters and sort orders compare, as columns by row. All texts are in lower case. */
export interface PaperColumns {
  readonly dates: readonly (string | null)[];
  /** Number of authors of each paper; −1 if unknown. */
  readonly authorCounts: Int32Array;
  /** Number of comments of each paper; −1 if unknown. */
  readonly comments: Int32Array;
  /** Slug and display name of each paper's organization; null if it has none. */
  readonly organizations: readonly (readonly string[] | null)[];
  readonly categories: readonly (readonly string[] | null)[];
}

/** The earliest and the latest date of all papers; both are null if no paper has a date. */
export function dateRangeOf({ dates }: Pick<PaperColumns, 'dates'>): { from: string | null; to: string | null } {
  const [first = null, ...others] = [...new Set(dates)].filter((date) => date !== null).sort();
  return { from: first, to: others.at(-1) ?? first };
}
