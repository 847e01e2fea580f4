/** Papers by some words of their title, while they are typed. */
import { findWord, prefixRange } from '../../pipeline/core/lexicon.ts';
import { papersWithStem, type WordIndex } from '../../pipeline/core/word-index.ts';
import { wordsIn } from '../../pipeline/stages/words/analysis.ts';
import { postingsOf } from '../../pipeline/stages/words/postings.ts';
import { wordsWithPrefix } from '../../pipeline/stages/words/prefix.ts';

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
