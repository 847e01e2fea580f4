/** Ids by their first characters. */

/** What stands before the last colon says where an id is from: of `arxiv:2501.12948` people know the number. */
const tailOf = (folded: string) => folded.slice(folded.lastIndexOf(':') + 1);

/**
 * A function that finds the rows whose ids begin so, with what stands before their colon or without it, in the order of
 * the numbers behind it. Capitals make no difference.
 */
export function openIds(ids: readonly string[]): (begun: string, most: number) => number[] {
  const folded = ids.map((id) => id.toLowerCase());
  const tails = folded.map(tailOf);
  // Sources tell papers in the order of their ids more often than not, and what is in order is sorted in one go.
  const rows = Array.from(ids.keys()).sort((a, b) => (tails[a] < tails[b] ? -1 : tails[a] > tails[b] ? 1 : a - b));
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
