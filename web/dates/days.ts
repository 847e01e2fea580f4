/** Days since 1970-01-01 and the dates that name them, in the calendar of ISO 8601 and without time zones. Pure. */

/** In the place of a day that is not known, as in the map's columns. */
export const NO_DAY = -(2 ** 31);

/** How coarse a date is. */
export type Unit = 'day' | 'month' | 'year';

const DAY_MS = 86_400_000;
const lengths: Readonly<Record<Unit, number>> = { year: 4, month: 7, day: 10 };

/** First and last day of a span, both within. */
export interface Days {
  first: number;
  last: number;
}

/** `2025`, `2025-01` or `2025-01-07` of a day. */
export function dateOf(day: number, unit: Unit): string {
  return new Date(day * DAY_MS).toISOString().slice(0, lengths[unit]);
}

/** The days that a date may mean; null for what is no date. */
export function daysOf(date: string): Days | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(date) ?? [];
  if (year === undefined) return null;
  const at = (y: number, m: number, d: number) => Date.UTC(y, m, d) / DAY_MS;
  const [y, m, d] = [Number(year), month === undefined ? 0 : Number(month) - 1, day === undefined ? 1 : Number(day)];
  const first = at(y, m, d);
  if (dateOf(first, day ? 'day' : month ? 'month' : 'year') !== date) return null;
  if (day !== undefined) return { first, last: first };
  return { first, last: (month === undefined ? at(y + 1, 0, 1) : at(y, m + 1, 1)) - 1 };
}

/** The first day of the unit that a day is in. */
export function startOf(day: number, unit: Unit): number {
  return daysOf(dateOf(day, unit))?.first ?? day;
}

/** The first day of the unit after the one that a day is in. */
export function nextStart(day: number, unit: Unit): number {
  return (daysOf(dateOf(day, unit))?.last ?? day) + 1;
}

/** A span as it stands in an address: `2025-01..2025-06`, or one date where both ends are the same. */
export function printSpan(from: string, to: string): string {
  return from === to ? from : `${from}..${to}`;
}

/** The days from the first of one date to the last of another; null for what cannot be read or ends before it begins. */
export function spanDays(text: string): Days | null {
  const [from = '', to = from, ...more] = text.split('..');
  const [begin, end] = [daysOf(from), daysOf(to)];
  if (!begin || !end || more.length > 0 || end.last < begin.first) return null;
  return { first: begin.first, last: end.last };
}
