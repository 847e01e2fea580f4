/** How many papers there are of each day, month or year. Pure. */
import { type Days, dateOf, daysOf, NO_DAY, nextStart, startOf, type Unit } from './days.ts';

export interface Histogram {
  unit: Unit;
  /** The first day of each bin, and behind the last bin the day after it: one more than there are bins. */
  starts: Int32Array;
  counts: Uint32Array;
  /** Papers whose date is known. */
  dated: number;
}

/** Days up to which each has a bin of its own, and months: more could not be told apart in the space of a brush. */
const MOST_DAYS = 92;
const MOST_MONTHS = 240;
const MONTH = 30.44;

/** @param date days since 1970-01-01 of each paper, NO_DAY for none */
export function histogramOf(date: Int32Array): Histogram {
  let [least, most, dated] = [Infinity, -Infinity, 0];
  for (const day of date) {
    if (day === NO_DAY) continue;
    dated++;
    if (day < least) least = day;
    if (day > most) most = day;
  }
  if (dated === 0) return { unit: 'day', starts: Int32Array.of(0), counts: new Uint32Array(0), dated };
  const unit = unitFor(date, most - least);
  const starts = startsOf(least, most, unit);
  const counts = new Uint32Array(starts.length - 1);
  for (const day of date) if (day !== NO_DAY) counts[binOf(starts, day)]!++;
  return { unit, starts, counts, dated };
}

function unitFor(date: Int32Array, span: number): Unit {
  if (span / MONTH >= MOST_MONTHS) return 'year';
  // A date such as 2025-01 stands at its first day: where all do, days would be a row of gaps.
  return span < MOST_DAYS && !onlyFirsts(date) ? 'day' : 'month';
}

function onlyFirsts(date: Int32Array): boolean {
  return date.every((day) => day === NO_DAY || dateOf(day, 'day').endsWith('-01'));
}

function startsOf(least: number, most: number, unit: Unit): Int32Array {
  const starts = [startOf(least, unit)];
  while (starts.at(-1)! <= most) starts.push(nextStart(starts.at(-1)!, unit));
  return Int32Array.from(starts);
}

/** Papers in each bin, of months or years; null where bins are days: months cannot be told apart into them. */
export function binned(
  { unit, starts }: Histogram,
  dates: readonly { readonly date: string; readonly papers: number }[],
): Uint32Array | null {
  if (unit === 'day') return null;
  const counts = new Uint32Array(starts.length - 1);
  for (const { date, papers } of dates) {
    const days = daysOf(date);
    // As in the map's columns, a year alone stands at its first day.
    if (days) counts[binOf(starts, days.first)]! += papers;
  }
  return counts;
}

/** The bin that a day is in; the first or the last for one beyond. */
export function binOf(starts: Int32Array, day: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Bins `from` to `to`, both within, as dates. */
export function datesOfBins({ unit, starts }: Histogram, from: number, to: number): { from: string; to: string } {
  return { from: dateOf(starts[from]!, unit), to: dateOf(starts[to]!, unit) };
}

/** @returns 1 for each paper that the days keep out: of another day, or of none that is known */
export function outsideOf(date: Int32Array, { first, last }: Days): Uint8Array {
  const outside = new Uint8Array(date.length);
  for (let i = 0; i < date.length; i++) if (!(date[i]! >= first && date[i]! <= last)) outside[i] = 1;
  return outside;
}
