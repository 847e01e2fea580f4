/** Ids by their first characters. */

import { mergeSorted } from '../../pipeline/core/merge-sort.ts';
import { type Steps, spans } from '../../pipeline/core/steps.ts';

/** Ids read between two steps. */
const IDS_A_STEP = 8192;

/** The rows of at most so many ids that begin so. */
export type IdsFrom = (begun: string, most: number) => number[];

/** What stands before the last colon says where an id is from: of `arxiv:2501.12948` people know the number. */
const tailOf = (folded: string) => folded.slice(folded.lastIndexOf(':') + 1);

/**
 * A function that finds the rows whose ids begin so, with what stands before their colon or without it, in the order of
 * the numbers behind it. Capitals make no difference. In steps of some milliseconds.
 */
export function* openIds(ids: readonly string[]): Steps<IdsFrom> {
  const folded: string[] = [];
  const tails: string[] = [];
  yield* spans(ids.length, IDS_A_STEP, (from, to) => {
    for (let row = from; row < to; row++) {
      folded.push(ids[row].toLowerCase());
      tails.push(tailOf(folded[row]));
    }
  });
  const byTail = (a: number, b: number) => (tails[a] < tails[b] ? -1 : tails[a] > tails[b] ? 1 : a - b);
  const rows = yield* mergeSorted([...ids.keys()], byTail);
  return (begun, most) => {
    const wanted = begun.toLowerCase();
    const tail = tailOf(wanted);
    const found: number[] = [];
    for (let at = firstFrom(rows, tails, tail); at < rows.length && found.length < most; at++) {
      if (!tails[rows[at]].startsWith(tail)) break;
      if (tail === wanted || folded[rows[at]].startsWith(wanted)) found.push(rows[at]);
    }
    return found;
  };
}

function firstFrom(rows: readonly number[], tails: readonly string[], wanted: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tails[rows[middle]] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
