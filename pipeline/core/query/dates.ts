/** First and last day, inclusive, both `YYYY-MM-DD`, so that they compare as strings. */
export interface DateSpan {
  readonly from: string;
  readonly to: string;
}

/** A bound of a query: `since` starts with the first day of its date, `until` ends with the last. */
export interface DateBound {
  readonly kind: 'since' | 'until';
  readonly date: string;
}

/** The days of `2025`, `2025-01` or `2025-01-07`; null for anything else, such as 2025-02-30. */
export function dateSpan(date: string): DateSpan | null {
  const [whole, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date) ?? [];
  if (whole === undefined) return null;
  if (month === undefined) return { from: `${year}-01-01`, to: `${year}-12-31` };
  const days = daysInMonth(Number(year), Number(month));
  if (day === undefined) return days === 0 ? null : { from: `${date}-01`, to: `${date}-${days}` };
  return Number(day) >= 1 && Number(day) <= days ? { from: date, to: date } : null;
}

/** How many days a month has; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/**
 * Whether a paper's date may be within all bounds: a paper dated `2025` matches `since:2025-06`, because it may be from
 * July. A paper without a valid date matches no bound, an invalid bound matches nothing, and no bounds match everything.
 */
export function isWithin(date: string | null | undefined, bounds: readonly DateBound[]): boolean {
  if (bounds.length === 0) return true;
  const span = dateSpan(date ?? '');
  if (!span) return false;
  // Intersect the paper's days with the latest `since` and the earliest `until`.
  let { from, to } = span;
  for (const bound of bounds) {
    const limit = dateSpan(bound.date);
    if (!limit) return false;
    if (bound.kind === 'since' && limit.from > from) from = limit.from;
    if (bound.kind === 'until' && limit.to < to) to = limit.to;
  }
  return from <= to;
}
