/** Whether the Gregorian calendar has this day. `month` and `day` count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `2025-01-07` of 2025, 1 and 7. */
export function isoDay(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** A date as a saved page writes it: the page leaves out the year in which it was saved. */
export interface PageDate {
  /** As it stood on the page, without a comment count. */
  readonly text: string;
  readonly month: number;
  readonly day: number;
  readonly year?: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// `Mar 27, 2018`, `Aug 27 2` (two comments), `Feb 6, 2024 1`, and `Feb 6, 20241` where a dump lost the space. A count
// after a date without a year has three digits at most: `Apr 3 2024` is a date in a form that the pages do not use.
const DATE_LINE = new RegExp(
  `^((${MONTHS.join('|')})\\s+(\\d{1,2})(?:,\\s*((?:19|20)\\d\\d))?)(?:(?<=\\d{4})\\s*(\\d{1,6})|\\s+(\\d{1,3}))?$`,
);

/** Reads a line that holds a date and nothing else but perhaps a comment count; undefined for any other line. */
export function readDateLine(line: string): { readonly date: PageDate; readonly comments?: number } | undefined {
  const match = DATE_LINE.exec(line);
  if (!match) return undefined;
  const [, text, monthName, day, year, countAfterYear, countAfterDay] = match;
  const count = countAfterYear ?? countAfterDay;
  const date = { text, month: MONTHS.indexOf(monthName) + 1, day: Number(day), ...(year && { year: Number(year) }) };
  return count === undefined ? { date } : { date, comments: Number(count) };
}

/** Reads a line that is a comment count; undefined for any other line. */
export function readCountLine(line: string): number | undefined {
  return /^\d{1,3}$/.test(line) ? Number(line) : undefined;
}

/**
 * The year a page was saved in, as far as its dates tell: the page writes the year of every date but those of its own
 * year, so it is the smallest year above all that are written. Undefined where no year is written.
 */
export function yearSaved(dates: readonly PageDate[]): number | undefined {
  let latest: number | undefined;
  for (const { year } of dates) if (year !== undefined && (latest === undefined || year > latest)) latest = year;
  return latest === undefined ? undefined : latest + 1;
}

/** The date as `YYYY-MM-DD`, or why it cannot be given. */
export function resolveDate(
  date: PageDate,
  saved: number | undefined,
): { readonly iso: string } | { readonly problem: string } {
  const year = date.year ?? saved;
  if (year === undefined) {
    return { problem: `the date '${date.text}' has no year and no date on the page has one to tell when it was saved` };
  }
  if (!isCalendarDay(year, date.month, date.day)) return { problem: `the date '${date.text}' is no day of ${year}` };
  return { iso: isoDay(year, date.month, date.day) };
}
