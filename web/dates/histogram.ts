/** Histograms of dates, with one bin per day, month or year. Pure. */
import { upperBound } from '../../pipeline/core/algorithms/sorting.ts';
import { type DateUnit, type DayRange, formatDay, nextUnitStart, parseDate, UNKNOWN_DAY, unitStart } from './days.ts';

export interface DateHistogram {
  unit: DateUnit;
  /** The first day of each bin, and as a last entry the day after the last bin. */
  starts: Int32Array;
  counts: Uint32Array;
  /** Papers with a known date. */
  dated: number;
}

/** Ranges of fewer days have a bin per day, of fewer months a bin per month: more bars than this would be too thin to see. */
const MAX_DAYS = 92;
const MAX_MONTHS = 240;
const DAYS_PER_MONTH = 30.44;

/** @param date of each paper, in days since 1970-01-01 or UNKNOWN_DAY */
export function dateHistogram(date: Int32Array): DateHistogram {
  let [first, last, dated] = [Infinity, -Infinity, 0];
  for (const day of date) {
    if (day === UNKNOWN_DAY) continue;
    dated++;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  if (dated === 0) return { unit: 'day', starts: Int32Array.of(0), counts: new Uint32Array(0), dated };
  const unit = chooseUnit(date, last - first);
  const starts = binStarts(first, last, unit);
  const counts = new Uint32Array(starts.length - 1);
  for (const day of date) if (day !== UNKNOWN_DAY) counts[binOf(starts, day)]++;
  return { unit, starts, counts, dated };
}

function chooseUnit(date: Int32Array, days: number): DateUnit {
  if (days / DAYS_PER_MONTH >= MAX_MONTHS) return 'year';
  // A date such as 2025-01 is stored as its first day: if all are, bins of days would mostly be empty.
  return days < MAX_DAYS && !areAllMonthStarts(date) ? 'day' : 'month';
}

function areAllMonthStarts(date: Int32Array): boolean {
  return date.every((day) => day === UNKNOWN_DAY || formatDay(day, 'day').endsWith('-01'));
}

function binStarts(first: number, last: number, unit: DateUnit): Int32Array {
  const starts = [unitStart(first, unit)];
  for (let start = starts[0]; start <= last; ) {
    start = nextUnitStart(start, unit);
    starts.push(start);
  }
  return Int32Array.from(starts);
}

/**
 * Counts by month or year, put into the bins of a histogram.
 *
 * @returns null if the bins are days: counts of months cannot be divided among them
 */
export function binDateCounts(
  { unit, starts }: DateHistogram,
  dates: readonly { readonly date: string; readonly count: number }[],
): Uint32Array | null {
  if (unit === 'day') return null;
  const counts = new Uint32Array(starts.length - 1);
  for (const { date, count } of dates) {
    const range = parseDate(date);
    // A year without a month counts in its first month, as in the map's columns.
    if (range) counts[binOf(starts, range.first)] += count;
  }
  return counts;
}

/** The bin that a day is in; the first or the last bin for a day outside of them. */
export function binOf(starts: Int32Array, day: number): number {
  return upperBound(starts, day, 1, starts.length - 1) - 1;
}

/** The dates of the first and the last bin of a range. */
export function binDates({ unit, starts }: DateHistogram, first: number, last: number): { from: string; to: string } {
  return { from: formatDay(starts[first], unit), to: formatDay(starts[last], unit) };
}

/** @returns 1 for each paper whose date is outside of the range or unknown, by row */
export function excludedByDate(date: Int32Array, { first, last }: DayRange): Uint8Array {
  const excluded = new Uint8Array(date.length);
  for (let row = 0; row < date.length; row++) if (!(date[row] >= first && date[row] <= last)) excluded[row] = 1;
  return excluded;
}
