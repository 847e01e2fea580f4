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
