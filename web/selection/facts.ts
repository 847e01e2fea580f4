/** What can be told of selected papers without asking the server: pure. */
import { dateOf, NO_DAY } from '../dates/days.ts';

/** How many of the rows each topic holds, the most first; −1: of none. */
export function topicsOf(rows: Uint32Array, topic: Int32Array): [topic: number, papers: number][] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(topic[row]!, (counts.get(topic[row]!) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, more]) => more - most || a - b);
}

/** The first and the last day that is known of the rows, as dates; null where none is. */
export function dateRange(rows: Uint32Array, date: Int32Array): { from: string; to: string } | null {
  let [first, last] = [Infinity, -Infinity];
  for (const row of rows) {
    const day = date[row]!;
    if (day === NO_DAY) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  return first > last ? null : { from: dateOf(first, 'day'), to: dateOf(last, 'day') };
}

/** More rows than any map has. */
const ROWS = 2 ** 26;
/** Days that no date reaches. */
const FAR = 2 ** 24;

/** The rows by date, the newest first; those of no known date last, equal ones by row. */
export function newestFirst(rows: Uint32Array, date: Int32Array): Uint32Array {
  // Day and row in one number: a sort that calls nothing back is many times as fast.
  const keys = Float64Array.from(rows, (row) => (date[row] === NO_DAY ? 2 * FAR : FAR - date[row]!) * ROWS + row);
  return Uint32Array.from(keys.sort(), (key) => key % ROWS);
}
