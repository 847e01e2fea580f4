/** Histograms of dates with one bin per day, month or year. Pure functions. */
import { upperBound } from '../../pipeline/core/algorithms/sorting.ts';
import {
  type DateUnit,
  type DayRange,
  formatDay,
  parseDateAsDays,
  startOfNextUnit,
  startOfUnit,
  UNKNOWN_DAY,
} from './days.ts';

/** How many papers are in each bin. */
export interface DateHistogram {
  unit: DateUnit;
  /** The first day of each bin, in days since 1970-01-01. A last entry is the day after the last bin. */
  starts: Int32Array;
  /** The number of papers in each bin. */
  counts: Uint32Array;
  /** The number of papers with a known date. */
  dated: number;
}

/**
 * Dates that span fewer than MAX_DAYS days have a bin per day, fewer than MAX_MONTHS months a bin per month, else a bin
 * per year: more bars would be too thin to see.
 */
const MAX_DAYS = 92;
const MAX_MONTHS = 240;
const DAYS_PER_MONTH = 30.44;

/**
 * Counts papers by day, month or year, whichever gives bars of a visible width.
 *
 * @param date the date of each paper, in days since 1970-01-01, or UNKNOWN_DAY
 */
export function buildDateHistogram(date: Int32Array): DateHistogram {
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
  // A date without a day, such as 2025-01, is stored as the first day of its month. If all dates are first days, bins
  // of one day would mostly be empty.
  return days < MAX_DAYS && !areAllMonthStarts(date) ? 'day' : 'month';
}

function areAllMonthStarts(date: Int32Array): boolean {
  return date.every((day) => day === UNKNOWN_DAY || formatDay(day, 'day').endsWith('-01'));
}

function binStarts(first: number, last: number, unit: DateUnit): Int32Array {
  const starts = [startOfUnit(first, unit)];
  for (let start = starts[0]; start <= last; ) {
    start = startOfNextUnit(start, unit);
    starts.push(start);
  }
  return Int32Array.from(starts);
}

/**
 * Adds up counts by month or year in the bins of a histogram.
 *
 * @returns the count of each bin; null if the bins are days, because the count of a month cannot be divided among its
 *   days
 */
export function binDateCounts(
  { unit, starts }: DateHistogram,
  dates: readonly { readonly date: string; readonly count: number }[],
): Uint32Array | null {
  if (unit === 'day') return null;
  const counts = new Uint32Array(starts.length - 1);
  for (const { date, count } of dates) {
    const range = parseDateAsDays(date);
    // A date without a month counts in January, as in the columns of the map.
    if (range) counts[binOf(starts, range.first)] += count;
  }
  return counts;
}

/** Returns the index of the bin that contains a day. A day outside all bins gets the first or the last bin. */
export function binOf(starts: Int32Array, day: number): number {
  return upperBound(starts, day, 1, starts.length - 1) - 1;
}

/** Returns the dates of the first and the last bin of a range, in the precision of the bins. */
export function datesOfBins(
  { unit, starts }: DateHistogram,
  first: number,
  last: number,
): { from: string; to: string } {
  return { from: formatDay(starts[first], unit), to: formatDay(starts[last], unit) };
}

/**
 * Marks the papers outside a range of days.
 *
 * @returns by row: 1 for a paper whose date is outside the range or unknown, else 0
 */
export function maskOutsideDayRange(date: Int32Array, { first, last }: DayRange): Uint8Array {
  const excluded = new Uint8Array(date.length);
  for (let row = 0; row < date.length; row++) if (!(date[row] >= first && date[row] <= last)) excluded[row] = 1;
  return excluded;
}
