/** Dates as numbers of days since 1970-01-01 and as text, in the ISO 8601 calendar and without time zones. Pure. */
import { dateSpan } from '../../pipeline/core/query/dates.ts';

/** Stands for an unknown date, as in the map's columns. */
export const UNKNOWN_DAY = -(2 ** 31);

/** How precise a date is. */
export type DateUnit = 'day' | 'month' | 'year';

const DAY_MS = 86_400_000;
/** Characters of a date in ISO 8601. */
const lengths: Readonly<Record<DateUnit, number>> = { year: 4, month: 7, day: 10 };

/** First and last day, both included. */
export interface DayRange {
  first: number;
  last: number;
}

/** The date of a day: `2025`, `2025-01` or `2025-01-07`. */
export function formatDay(day: number, unit: DateUnit): string {
  return new Date(day * DAY_MS).toISOString().slice(0, lengths[unit]);
}

/** The days that a date such as `2025`, `2025-01` or `2025-01-07` may mean; null if it is not a date. */
export function parseDate(date: string): DayRange | null {
  const span = dateSpan(date);
  return span && { first: Date.parse(span.from) / DAY_MS, last: Date.parse(span.to) / DAY_MS };
}

/** The first day of the day, month or year that a day is in. */
export function unitStart(day: number, unit: DateUnit): number {
  return parseDate(formatDay(day, unit))?.first ?? day;
}

/** The first day of the next day, month or year. */
export function nextUnitStart(day: number, unit: DateUnit): number {
  return (parseDate(formatDay(day, unit))?.last ?? day) + 1;
}

/** A range of dates as text: `2025-01..2025-06`, or one date if both ends are the same. */
export function formatDateRange(from: string, to: string): string {
  return from === to ? from : `${from}..${to}`;
}

/** The inverse of `formatDateRange`, as days; null if it is not a range of dates or ends before it begins. */
export function parseDateRange(text: string): DayRange | null {
  const [from = '', to = from, ...more] = text.split('..');
  const [begin, end] = [parseDate(from), parseDate(to)];
  if (!begin || !end || more.length > 0 || end.last < begin.first) return null;
  return { first: begin.first, last: end.last };
}
