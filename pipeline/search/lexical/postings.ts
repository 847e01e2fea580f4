import { finished, type Steps } from '../../core/cooperative.ts';
import { papersWithStem, type WordIndex } from './inverted-index.ts';
import { prefixRange } from './lexicon.ts';

/** The papers that hold something (a stem, one of many stems, a phrase), and how often; rows ascend. */
export interface Postings {
  readonly rows: Int32Array;
  /** How often in the title; 255 stands for more, too. Never 0 together with `abstractTimes`. */
  readonly titleTimes: Uint8Array;
  readonly abstractTimes: Uint8Array;
}

/** Where a stem stands: views of the index, no copies. */
export function postingsOf(index: WordIndex, stem: number): Postings {
  const from = index.postingStarts[stem];
  const to = index.postingStarts[stem + 1];
  return {
    rows: index.postingRows.subarray(from, to),
    titleTimes: index.titleTimes.subarray(from, to),
    abstractTimes: index.abstractTimes.subarray(from, to),
  };
}

/**
 * Where any of some stems stands, as if they were one word: times are added up (to 255 at the most), and a paper with
 * several of them counts once, so that the document frequency is that of the union, exactly. So a prefix is worth what
 * one word would be that stood in all those places; counting each stem with its own idf would let the rarest rule.
 */
export function unionOf(index: WordIndex, stems: Iterable<number>): Postings {
  const distinct = [...new Set(stems)];
  if (distinct.length === 1) return postingsOf(index, distinct[0]);
  const titleTimes = new Uint8ClampedArray(index.papers);
  const abstractTimes = new Uint8ClampedArray(index.papers);
  for (const stem of distinct) {
    const postings = postingsOf(index, stem);
    for (let at = 0; at < postings.rows.length; at++) {
      titleTimes[postings.rows[at]] += postings.titleTimes[at];
      abstractTimes[postings.rows[at]] += postings.abstractTimes[at];
    }
  }
  let found = 0;
  for (let row = 0; row < index.papers; row++) if (titleTimes[row] > 0 || abstractTimes[row] > 0) found++;
  const union = {
    rows: new Int32Array(found),
    titleTimes: new Uint8Array(found),
    abstractTimes: new Uint8Array(found),
  };
  for (let row = 0, at = 0; row < index.papers; row++) {
    if (titleTimes[row] === 0 && abstractTimes[row] === 0) continue;
    union.rows[at] = row;
    union.titleTimes[at] = titleTimes[row];
    union.abstractTimes[at++] = abstractTimes[row];
  }
  return union;
}

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

/** A prefix stands for so many stems at the most: what `a` may mean beyond the commonest is anyone's guess. */
export const MOST_STEMS = 64;

/**
 * The stems of the words that begin with a prefix, those in most papers first, equal ones by number.
 *
 * @param prefix a beginning as `wordsIn` writes words; an empty one begins every word
 */
export function stemsWithPrefix(index: WordIndex, prefix: string, most: number = MOST_STEMS): number[] {
  const { from, to } = prefixRange(index.words, prefix);
  const stems = [...new Set(index.wordStems.subarray(from, to))];
  return stems.sort((a, b) => papersWithStem(index, b) - papersWithStem(index, a) || a - b).slice(0, most);
}

/**
 * The words that begin with a prefix, those in most papers first, equal ones in the order of their letters. They are gone
 * through once: two letters begin some ten thousand of half a million words.
 *
 * @param prefix a beginning as `wordsIn` writes words; an empty one begins every word
 * @returns places in `index.words`
 */
export function wordsWithPrefix({ words, wordPapers }: WordIndex, prefix: string, most: number): number[] {
  const { from, to } = prefixRange(words, prefix);
  const best: number[] = [];
  for (let word = from; word < to; word++) {
    if (best.length >= most && wordPapers[word] <= wordPapers[best[best.length - 1]]) continue;
    let at = best.length;
    while (at > 0 && wordPapers[best[at - 1]] < wordPapers[word]) at--;
    best.splice(at, 0, word);
    if (best.length > most) best.pop();
  }
  return best;
}
