import type { Sort } from '../core/query/ast.ts';
import type { PaperFacts } from '../store/paper-database.ts';
import type { RowFilter } from './vector/filtered-knn.ts';

type Ordered = Pick<PaperFacts, 'dates' | 'comments'>;

/** The papers that a filter lets through, in an order that asks no words: the newest first, or the most discussed. */
export type Listing = (filter: Pick<RowFilter, 'mask'> | undefined, order: Sort) => Int32Array;

/** Puts all papers in order when that is first asked for; a list is then taken out of them. */
export function openListing({ dates, comments }: Ordered): Listing {
  let newest: Int32Array | undefined;
  let discussed: Int32Array | undefined;
  return (filter, order) => {
    newest ??= descending(Int32Array.from(comments.keys()), ranksOf(dates, dateOf));
    if (order === 'comments') discussed ??= descending(newest, ranksOf(comments, Number));
    const rows = order === 'comments' && discussed ? discussed : newest;
    return filter ? rows.filter((row) => filter.mask[row] !== 0) : rows;
  };
}

/**
 * Compares rows. Dates are as exact as they are known: `2025` stands behind all days of that year. What is not known comes last: a paper without a count of comments after those with none. As many comments
 * stand by date, equal dates by row.
 */
export function orderedBy(facts: Ordered, order: Sort): (a: number, b: number) => number {
  const newest = (a: number, b: number) => {
    const [first, second] = [dateOf(facts.dates[a]), dateOf(facts.dates[b])];
    return first === second ? a - b : first < second ? 1 : -1;
  };
  // A count that is not known is −1.
  return order === 'comments' ? (a, b) => facts.comments[b] - facts.comments[a] || newest(a, b) : newest;
}

function dateOf(date: string | null): string {
  return date ?? '';
}

/** The place of each value among those that there are, from the least on: few different ones stand in many rows. */
function ranksOf<Value, Key extends string | number>(values: Iterable<Value>, keyOf: (value: Value) => Key) {
  const all = [...values];
  const ascending = [...new Set(all.map(keyOf))].sort((a, b) => (a < b ? -1 : 1));
  const rankOf = new Map(ascending.map((key, rank) => [key, rank]));
  return { count: ascending.length, ranks: Int32Array.from(all, (value) => rankOf.get(keyOf(value)) ?? 0) };
}

/** Rows from the largest rank to the least, as they came where it is the same (a counting sort: O(rows + ranks)). */
function descending(rows: Int32Array, { count, ranks }: { count: number; ranks: Int32Array }): Int32Array {
  const next = new Int32Array(count + 1);
  for (const row of rows) next[count - ranks[row]]++;
  for (let at = 0; at < count; at++) next[at + 1] += next[at];
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[next[count - 1 - ranks[row]]++] = row;
  return sorted;
}
