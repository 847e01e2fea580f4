/** Dates in queries and papers: the days that a date covers, and whether they are within bounds. */

/**
 * A range of days: the first and the last day, inclusive, both `YYYY-MM-DD`, so that they can be compared as strings.
 */
export interface DateSpan {
  readonly from: string;
  readonly to: string;
}

/**
 * A limit on dates in a query: `since` allows days from the first day of its date on, `until` allows days up to the
 * last day of its date.
 */
export interface DateBound {
  readonly kind: 'since' | 'until';
  readonly date: string;
}

/**
 * Parses a date such as `2025`, `2025-01` or `2025-01-07` into the range of its days; null for any other text, such as
 * `2025-02-30`.
 */
export function parseDateSpan(date: string): DateSpan | null {
  const [whole, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date) ?? [];
  if (whole === undefined) return null;
  if (month === undefined) return { from: `${year}-01-01`, to: `${year}-12-31` };
  const days = daysInMonth(Number(year), Number(month));
  if (day === undefined) return days === 0 ? null : { from: `${date}-01`, to: `${date}-${days}` };
  return Number(day) >= 1 && Number(day) <= days ? { from: date, to: date } : null;
}

/** Number of days of a month, where January is month 1; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/**
 * Whether a paper's date may be within all bounds. A paper dated `2025` may be within `since:2025-06`, because it may
 * be from July. A paper without a valid date is within no bound, and no paper is within an invalid bound. Without
 * bounds, the result is true.
 */
export function isDateWithin(date: string | null | undefined, bounds: readonly DateBound[]): boolean {
  if (bounds.length === 0) return true;
  const span = parseDateSpan(date ?? '');
  if (!span) return false;
  // Intersect the paper's days with the latest `since` and the earliest `until`.
  let { from, to } = span;
  for (const bound of bounds) {
    const limit = parseDateSpan(bound.date);
    if (!limit) return false;
    if (bound.kind === 'since' && limit.from > from) from = limit.from;
    if (bound.kind === 'until' && limit.to < to) to = limit.to;
  }
  return from <= to;
}
