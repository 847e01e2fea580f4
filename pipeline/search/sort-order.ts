/** Sorts papers by date, or by a column of numbers. */
import type { PaperColumns } from '../core/paper-columns.ts';
import type { SortOrder } from '../core/query/ast.ts';
import type { RowFilter } from './candidates.ts';

type SortColumns = Pick<PaperColumns, 'dates' | 'comments'>;

/** The values of a column, higher first; NaN for papers without one, which are last. */
export type SortKeys = (column: string) => Float64Array;

/**
 * A function that returns the rows of all papers that pass a filter, sorted by date (newest first) or by a column
 * (highest first), or the other way around.
 */
export type SortedPaperLister = (filter: Pick<RowFilter, 'mask'> | undefined, order: SortOrder) => Int32Array;

/** So many sort orders, those used last, are kept in memory beside that by date. */
const MAX_CACHED = 4;

/**
 * Creates a function that lists papers in sorted order. All papers are sorted when an order is first needed; each list
 * is then filtered out of the sorted rows.
 */
export function createSortedPaperLister(columns: SortColumns, sortKeys?: SortKeys): SortedPaperLister {
  let byDate: Int32Array | undefined;
  const sorted = new Map<SortOrder, Int32Array>();
  const sortRows = (newestFirst: Int32Array, order: SortOrder) => {
    const { keys, isReversed } = keysOf(columns, order, sortKeys);
    return sortDescending(
      newestFirst,
      rankValues(keys, (key) => rankable(key, isReversed)),
    );
  };
  return (filter, order) => {
    byDate ??= sortDescending(Int32Array.from(columns.comments.keys()), rankValues(columns.dates, sortableDate));
    let rows = byDate;
    if (order !== 'date' && order !== 'relevance') {
      rows = sorted.get(order) ?? sortRows(byDate, order);
      sorted.delete(order);
      sorted.set(order, rows);
      if (sorted.size > MAX_CACHED) sorted.delete([...sorted.keys()][0]);
    }
    return filter ? rows.filter((row) => filter.mask[row] !== 0) : rows;
  };
}

/**
 * Creates a function that compares rows for sorting: newest first, or the highest value of a column first, or the other
 * way around. A less exact date (`2025`) comes after all days of that year; papers without a date or a value are at the
 * end. Equal values are sorted by date, equal dates by row.
 */
export function createRowComparator(
  columns: SortColumns,
  order: SortOrder,
  sortKeys?: SortKeys,
): (a: number, b: number) => number {
  const byDate = (a: number, b: number) => {
    const [first, second] = [sortableDate(columns.dates[a]), sortableDate(columns.dates[b])];
    return first === second ? a - b : first < second ? 1 : -1;
  };
  if (order === 'date' || order === 'relevance') return byDate;
  const { keys, isReversed } = keysOf(columns, order, sortKeys);
  return (a, b) => {
    const [first, second] = [rankable(keys[a], isReversed), rankable(keys[b], isReversed)];
    return first === second ? byDate(a, b) : second > first ? 1 : -1;
  };
}

function keysOf(columns: SortColumns, order: SortOrder, sortKeys: SortKeys | undefined) {
  const column = order.replace(/^-/, '');
  const isReversed = column !== order;
  if (column === 'date') {
    const { ranks } = rankValues(columns.dates, sortableDate);
    return {
      keys: Float64Array.from(ranks, (rank, row) => (columns.dates[row] === null ? Number.NaN : rank)),
      isReversed,
    };
  }
  // The number of comments is read with every snapshot; −1 stands for an unknown one.
  const known = (number: number) => (number < 0 ? Number.NaN : number);
  const keys = column === 'comments' || !sortKeys ? Float64Array.from(columns.comments, known) : sortKeys(column);
  return { keys, isReversed };
}

/** A key such that papers without a value are last in both directions. */
function rankable(key: number, isReversed: boolean): number {
  if (Number.isNaN(key)) return Number.NEGATIVE_INFINITY;
  return isReversed ? -key : key;
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
