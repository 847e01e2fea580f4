/** Classes of what papers are coloured by: spans of dates, of comments, of trust. Pure. */
import { dateOf, daysOf, NO_DAY } from '../dates/days.ts';
import { wordDate } from '../wording.ts';

export interface Class {
  /** What names it in an address: where it begins. */
  key: string;
  label: string;
}

export interface Classed {
  /** From the least to the most. */
  classes: readonly Class[];
  /** By row the number of its class; `classes.length` for a paper whose value is not known. */
  column: Uint8Array;
}

const MOST = 7;
/** Months a class of dates may span. */
const SPANS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

const monthOf = (day: number) => {
  const [year, month] = dateOf(day, 'month').split('-').map(Number) as [number, number];
  return 12 * year + month - 1;
};
const nameOf = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
const yearOf = (month: number) => String(Math.floor(month / 12));

function wordSpan(first: number, months: number): string {
  const last = first + months - 1;
  if (months === 1) return wordDate(nameOf(first));
  if (months === 12) return yearOf(first);
  if (months > 12) return `${yearOf(first)}–${yearOf(last)}`;
  const begin = wordDate(nameOf(first));
  return `${yearOf(first) === yearOf(last) ? begin.replace(/ \d+$/, '') : begin}–${wordDate(nameOf(last))}`;
}

/** @param date days since 1970-01-01, NO_DAY for none */
export function byDate(date: Int32Array): Classed {
  const column = new Uint8Array(date.length);
  let [first, last] = [Infinity, -Infinity];
  for (const day of date) {
    if (day === NO_DAY) continue;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  if (first > last) return { classes: [], column };
  const [from, to] = [monthOf(first), monthOf(last)];
  const count = (months: number) => Math.floor(to / months) - Math.floor(from / months) + 1;
  const months = SPANS.find((span) => count(span) <= MOST) ?? SPANS.at(-1)!;
  const begins = Array.from(
    { length: Math.min(count(months), 200) },
    (_, i) => (Math.floor(from / months) + i) * months,
  );
  const starts = begins.map((month) => daysOf(nameOf(month))?.first ?? first);
  for (let row = 0; row < column.length; row++) {
    const day = date[row]!;
    let at = starts.length;
    if (day !== NO_DAY) for (at = starts.length - 1; at > 0 && day < starts[at]!; ) at--;
    column[row] = at;
  }
  return { classes: begins.map((month) => ({ key: nameOf(month), label: wordSpan(month, months) })), column };
}

/** @param comments −1 where it is not known */
export function byComments(comments: Int32Array): Classed {
  const column = new Uint8Array(comments.length);
  const most = comments.reduce((max, value) => Math.max(max, value), -1);
  if (most < 0) return { classes: [], column };
  const times = most < 64 ? 2 : 4;
  const starts = [0];
  for (let start = 1; start <= most && starts.length < MOST; start *= times) starts.push(start);
  for (let row = 0; row < column.length; row++) {
    const value = comments[row]!;
    let at = starts.length;
    if (value >= 0) for (at = starts.length - 1; value < starts[at]!; ) at--;
    column[row] = at;
  }
  const classes = starts.map((start, i) => {
    const end = starts[i + 1] === undefined ? null : starts[i + 1]! - 1;
    const label = end === null ? `${start} and more` : end === start ? String(start) : `${start}–${end}`;
    return { key: String(start), label };
  });
  return { classes, column };
}

const FIFTHS = 5;

/** @param trust 255 is wholly */
export function byTrust(trust: Uint8Array): Classed {
  const column = trust.map((value) => Math.min(FIFTHS - 1, Math.floor((value / 255) * FIFTHS)));
  const classes = Array.from({ length: FIFTHS }, (_, i) => ({
    key: String(20 * i),
    label: `${20 * i}–${i === FIFTHS - 1 ? 100 : 20 * i + 19} %`,
  }));
  return { classes, column };
}
