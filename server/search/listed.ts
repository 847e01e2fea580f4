import type { RowFilter } from '../../pipeline/stages/retrieval/nearest.ts';
import type { PaperFacts } from '../../pipeline/store/paper-facts.ts';
import type { Sort } from './grammar/query.ts';

/** Papers that a filter lets through, in an order that asks no words: the newest first, or the most discussed. */
export function listed(facts: PaperFacts, filter: RowFilter | undefined, order: Sort): Int32Array {
  const rows = facts.comments.map((_, row) => row).filter((row) => filter === undefined || filter.mask[row] !== 0);
  return rows.sort(orderedBy(facts, order));
}

/** Compares rows; what is not known comes last, equal ones by row. */
export function orderedBy(facts: PaperFacts, order: Sort): (a: number, b: number) => number {
  if (order === 'comments') return (a, b) => facts.comments[b] - facts.comments[a] || a - b;
  return (a, b) => {
    const [first, second] = [facts.dates[a] ?? '', facts.dates[b] ?? ''];
    return first === second ? a - b : first < second ? 1 : -1;
  };
}
