/** Calendar days, and the dates and comment counts of saved 'Daily Papers' pages. */
import { daysInMonth } from '../core/query/dates.ts';

/** Whether the Gregorian calendar has this day. `month` and `day` count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= daysInMonth(year, month);
}

/** A date on a saved page. A page omits the year of dates in the year in which it was saved. */
export interface PageDate {
  /** The date as it is written on the page, without a comment count. */
  readonly text: string;
  readonly month: number;
  readonly day: number;
  readonly year?: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// Matches `Mar 27, 2018`, `Aug 27 2` (two comments), `Feb 6, 2024 1`, and `Feb 6, 20241` where the saved text lost the
// space. A count after a date without a year has at most three digits: `Apr 3 2024` is a date in a form that pages do
// not use.
const DATE_LINE = new RegExp(
  `^((${MONTHS.join('|')})\\s+(\\d{1,2})(?:,\\s*((?:19|20)\\d\\d))?)(?:(?<=\\d{4})\\s*(\\d{1,6})|\\s+(\\d{1,3}))?$`,
);

/** Parses a line that is a date, perhaps followed by a comment count; undefined for any other line. */
export function parseDateLine(line: string): { readonly date: PageDate; readonly comments?: number } | undefined {
  const match = DATE_LINE.exec(line);
  if (!match) return undefined;
  const [, text, monthName, day, year, countAfterYear, countAfterDay] = match;
  const count = countAfterYear ?? countAfterDay;
  const date = { text, month: MONTHS.indexOf(monthName) + 1, day: Number(day), ...(year && { year: Number(year) }) };
  return count === undefined ? { date } : { date, comments: Number(count) };
}

/** Parses a line that is a comment count alone; undefined for any other line. */
export function parseCommentCountLine(line: string): number | undefined {
  return /^\d{1,3}$/.test(line) ? Number(line) : undefined;
}

/**
 * The year in which a page was saved, inferred from its dates. A page writes the year of every date except those of the
 * current year, so the current year is the one after the latest written year. Undefined if no date has a year.
 */
export function inferYearPageWasSaved(dates: readonly PageDate[]): number | undefined {
  let latest: number | undefined;
  for (const { year } of dates) if (year !== undefined && (latest === undefined || year > latest)) latest = year;
  return latest === undefined ? undefined : latest + 1;
}

/** The date as `YYYY-MM-DD`, or why it cannot be determined. */
export function resolvePageDate(
  { text, month, day, year: written }: PageDate,
  yearSaved: number | undefined,
): { readonly iso: string } | { readonly problem: string } {
  const year = written ?? yearSaved;
  if (year === undefined) {
    return { problem: `the date '${text}' has no year, and no date of the page has one from which to infer it` };
  }
  if (!isCalendarDay(year, month, day)) return { problem: `the date '${text}' does not exist in ${year}` };
  const [yyyy, mm, dd] = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')];
  return { iso: `${yyyy}-${mm}-${dd}` };
}
