/** Dates in queries and papers: the days that a date covers, whether they are within bounds, and dates in plain words. */
import type { Filter } from './ast.ts';

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

// Dates in plain words: 'since October 2025', 'last month', 'in the past two weeks'.

const months = 'january february march april may june july august september october november december'.split(' ');
const MONTH_NAME = `(?:${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')}|sept)\\.?`;
const YEAR = '(?:19|20)\\d\\d';
/** A year, or a month of a year: `2025-10`, `October 2025`. */
const DATE = `(${MONTH_NAME},?\\s+(?:of\\s+)?${YEAR}|${YEAR}(?:-(?:0[1-9]|1[0-2]))?)`;
/** A month without a year, but not the one in 'March 3'. Full names only: 'Mar' and 'Dec' may be other abbreviations. */
const MONTH_ALONE = `(${months.join('|')})(?!\\s+\\d)`;
const PUBLISHED = '(?:(?:that )?(?:were |are )?(?:published|released|appeared|dated|written)\\s+)?';
const TO = '(?:to|until|till|through)';
/** What follows a date. Another date does not: of 'in 1990 and 2010' and 'from May to July 2025' no half is a date. */
const END = `(?=[\\s.,;?!)]|$)(?!\\s+(?:and|or|${TO})\\s+(?:(?:${MONTH_NAME}|${YEAR})(?![\\p{L}\\d])))`;
const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const COUNT = `(\\d{1,3}|a|${NUMBERS.join('|')})`;
const UNIT = '(day|week|month|year)s?';

const since = (date: string): DateBound => ({ kind: 'since', date });
const until = (date: string): DateBound => ({ kind: 'until', date });

/** What the words of a pattern mean, given the groups that it matched and the current day. */
type Meaning = (groups: readonly string[], today: Date) => DateBound[];

const patterns: readonly (readonly [string, Meaning])[] = [
  [`between\\s+${DATE}\\s+and\\s+${DATE}`, ([from, to]) => [since(isoDate(from)), until(isoDate(to))]],
  [`from\\s+${DATE}\\s+${TO}\\s+${DATE}`, ([from, to]) => [since(isoDate(from)), until(isoDate(to))]],
  [`(?:since|starting(?: in)?|from)\\s+${DATE}(?:\\s+on(?:wards?)?)?`, ([from]) => [since(isoDate(from))]],
  [`after\\s+${DATE}`, ([date]) => [since(shiftDate(isoDate(date), 1))]],
  [`before\\s+${DATE}`, ([date]) => [until(shiftDate(isoDate(date), -1))]],
  [`(?:until|till|up to)\\s+${DATE}`, ([to]) => [until(isoDate(to))]],
  [`(?:in|during)\\s+${DATE}`, ([date]) => [since(isoDate(date)), until(isoDate(date))]],
  [`since\\s+${MONTH_ALONE}`, ([month], today) => [since(latestMonth(month, today))]],
  [
    `(?:in|from|of)\\s+${MONTH_ALONE}`,
    ([month], today) => [since(latestMonth(month, today)), until(latestMonth(month, today))],
  ],
  [
    `(?:(?:in|of|from|within|over|during)\\s+)?(?:the\\s+)?(?:last|past)\\s+${COUNT}\\s+${UNIT}`,
    ([count, unit], today) => [since(daysBefore(today, unit, numberOf(count)))],
  ],
  [
    `(?:(?:in|of|from|within|over|during)\\s+)?(?:the\\s+)?(?:last|past)\\s+${UNIT}`,
    ([unit], today) => [since(daysBefore(today, unit, 1))],
  ],
  [`(?:from\\s+|of\\s+|in\\s+)?this\\s+(week|month|year)`, ([unit], today) => [since(startOf(unit, today))]],
  [`(?:from\\s+)?yesterday`, (_, today) => [since(daysBefore(today, 'day', 1)), until(daysBefore(today, 'day', 1))]],
];

/** The result of extracting filters from a text. */
export interface ExtractedFilters {
  /** The text without the words that were turned into filters. */
  readonly text: string;
  readonly filters: readonly Filter[];
}

/**
 * Turns a date in plain words into filters. Only the first pattern that matches is used. A month without a year is the
 * last one that has begun; 'last month' is the month before today, day by day. A year that has not begun is no date
 * ('in 2048 dimensions').
 *
 * @param today the current day, in UTC
 */
export function extractDates(text: string, today: Date): ExtractedFilters {
  for (const [pattern, filtersOf] of patterns) {
    const match = new RegExp(`(?:^|\\s)${PUBLISHED}${pattern}${END}`, 'iu').exec(text);
    if (!match) continue;
    const groups = match.slice(1).map((group) => (group ?? '').toLowerCase());
    const filters = filtersOf(groups, today);
    if (filters.some(({ date }) => Number(date.slice(0, 4)) > today.getUTCFullYear())) continue;
    const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
    return { text: rest.replace(/\s+/g, ' ').trim(), filters };
  }
  return { text, filters: [] };
}

/** A date as ISO 8601: `2025-10` for `October 2025`; a year or month in digits is unchanged. */
function isoDate(written: string): string {
  const month = months.findIndex((name) => written.startsWith(name.slice(0, 3)));
  return month < 0 ? written : `${written.slice(-4)}-${pad(month + 1)}`;
}

/** Shifts a date by `count` years if it is a year, or by `count` months if it is a month. */
function shiftDate(date: string, count: number): string {
  const [year, month] = date.split('-').map(Number);
  if (month === undefined) return String(year + count);
  const at = year * 12 + month - 1 + count;
  return `${Math.floor(at / 12)}-${pad((at % 12) + 1)}`;
}

function latestMonth(name: string, today: Date): string {
  const month = months.indexOf(name);
  const year = today.getUTCFullYear() - (month > today.getUTCMonth() ? 1 : 0);
  return `${year}-${pad(month + 1)}`;
}

function numberOf(count: string): number {
  if (count === 'a') return 1;
  const word = NUMBERS.indexOf(count);
  return word < 0 ? Number(count) : word + 1;
}

/** The day `count` units before today. Of a month that is too short, the last day: 'last month' on March 31 is February 28. */
function daysBefore(today: Date, unit: string, count: number): string {
  if (unit === 'day' || unit === 'week') {
    const day = new Date(today);
    day.setUTCDate(day.getUTCDate() - (unit === 'week' ? 7 : 1) * count);
    return isoDay(day);
  }
  const at = today.getUTCFullYear() * 12 + today.getUTCMonth() - (unit === 'year' ? 12 : 1) * count;
  const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
  return `${year}-${pad(month)}-${pad(Math.min(today.getUTCDate(), daysInMonth(year, month)))}`;
}

/** The first day of the current week (Monday), month or year. */
function startOf(unit: string, today: Date): string {
  const day = new Date(today);
  if (unit === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  else day.setUTCDate(1);
  if (unit === 'year') day.setUTCMonth(0);
  return isoDay(day);
}

function isoDay(day: Date): string {
  return day.toISOString().slice(0, 10);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
