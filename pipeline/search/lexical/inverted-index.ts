/** The inverted index of papers: data, lookups, and the check of an index that was read from a file. */
import { lowerBound, partitionPoint } from '../../core/algorithms/sorting.ts';
import {
  type CooperativeTask,
  createYieldTimer,
  processInChunks,
  runAsPortion,
  runToCompletion,
} from '../../core/cooperative.ts';

/**
 * Distinct words, sorted by code points, as one block of UTF-8: word i is `bytes[starts[i]]` … `bytes[starts[i + 1] −
 * 1]`. Half a million words take 6 MB, and no objects on the heap.
 */
export interface Vocabulary {
  readonly count: number;
  /** `count` + 1 offsets into `bytes`. */
  readonly starts: Int32Array;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Creates a vocabulary of words.
 *
 * @param words distinct, in the order of `compareCodePoints`
 */
export function createVocabulary(words: readonly string[]): Vocabulary {
  const starts = new Int32Array(words.length + 1);
  // UTF-8 takes at most three bytes per UTF-16 unit.
  let bytes = new Uint8Array(1024);
  let used = 0;
  for (const [i, word] of words.entries()) {
    if (used + word.length * 3 > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length + word.length * 3);
      larger.set(bytes);
      bytes = larger;
    }
    used += encoder.encodeInto(word, bytes.subarray(used)).written;
    starts[i + 1] = used;
  }
  return { count: words.length, starts, bytes: bytes.slice(0, used) };
}

/**
 * Compares two words by code points, which is also the order of their UTF-8 bytes. The operator `<` compares UTF-16
 * units, which would sort 𝛼 (U+1D6FC) before ﬁ (U+FB01).
 */
export function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = rankOfUnit(a.charCodeAt(i)) - rankOfUnit(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A number for sorting UTF-16 units by code points: surrogates sort after every other unit. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

export function wordAt({ starts, bytes }: Vocabulary, at: number): string {
  return decoder.decode(bytes.subarray(starts[at], starts[at + 1]));
}

/** The number of a word in a vocabulary; −1 for an unknown word. */
export function findWord(vocabulary: Vocabulary, word: string): number {
  const target = encoder.encode(word);
  const at = partitionPoint(0, vocabulary.count, (position) => compareAt(vocabulary, position, target, false) >= 0);
  return at < vocabulary.count && compareAt(vocabulary, at, target, false) === 0 ? at : -1;
}

/** The numbers of the words with a prefix: `from` … `to` − 1. */
export function prefixRange(vocabulary: Vocabulary, prefix: string): { from: number; to: number } {
  const target = encoder.encode(prefix);
  return {
    from: partitionPoint(0, vocabulary.count, (position) => compareAt(vocabulary, position, target, true) >= 0),
    to: partitionPoint(0, vocabulary.count, (position) => compareAt(vocabulary, position, target, true) > 0),
  };
}

/**
 * What is wrong with a vocabulary that was read from a file, as a phrase for an error message; undefined if nothing is.
 */
export function vocabularyFault({ count, starts, bytes }: Vocabulary): string | undefined {
  if (starts.length !== count + 1 || starts[0] !== 0 || starts[count] !== bytes.length)
    return 'its words do not fill its bytes';
  for (let at = 0; at < count; at++) if (starts[at] >= starts[at + 1]) return `word ${at} is empty`;
  for (let at = 1; at < count; at++) {
    const target = bytes.subarray(starts[at], starts[at + 1]);
    if (compareAt({ count, starts, bytes }, at - 1, target, false) >= 0) return `word ${at} is out of order`;
  }
  return undefined;
}

/**
 * Compares a word of a vocabulary with the UTF-8 bytes of `target`: negative if the word sorts before it, positive if
 * after, 0 if both are equal or, with `asPrefix`, if the word starts with `target`.
 */
function compareAt({ starts, bytes }: Vocabulary, position: number, target: Uint8Array, asPrefix: boolean): number {
  const from = starts[position];
  const length = starts[position + 1] - from;
  const shorter = Math.min(length, target.length);
  for (let i = 0; i < shorter; i++) {
    const difference = bytes[from + i] - target[i];
    if (difference !== 0) return difference;
  }
  return asPrefix && length >= target.length ? 0 : length - target.length;
}

/** Separates the stems of title and abstract in `InvertedIndex.text`. */
export const TITLE_END = -1;

/** The acronyms that papers define, found by word-variants.ts. */
export interface AcronymColumns {
  /** The stem of each acronym; ascending. */
  readonly acronyms: Int32Array;
  /** Offsets: the long form of acronym i is the stems `acronymStarts[i]` … `acronymStarts[i + 1] − 1` of `acronymStems`. */
  readonly acronymStarts: Int32Array;
  readonly acronymStems: Int32Array;
}

/**
 * The inverted index of N papers, with their texts as stem numbers for phrases and proximity. A stem is identified by
 * its number 0 … S − 1, its position in `stems`. All columns are typed arrays, stored as they are in a snapshot
 * (data/README.md).
 */
export interface InvertedIndex extends AcronymColumns {
  /** N, the number of papers. */
  readonly paperCount: number;
  readonly stems: Vocabulary;
  /** All distinct words of the papers, normalized by the analyzer. */
  readonly words: Vocabulary;
  /** By word: the index of its stem in `stems`. */
  readonly wordStems: Int32Array;
  /** By word: the number of papers that contain it. */
  readonly wordDocumentFrequency: Int32Array;
  /**
   * S + 1 offsets: the postings of stem s are `postingStarts[s]` … `postingStarts[s + 1] − 1` of `postingRows`,
   * `titleTf` and `abstractTf`.
   */
  readonly postingStarts: Int32Array;
  /** By posting: the row of a paper that contains the stem; ascending within a stem. */
  readonly postingRows: Int32Array;
  /** By posting: how often the title contains the stem, at most 255. */
  readonly titleTf: Uint8Array;
  readonly abstractTf: Uint8Array;
  /** N + 1 offsets: the text of paper r is `text[textStarts[r]]` … `text[textStarts[r + 1] − 1]`. */
  readonly textStarts: Int32Array;
  /** The numbers of each paper's stems in word order: title, `TITLE_END`, abstract. */
  readonly text: Int32Array;
  /** By row: the number of words in the title. */
  readonly titleLengths: Int32Array;
}

export function abstractLength({ textStarts, titleLengths }: InvertedIndex, row: number): number {
  return textStarts[row + 1] - textStarts[row] - titleLengths[row] - 1;
}

/** The number of papers that contain a stem. */
export function documentFrequency({ postingStarts }: InvertedIndex, stem: number): number {
  return postingStarts[stem + 1] - postingStarts[stem];
}

/**
 * Inverse document frequency as in BM25, above 0.
 *
 * @param df document frequency
 */
export function idf(df: number, paperCount: number): number {
  return Math.log(1 + (paperCount - df + 0.5) / (df + 0.5));
}

/**
 * What is wrong with an inverted index that was read from a file, as a phrase for an error message; undefined if
 * nothing is. Finds offsets and rows that do not ascend, and numbers of stems and rows that do not exist.
 */
export function invertedIndexFault(index: InvertedIndex): string | undefined {
  return runToCompletion(invertedIndexFaultTask(index));
}

/**
 * A cooperative task that returns what is wrong with an inverted index that was read from a file; undefined if nothing
 * is (see `invertedIndexFault`).
 */
export function* invertedIndexFaultTask(index: InvertedIndex): CooperativeTask<string | undefined> {
  const { paperCount, stems, words, wordStems, wordDocumentFrequency, postingStarts, postingRows, textStarts, text } =
    index;
  const fault = vocabularyFault(stems) ?? vocabularyFault(words);
  if (fault) return fault;
  if (!areOffsets(postingStarts, stems.count, postingRows.length)) return 'the offsets of its postings do not ascend';
  if (!areOffsets(textStarts, paperCount, text.length)) return 'the offsets of its texts do not ascend';
  for (let word = 0; word < words.count; word++) {
    if (!isBelow(wordStems[word], stems.count)) return `word ${word} has stem ${wordStems[word]}`;
    if (wordDocumentFrequency[word] < 1 || wordDocumentFrequency[word] > paperCount)
      return `word ${word} is in ${wordDocumentFrequency[word]} papers`;
  }
  const { acronyms, acronymStarts, acronymStems } = index;
  if (!areOffsets(acronymStarts, acronyms.length, acronymStems.length))
    return 'the offsets of its acronyms do not ascend';
  if (![...acronyms, ...acronymStems].every((stem) => isBelow(stem, stems.count)))
    return 'an acronym has an unknown stem';
  const ofStem = (stem: number) => {
    let previous = -1;
    for (let at = postingStarts[stem]; at < postingStarts[stem + 1]; at++) {
      if (postingRows[at] <= previous || postingRows[at] >= paperCount)
        return `stem ${stem} has row ${postingRows[at]}`;
      previous = postingRows[at];
    }
    return undefined;
  };
  const ofText = (row: number) => {
    const length = textStarts[row + 1] - textStarts[row];
    const titleEnd = textStarts[row] + index.titleLengths[row];
    if (!isBelow(index.titleLengths[row], length) || text[titleEnd] !== TITLE_END) return `row ${row} has no title end`;
    for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
      if (at !== titleEnd && !isBelow(text[at], stems.count)) return `row ${row} has stem ${text[at]}`;
    }
    return undefined;
  };
  return (
    (yield* runAsPortion(firstFault(stems.count, ofStem), 0, 0.5)) ??
    (yield* runAsPortion(firstFault(paperCount, ofText), 0.5, 1))
  );
}

/** The first result of `faultOf` for the items 0 … `count` − 1 that is not undefined; undefined if all are. */
function* firstFault(count: number, faultOf: (at: number) => string | undefined): CooperativeTask<string | undefined> {
  let fault: string | undefined;
  yield* processInChunks(count, (from, to) => {
    for (let at = from; at < to && fault === undefined; at++) fault = faultOf(at);
  });
  return fault;
}

function areOffsets(starts: Int32Array, count: number, end: number): boolean {
  if (starts.length !== count + 1 || starts[0] !== 0 || starts[count] !== end) return false;
  for (let at = 0; at < count; at++) if (starts[at] > starts[at + 1]) return false;
  return true;
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

/**
 * The papers that contain something (a stem, one of several stems, a phrase) and how often, in ascending order of rows.
 */
export interface Postings {
  readonly rows: Int32Array;
  /**
   * By paper: how often the title contains the stem or phrase, at most 255. Frequencies in title and abstract are never
   * both 0.
   */
  readonly titleTf: Uint8Array;
  readonly abstractTf: Uint8Array;
}

/** The postings of a stem: views of the index, not copies. */
export function postingsOf(index: InvertedIndex, stem: number): Postings {
  const from = index.postingStarts[stem];
  const to = index.postingStarts[stem + 1];
  return {
    rows: index.postingRows.subarray(from, to),
    titleTf: index.titleTf.subarray(from, to),
    abstractTf: index.abstractTf.subarray(from, to),
  };
}

/**
 * The postings of several stems as if they were one. Used for prefixes: if each stem of a prefix were scored with its
 * own idf, the rarest would dominate.
 */
export function unionPostings(index: InvertedIndex, stems: Iterable<number>): Postings {
  return mergePostings(
    index.paperCount,
    Array.from(new Set(stems), (stem) => postingsOf(index, stem)),
  );
}

/**
 * Merges postings as if they were of one word. Frequencies are added (at most 255), and a paper that is in several
 * postings counts once, so that the document frequency of the union is exact.
 */
export function mergePostings(paperCount: number, all: readonly Postings[]): Postings {
  if (all.length === 1) return all[0];
  const titleTf = new Uint8ClampedArray(paperCount);
  const abstractTf = new Uint8ClampedArray(paperCount);
  for (const postings of all) {
    for (let at = 0; at < postings.rows.length; at++) {
      titleTf[postings.rows[at]] += postings.titleTf[at];
      abstractTf[postings.rows[at]] += postings.abstractTf[at];
    }
  }
  let count = 0;
  for (let row = 0; row < paperCount; row++) if (titleTf[row] > 0 || abstractTf[row] > 0) count++;
  const union = {
    rows: new Int32Array(count),
    titleTf: new Uint8Array(count),
    abstractTf: new Uint8Array(count),
  };
  for (let row = 0, at = 0; row < paperCount; row++) {
    if (titleTf[row] === 0 && abstractTf[row] === 0) continue;
    union.rows[at] = row;
    union.titleTf[at] = titleTf[row];
    union.abstractTf[at++] = abstractTf[row];
  }
  return union;
}

/**
 * The postings of a phrase: papers with its stems one after the other, within title or abstract. Overlapping
 * occurrences count separately ('a b a' is twice in 'a b a b a'). The task first finds the papers that contain all
 * stems, then searches their texts for the phrase.
 */
export function* phrasePostings(index: InvertedIndex, stems: readonly number[]): CooperativeTask<Postings> {
  if (stems.length === 0) return { rows: new Int32Array(0), titleTf: new Uint8Array(0), abstractTf: new Uint8Array(0) };
  if (stems.length === 1) return postingsOf(index, stems[0]);
  const rows = rowsWithAllStems(index, stems);
  const titleTf = new Uint8Array(rows.length);
  const abstractTf = new Uint8Array(rows.length);
  let kept = 0;
  const isDue = createYieldTimer();
  for (let i = 0; i < rows.length; i++) {
    if (isDue()) yield i / rows.length;
    const row = rows[i];
    const titleEnd = index.textStarts[row] + index.titleLengths[row];
    const inTitle = countPhrase(index.text, index.textStarts[row], titleEnd, stems);
    const inAbstract = countPhrase(index.text, titleEnd + 1, index.textStarts[row + 1], stems);
    if (inTitle + inAbstract === 0) continue;
    rows[kept] = row;
    titleTf[kept] = Math.min(255, inTitle);
    abstractTf[kept++] = Math.min(255, inAbstract);
  }
  return {
    rows: rows.slice(0, kept),
    titleTf: titleTf.slice(0, kept),
    abstractTf: abstractTf.slice(0, kept),
  };
}

/** The rows of the papers that contain all of some stems, ascending, in a new array; empty if no stems are given. */
export function rowsWithAllStems(index: InvertedIndex, stems: readonly number[]): Int32Array {
  const [rarest, ...others] = [...new Set(stems)].sort(
    (a, b) => documentFrequency(index, a) - documentFrequency(index, b),
  );
  let rows = rarest === undefined ? new Int32Array(0) : postingsOf(index, rarest).rows.slice();
  for (const stem of others) {
    const stemRows = postingsOf(index, stem).rows;
    let kept = 0;
    let at = 0;
    for (const row of rows) {
      at = gallopTo(stemRows, at, row);
      if (stemRows[at] === row) rows[kept++] = row;
    }
    rows = rows.subarray(0, kept);
  }
  return rows;
}

/**
 * The first index at or after `from` whose value is at least `row`, or the length of `rows`. Galloping search, which is
 * fast when a short list is intersected with a long one.
 */
function gallopTo(rows: Int32Array, from: number, row: number): number {
  let low = from;
  let stride = 1;
  while (low + stride < rows.length && rows[low + stride] < row) {
    low += stride;
    stride *= 2;
  }
  return lowerBound(rows, row, low, Math.min(rows.length, low + stride + 1));
}

function countPhrase(text: Int32Array, from: number, to: number, stems: readonly number[]): number {
  const [first] = stems;
  let count = 0;
  for (let at = from; at + stems.length <= to; at++) {
    if (text[at] !== first) continue;
    let i = 1;
    while (i < stems.length && text[at + i] === stems[i]) i++;
    if (i === stems.length) count++;
  }
  return count;
}

/** A prefix of a word stands for at most this many stems, the most frequent ones. */
export const MAX_PREFIX_STEMS = 64;

/**
 * The stems of the words with a prefix, by descending document frequency, equally frequent ones by number.
 *
 * @param prefix normalized by the analyzer; the empty prefix matches every word
 */
export function stemsWithPrefix(index: InvertedIndex, prefix: string, max: number = MAX_PREFIX_STEMS): number[] {
  const { from, to } = prefixRange(index.words, prefix);
  const stems = [...new Set(index.wordStems.subarray(from, to))];
  return stems.sort((a, b) => documentFrequency(index, b) - documentFrequency(index, a) || a - b).slice(0, max);
}

/**
 * The words with a prefix, by descending document frequency, equally frequent ones in alphabetical order. One pass
 * keeps only the best words in a sorted list, because a prefix of two letters matches some ten thousand of half a
 * million words.
 *
 * @param prefix normalized by the analyzer; the empty prefix matches every word
 * @returns numbers of words in `index.words`
 */
export function wordsWithPrefix(
  { words, wordDocumentFrequency }: InvertedIndex,
  prefix: string,
  max: number,
): number[] {
  const { from, to } = prefixRange(words, prefix);
  const best: number[] = [];
  for (let word = from; word < to; word++) {
    if (best.length >= max && wordDocumentFrequency[word] <= wordDocumentFrequency[best[best.length - 1]]) continue;
    let at = best.length;
    while (at > 0 && wordDocumentFrequency[best[at - 1]] < wordDocumentFrequency[word]) at--;
    best.splice(at, 0, word);
    if (best.length > max) best.pop();
  }
  return best;
}
