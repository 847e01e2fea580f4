import type { RowFilter } from '../../pipeline/stages/retrieval/nearest.ts';
import type { PaperFacts } from '../../pipeline/store/paper-facts.ts';
import type { Sort } from './grammar/query.ts';

/** Papers that a filter lets through, in an order that asks no words: the newest first, or the most discussed. */
export function listed(facts: PaperFacts, filter: RowFilter | undefined, order: Sort): Int32Array {
  const rows = facts.comments.map((_, row) => row).filter((row) => filter === undefined || filter.mask[row] !== 0);
  return rows.sort(orderedBy(facts, order));
}

/**
 * Compares rows. Dates are as exact as they are known: `2025` stands behind all days of that year. What is not known comes last: a paper without a count of comments after those with none. As many comments
 * stand by date, equal dates by row.
 */
export function orderedBy(
  facts: Pick<PaperFacts, 'dates' | 'comments'>,
  order: Sort,
): (a: number, b: number) => number {
  const newest = (a: number, b: number) => {
    const [first, second] = [facts.dates[a] ?? '', facts.dates[b] ?? ''];
    return first === second ? a - b : first < second ? 1 : -1;
  };
  // A count that is not known is −1.
  return order === 'comments' ? (a, b) => facts.comments[b] - facts.comments[a] || newest(a, b) : newest;
}
