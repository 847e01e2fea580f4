/** Converts between dates in ISO 8601 and numbers of days since 1970-01-01, without time zones. Pure functions. */
import { parseDateSpan } from '../../pipeline/core/query/dates.ts';

/** Stands for an unknown date in a column of days, as in the columns of `GET /api/map`. */
export const UNKNOWN_DAY = -(2 ** 31);

/** How precise a date is: to the day, the month or the year. */
export type DateUnit = 'day' | 'month' | 'year';

const DAY_MS = 86_400_000;
/** The number of characters of an ISO 8601 date of each precision. */
const lengths: Readonly<Record<DateUnit, number>> = { year: 4, month: 7, day: 10 };

/** A range of days since 1970-01-01. Both ends are included. */
export interface DayRange {
  first: number;
  last: number;
}

/** Formats a day as `2025`, `2025-01` or `2025-01-07`. */
export function formatDay(day: number, unit: DateUnit): string {
  return new Date(day * DAY_MS).toISOString().slice(0, lengths[unit]);
}

/**
 * Parses a date such as `2025`, `2025-01` or `2025-01-07` into the range of days that it covers; null if the text is
 * not a date.
 */
export function parseDateAsDays(date: string): DayRange | null {
  const span = parseDateSpan(date);
  return span && { first: Date.parse(span.from) / DAY_MS, last: Date.parse(span.to) / DAY_MS };
}

/** Returns the first day of the unit (day, month or year) that contains a day. */
export function startOfUnit(day: number, unit: DateUnit): number {
  return parseDateAsDays(formatDay(day, unit))?.first ?? day;
}

/** Returns the first day of the unit (day, month or year) after the one that contains a day. */
export function startOfNextUnit(day: number, unit: DateUnit): number {
  return (parseDateAsDays(formatDay(day, unit))?.last ?? day) + 1;
}

/** Formats a range of dates: `2025-01..2025-06`, or one date if both ends are equal. */
export function formatDateRange(from: string, to: string): string {
  return from === to ? from : `${from}..${to}`;
}

/**
 * Parses a range of dates such as `2025-01..2025-06` into days. null if the text is not a range of dates or if the
 * range ends before it begins.
 */
export function parseDateRange(text: string): DayRange | null {
  const [from = '', to = from, ...more] = text.split('..');
  const [begin, end] = [parseDateAsDays(from), parseDateAsDays(to)];
  if (!begin || !end || more.length > 0 || end.last < begin.first) return null;
  return { first: begin.first, last: end.last };
}
