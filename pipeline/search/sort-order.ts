/** Sorts papers by date or by their number of comments. */
import type { PaperColumns } from '../core/paper-columns.ts';
import type { SortOrder } from '../core/query/ast.ts';
import type { RowFilter } from './candidates.ts';

type SortColumns = Pick<PaperColumns, 'dates' | 'comments'>;

/**
 * A function that returns the rows of all papers that pass a filter, sorted by date (newest first) or by number of
 * comments (most first).
 */
export type SortedPaperLister = (filter: Pick<RowFilter, 'mask'> | undefined, order: SortOrder) => Int32Array;

/**
 * Creates a function that lists papers in sorted order. All papers are sorted when an order is first needed; each list
 * is then filtered out of the sorted rows.
 */
export function createSortedPaperLister({ dates, comments }: SortColumns): SortedPaperLister {
  let byDate: Int32Array | undefined;
  let byComments: Int32Array | undefined;
  return (filter, order) => {
    byDate ??= sortDescending(Int32Array.from(comments.keys()), rankValues(dates, sortableDate));
    if (order === 'comments') byComments ??= sortDescending(byDate, rankValues(comments, Number));
    const rows = order === 'comments' && byComments ? byComments : byDate;
    return filter ? rows.filter((row) => filter.mask[row] !== 0) : rows;
  };
}

/**
 * Creates a function that compares rows for sorting: newest first, or most comments first. A less exact date (`2025`)
 * comes after all days of that year; unknown dates and numbers of comments are at the end. Equal numbers of comments
 * are sorted by date, equal dates by row.
 */
export function createRowComparator(columns: SortColumns, order: SortOrder): (a: number, b: number) => number {
  const byDate = (a: number, b: number) => {
    const [first, second] = [sortableDate(columns.dates[a]), sortableDate(columns.dates[b])];
    return first === second ? a - b : first < second ? 1 : -1;
  };
  // −1 stands for an unknown number of comments, so that these papers are at the end.
  return order === 'comments' ? (a, b) => columns.comments[b] - columns.comments[a] || byDate(a, b) : byDate;
}

function sortableDate(date: string | null): string {
  return date ?? '';
}

/**
 * The rank of each value among the distinct values, 0 for the lowest. Sorting by rank is fast, because there are few
 * distinct values.
 */
function rankValues<Value, Key extends string | number>(values: Iterable<Value>, keyOf: (value: Value) => Key) {
  const all = [...values];
  const ascending = [...new Set(all.map(keyOf))].sort((a, b) => (a < b ? -1 : 1));
  const rankOf = new Map(ascending.map((key, rank) => [key, rank]));
  return { count: ascending.length, ranks: Int32Array.from(all, (value) => rankOf.get(keyOf(value)) ?? 0) };
}

/** Stable counting sort of rows by rank, the highest first: O(rows + ranks). */
function sortDescending(rows: Int32Array, { count, ranks }: { count: number; ranks: Int32Array }): Int32Array {
  const next = new Int32Array(count + 1);
  for (const row of rows) next[count - ranks[row]]++;
  for (let at = 0; at < count; at++) next[at + 1] += next[at];
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[next[count - 1 - ranks[row]]++] = row;
  return sorted;
}
