import { mergeSorted } from '../../core/algorithms/merge-sort.ts';
import { type Steps, spans } from '../../core/cooperative.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import { papersWithStem, type WordIndex } from '../lexical/inverted-index.ts';
import { findWord, prefixRange } from '../lexical/lexicon.ts';
import { postingsOf, wordsWithPrefix } from '../lexical/postings.ts';

/** Ids by their first characters. */

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

/** Papers by some words of their title, while they are typed. */

/** One letter begins a word of nearly every title. */
const SHORTEST = 2;
/** A beginning is looked for in the papers of so many words. */
const MOST_WORDS = 64;
/** So many places of words are read for one answer: a few milliseconds, however many papers there are. */
const MOST_PLACES = 50_000;

/** What is asked of a title: words, and the beginning of one more behind them. */
interface Asked {
  readonly stems: readonly number[];
  /** Stems of the words that begin as the last one does; undefined where the last word is whole. */
  readonly endings: ReadonlySet<number> | undefined;
}

/**
 * Rows of papers with all the typed words in their titles, the last of them perhaps only begun. First those whose title
 * begins with the words, then those that hold them side by side, then the others; shorter titles first, then by row. Where
 * the words stand in too many papers not all of them are looked at.
 */
export function titlesWith(index: WordIndex, typed: string, most: number): number[] {
  const read = wordsIn(typed);
  const begun = read.at(-1)?.end === typed.length ? read.pop()?.surface : undefined;
  const stems = read.map(({ stem }) => findWord(index.stems, stem));
  if (stems.includes(-1) || (stems.length === 0 && (begun ?? '').length < SHORTEST)) return [];
  const asked = { stems, endings: begun === undefined ? undefined : endingsOf(index, begun) };
  const best = new Best(index, most);
  let places = 0;
  for (const stem of sought(index, stems, begun ?? '')) {
    const { rows, titleTimes } = postingsOf(index, stem);
    for (let at = 0; at < rows.length && places < MOST_PLACES; at++, places++) {
      if (titleTimes[at] === 0) continue;
      const fit = fitOf(index, rows[at], asked);
      if (fit !== undefined) best.add(rows[at], fit);
    }
  }
  return best.rows;
}

function endingsOf({ words, wordStems }: WordIndex, begun: string): Set<number> {
  const { from, to } = prefixRange(words, begun);
  return new Set(wordStems.subarray(from, to));
}

/** Stems of which one stands in every title that is asked for: the rarest whole word, else the commonest endings. */
function sought(index: WordIndex, stems: readonly number[], begun: string): Iterable<number> {
  if (stems.length === 0)
    return new Set(wordsWithPrefix(index, begun, MOST_WORDS).map((word) => index.wordStems[word]));
  return [stems.reduce((a, b) => (papersWithStem(index, b) < papersWithStem(index, a) ? b : a))];
}

/** 0 where the title begins with what is asked, 1 where it holds it in this order, 2 where anywhere; else undefined. */
function fitOf({ text, textStarts, titleLengths }: WordIndex, row: number, asked: Asked): number | undefined {
  const from = textStarts[row];
  const to = from + titleLengths[row];
  for (const stem of asked.stems) if (!hasStem(text, from, to, stem)) return undefined;
  const length = asked.stems.length + (asked.endings ? 1 : 0);
  for (let at = from; at + length <= to; at++) if (isAt(text, at, asked)) return at === from ? 0 : 1;
  if (asked.endings === undefined) return 2;
  for (let at = from; at < to; at++) if (asked.endings.has(text[at])) return 2;
  return undefined;
}

function hasStem(text: Int32Array, from: number, to: number, stem: number): boolean {
  for (let at = from; at < to; at++) if (text[at] === stem) return true;
  return false;
}

function isAt(text: Int32Array, at: number, { stems, endings }: Asked): boolean {
  for (let i = 0; i < stems.length; i++) if (text[at + i] !== stems[i]) return false;
  return endings === undefined || endings.has(text[at + stems.length]);
}

/** The best few rows so far, the best first. */
class Best {
  readonly rows: number[] = [];
  readonly #fits: number[] = [];
  readonly #titleLengths: Int32Array;
  readonly #most: number;

  constructor({ titleLengths }: WordIndex, most: number) {
    this.#titleLengths = titleLengths;
    this.#most = most;
  }

  add(row: number, fit: number): void {
    const { rows } = this;
    let at = rows.length;
    while (at > 0 && this.#isBefore(row, fit, at - 1)) at--;
    if (at >= this.#most || rows.includes(row)) return;
    rows.splice(at, 0, row);
    this.#fits.splice(at, 0, fit);
    if (rows.length > this.#most) {
      rows.pop();
      this.#fits.pop();
    }
  }

  #isBefore(row: number, fit: number, at: number): boolean {
    const other = this.rows[at];
    const apart = fit - this.#fits[at] || this.#titleLengths[row] - this.#titleLengths[other] || row - other;
    return apart < 0;
  }
}
