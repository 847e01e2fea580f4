import { finished, type Steps } from '../../core/steps.ts';
import { papersWithStem, type WordIndex } from '../../core/word-index.ts';
import { type Postings, postingsOf } from './postings.ts';

/** Papers read between two steps: about two milliseconds. */
const ROWS_A_STEP = 2048;

/**
 * Where some stems stand one behind the other, in the title or in the abstract and never across; places that overlap
 * count each ('a b a' twice in 'a b a b a'). Rows are those that hold every stem, from the rarest on; each is then read.
 */
export function phraseOf(index: WordIndex, stems: readonly number[]): Postings {
  return finished(phraseInSteps(index, stems));
}

/** The same in steps of some milliseconds: 'of the' stands in nearly every paper. */
export function* phraseInSteps(index: WordIndex, stems: readonly number[]): Steps<Postings> {
  if (stems.length === 0)
    return { rows: new Int32Array(0), titleTimes: new Uint8Array(0), abstractTimes: new Uint8Array(0) };
  if (stems.length === 1) return postingsOf(index, stems[0]);
  const rows = rowsWithAll(index, stems);
  const titleTimes = new Uint8Array(rows.length);
  const abstractTimes = new Uint8Array(rows.length);
  let found = 0;
  for (let i = 0; i < rows.length; i++) {
    if (i % ROWS_A_STEP === 0) yield i / rows.length;
    const row = rows[i];
    const titleEnd = index.textStarts[row] + index.titleLengths[row];
    const inTitle = timesWithin(index.text, index.textStarts[row], titleEnd, stems);
    const inAbstract = timesWithin(index.text, titleEnd + 1, index.textStarts[row + 1], stems);
    if (inTitle + inAbstract === 0) continue;
    rows[found] = row;
    titleTimes[found] = Math.min(255, inTitle);
    abstractTimes[found++] = Math.min(255, inAbstract);
  }
  return {
    rows: rows.slice(0, found),
    titleTimes: titleTimes.slice(0, found),
    abstractTimes: abstractTimes.slice(0, found),
  };
}

/** The rows that hold every one of some stems, ascending; a new array. */
export function rowsWithAll(index: WordIndex, stems: readonly number[]): Int32Array {
  const [rarest, ...others] = [...new Set(stems)].sort((a, b) => papersWithStem(index, a) - papersWithStem(index, b));
  let rows = rarest === undefined ? new Int32Array(0) : postingsOf(index, rarest).rows.slice();
  for (const stem of others) {
    const among = postingsOf(index, stem).rows;
    let kept = 0;
    let at = 0;
    for (const row of rows) {
      at = firstAtLeast(among, at, row);
      if (among[at] === row) rows[kept++] = row;
    }
    rows = rows.subarray(0, kept);
  }
  return rows;
}

/** The first place from `from` on that holds `row` or more: in strides that double, then by halves. */
function firstAtLeast(rows: Int32Array, from: number, row: number): number {
  let low = from;
  let stride = 1;
  while (low + stride < rows.length && rows[low + stride] < row) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(rows.length, low + stride + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timesWithin(text: Int32Array, from: number, to: number, stems: readonly number[]): number {
  const [first] = stems;
  let times = 0;
  for (let at = from; at + stems.length <= to; at++) {
    if (text[at] !== first) continue;
    let i = 1;
    while (i < stems.length && text[at + i] === stems[i]) i++;
    if (i === stems.length) times++;
  }
  return times;
}
