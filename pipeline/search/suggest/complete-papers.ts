/** Finds papers by the start of their id or by words of their title, to complete `like:` and `not:`. */
import { mergeSort, partitionPoint } from '../../core/algorithms/sorting.ts';
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  postingsOf,
  prefixRange,
  wordsWithPrefix,
} from '../lexical/inverted-index.ts';

/** Returns the rows of at most `max` papers whose ids start with a prefix. */
export type IdPrefixLookup = (prefix: string, max: number) => number[];

/** The part of an id after its last colon: of `arxiv:2501.12948` people type only `2501.12948`. */
const tailOf = (folded: string) => folded.slice(folded.lastIndexOf(':') + 1);

/**
 * Creates a function that finds papers by the start of their id, ignoring case. The start may omit the part of the id
 * up to its last colon; rows are returned in the order of the part after it. A cooperative task, because all ids are
 * sorted.
 */
export function* createIdPrefixLookup(ids: readonly string[]): CooperativeTask<IdPrefixLookup> {
  const folded: string[] = [];
  const tails: string[] = [];
  yield* processInChunks(ids.length, (from, to) => {
    for (let row = from; row < to; row++) {
      folded.push(ids[row].toLowerCase());
      tails.push(tailOf(folded[row]));
    }
  });
  const byTail = (a: number, b: number) => (tails[a] < tails[b] ? -1 : tails[a] > tails[b] ? 1 : a - b);
  const rows = yield* mergeSort([...ids.keys()], byTail);
  return (prefix, max) => {
    const lower = prefix.toLowerCase();
    const tail = tailOf(lower);
    const matches: number[] = [];
    const start = partitionPoint(0, rows.length, (at) => tails[rows[at]] >= tail);
    for (let at = start; at < rows.length && matches.length < max; at++) {
      if (!tails[rows[at]].startsWith(tail)) break;
      if (tail === lower || folded[rows[at]].startsWith(lower)) matches.push(rows[at]);
    }
    return matches;
  };
}

/** A single word is completed only from this many letters on: a single letter starts a word in nearly every title. */
const MIN_PREFIX_LETTERS = 2;
/** A prefix is expanded to at most this many words of the corpus. */
const MAX_EXPANSIONS = 64;
/** At most this many postings are read for one completion, so that it takes a few milliseconds in any corpus. */
const MAX_POSTINGS = 50_000;

/** The words that a title must contain: complete words and, perhaps, one more word of which only a prefix is known. */
interface TitleQuery {
  readonly stems: readonly number[];
  /** Stems of all words that begin with the typed prefix; undefined if the last typed word is complete. */
  readonly lastStems: ReadonlySet<number> | undefined;
}

/**
 * Finds papers whose titles contain all typed words, and returns their rows. The last typed word may be a prefix.
 * Titles that start with the typed words come first, then titles with these words in sequence, then the others; within
 * each group shorter titles come first. For very common words not all papers are considered.
 */
export function findRowsByTitle(index: InvertedIndex, typed: string, max: number): number[] {
  const words = wordsIn(typed);
  const prefix = words.at(-1)?.end === typed.length ? words.pop()?.surface : undefined;
  const stems = words.map(({ stem }) => findWord(index.stems, stem));
  if (stems.includes(-1) || (stems.length === 0 && (prefix ?? '').length < MIN_PREFIX_LETTERS)) return [];
  const query = { stems, lastStems: prefix === undefined ? undefined : stemsOfPrefix(index, prefix) };
  const best = new BestTitles(index, max);
  let postingsRead = 0;
  for (const stem of requiredStems(index, stems, prefix ?? '')) {
    const { rows, titleTf } = postingsOf(index, stem);
    for (let at = 0; at < rows.length && postingsRead < MAX_POSTINGS; at++, postingsRead++) {
      if (titleTf[at] === 0) continue;
      const quality = matchQuality(index, rows[at], query);
      if (quality !== undefined) best.add(rows[at], quality);
    }
  }
  return best.rows;
}

function stemsOfPrefix({ words, wordStems }: InvertedIndex, prefix: string): Set<number> {
  const { from, to } = prefixRange(words, prefix);
  return new Set(wordStems.subarray(from, to));
}

/**
 * The stems whose postings are read to find candidates: that of the rarest complete word or, if only a prefix is typed,
 * those of the most frequent words with the prefix.
 */
function requiredStems(index: InvertedIndex, stems: readonly number[], prefix: string): Iterable<number> {
  if (stems.length === 0)
    return new Set(wordsWithPrefix(index, prefix, MAX_EXPANSIONS).map((word) => index.wordStems[word]));
  return [stems.reduce((a, b) => (documentFrequency(index, b) < documentFrequency(index, a) ? b : a))];
}

/**
 * How well a title matches, lower is better: 0 if it starts with the typed words, 1 if it contains them in sequence, 2
 * if in any order; undefined if a word is missing.
 */
function matchQuality(
  { text, textStarts, titleLengths }: InvertedIndex,
  row: number,
  query: TitleQuery,
): number | undefined {
  const from = textStarts[row];
  const to = from + titleLengths[row];
  for (const stem of query.stems) if (!hasStem(text, from, to, stem)) return undefined;
  const length = query.stems.length + (query.lastStems ? 1 : 0);
  for (let at = from; at + length <= to; at++) if (matchesAt(text, at, query)) return at === from ? 0 : 1;
  if (query.lastStems === undefined) return 2;
  for (let at = from; at < to; at++) if (query.lastStems.has(text[at])) return 2;
  return undefined;
}

function hasStem(text: Int32Array, from: number, to: number, stem: number): boolean {
  for (let at = from; at < to; at++) if (text[at] === stem) return true;
  return false;
}

function matchesAt(text: Int32Array, at: number, { stems, lastStems }: TitleQuery): boolean {
  for (let i = 0; i < stems.length; i++) if (text[at + i] !== stems[i]) return false;
  return lastStems === undefined || lastStems.has(text[at + stems.length]);
}

/** Collects the rows of the `max` titles that match best, the best first. */
class BestTitles {
  readonly rows: number[] = [];
  readonly #qualities: number[] = [];
  readonly #titleLengths: Int32Array;
  readonly #max: number;

  constructor({ titleLengths }: InvertedIndex, max: number) {
    this.#titleLengths = titleLengths;
    this.#max = max;
  }

  add(row: number, quality: number): void {
    const { rows } = this;
    let at = rows.length;
    while (at > 0 && this.#isBefore(row, quality, at - 1)) at--;
    if (at >= this.#max || rows.includes(row)) return;
    rows.splice(at, 0, row);
    this.#qualities.splice(at, 0, quality);
    if (rows.length > this.#max) {
      rows.pop();
      this.#qualities.pop();
    }
  }

  #isBefore(row: number, quality: number, at: number): boolean {
    const other = this.rows[at];
    const difference =
      quality - this.#qualities[at] || this.#titleLengths[row] - this.#titleLengths[other] || row - other;
    return difference < 0;
  }
}
