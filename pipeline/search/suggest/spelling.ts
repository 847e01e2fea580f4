import { wordsIn } from '../lexical/analyzer.ts';
import { findWord, type InvertedIndex, prefixRange, wordAt } from '../lexical/inverted-index.ts';

/** Longer words are not compared. */
export const MAX_LETTERS = 64;

// Three rows of the dynamic programming matrix.
const WIDTH = MAX_LETTERS + 2;
const matrix = new Uint8Array(3 * WIDTH);

/**
 * Edit distance: letters inserted, deleted, replaced, or swapped with their neighbor to turn one word into another
 * (F. Damerau, CACM 7, 1964; V. Levenshtein, 1965): 'optimal string alignment',
 * no letter edited twice. Only the diagonals that can still matter are computed.
 *
 * @param a code points, of which the first `lengthOfA` count; `b` likewise; at most 64
 * @returns the distance, or `max + 1` if it is above `max`
 */
export function editDistance(a: Int32Array, lengthOfA: number, b: Int32Array, lengthOfB: number, max: number): number {
  const tooFar = max + 1;
  if (Math.abs(lengthOfA - lengthOfB) > max) return tooFar;
  let above2 = 2 * WIDTH;
  let above = 0;
  let row = WIDTH;
  for (let j = 0; j <= lengthOfB; j++) matrix[above + j] = Math.min(j, tooFar);
  for (let i = 1; i <= lengthOfA; i++) {
    const from = Math.max(1, i - max);
    const to = Math.min(lengthOfB, i + max);
    matrix[row + from - 1] = from === 1 ? Math.min(i, tooFar) : tooFar;
    let nearest = matrix[row + from - 1];
    for (let j = from; j <= to; j++) {
      let best = matrix[above + j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      best = Math.min(best, matrix[row + j - 1] + 1, matrix[above + j] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, matrix[above2 + j - 2] + 1);
      matrix[row + j] = Math.min(best, tooFar);
      nearest = Math.min(nearest, matrix[row + j]);
    }
    // The next row reads one diagonal further.
    if (to < lengthOfB) matrix[row + to + 1] = tooFar;
    // A swap spans two rows, so both must be beyond the maximum.
    if (nearest > max && isRowBeyond(above, i - 1, lengthOfB, max)) return tooFar;
    [above2, above, row] = [above, row, above2];
  }
  return matrix[above + lengthOfB];
}

function isRowBeyond(start: number, i: number, lengthOfB: number, max: number): boolean {
  for (let j = Math.max(0, i - max); j <= Math.min(lengthOfB, i + max); j++) if (matrix[start + j] <= max) return false;
  return true;
}

/** A word one edit further away must be in this many times as many papers: 'trasnfromer' means 'transformer', not the rare 'transformr'. */
const PAPERS_PER_EDIT = 50;

/** With four letters too many words are one edit away; below nine letters two edits make another word. */
const MIN_LETTERS = 5;
const MIN_LETTERS_FOR_TWO_EDITS = 9;

/** A known word as a correction of an unknown one. */
export interface SpellingSuggestion {
  readonly word: string;
  /** 1 or 2 (see `editDistance`). */
  readonly distance: number;
  readonly documentFrequency: number;
}

/** Corrects the unknown words of queries. */
export interface SpellingCorrector {
  /**
   * The query with the words that no paper contains replaced by similar ones. Null if there is nothing to correct, or if any
   * unknown word has no correction: the rest of the query is then about something else too.
   *
   * @param source the query as typed
   * @param text its running text. A last word that other words begin with is not corrected: it is still being typed.
   * @param unknown words that no paper contains, as the analyzer writes them
   */
  correct(source: string, text: string, unknown: readonly string[]): string | null;
}

/** The speller decodes the whole vocabulary (half a million words), so it is created with the first unknown word. */
export function createSpellingCorrector(index: InvertedIndex): SpellingCorrector {
  let speller: Speller | undefined;
  return {
    correct(source, text, unknown) {
      const lastWord = wordsIn(text).at(-1)?.surface ?? '';
      const { from, to } = prefixRange(index.words, lastWord);
      const misspelled = unknown.filter((word) => word !== lastWord || from === to);
      if (misspelled.length === 0) return null;
      speller ??= new Speller(index);
      const corrections = new Map<string, string | undefined>();
      for (const word of misspelled) corrections.set(word, speller.suggest(word)?.word);
      let corrected = '';
      let at = 0;
      for (const { surface, start, end } of wordsIn(source)) {
        if (!corrections.has(surface)) continue;
        const correction = corrections.get(surface);
        if (correction === undefined) return null;
        corrected += source.slice(at, start) + correction;
        at = end;
      }
      return at === 0 ? null : corrected + source.slice(at);
    },
  };
}

/**
 * Finds known words similar to an unknown one. The number of letters and a bit mask of the letters in each word (five bytes per
 * word) rule out nearly all before the edit distance is computed.
 */
export class Speller {
  readonly #index: InvertedIndex;
  readonly #lengths: Uint8Array;
  readonly #masks: Int32Array;
  readonly #word = new Int32Array(MAX_LETTERS);
  readonly #candidate = new Int32Array(MAX_LETTERS);

  constructor(index: InvertedIndex) {
    this.#index = index;
    this.#lengths = new Uint8Array(index.words.count);
    this.#masks = new Int32Array(index.words.count);
    for (let at = 0; at < index.words.count; at++) {
      this.#lengths[at] = this.#decode(at);
      this.#masks[at] = maskOf(this.#candidate, this.#lengths[at]);
    }
  }

  /**
   * The most likely known word; undefined for a known word, for one of fewer than five letters, for one with a digit (a name
   * or a number, not a typo), and if nothing is similar. One edit is allowed, two from nine letters on. A word one edit
   * further away wins only with fifty times the document frequency.
   *
   * @param word as the analyzer writes it
   */
  suggest(word: string): SpellingSuggestion | undefined {
    const { words, wordDocumentFrequency } = this.#index;
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    if (
      letters.length < MIN_LETTERS ||
      letters.length > MAX_LETTERS ||
      /[0-9]/.test(word) ||
      findWord(words, word) >= 0
    )
      return undefined;
    this.#word.set(letters);
    const maxEdits = letters.length < MIN_LETTERS_FOR_TWO_EDITS ? 1 : 2;
    const mask = maskOf(this.#word, letters.length);
    let best: SpellingSuggestion | undefined;
    let bestScore = 0;
    for (let at = 0; at < words.count; at++) {
      const length = this.#lengths[at];
      if (length > letters.length + maxEdits || length < letters.length - maxEdits) continue;
      // One edit removes at most one letter from the set and adds at most one.
      const difference = this.#masks[at] ^ mask;
      if (difference < 0 || countBits(difference) > 2 * maxEdits) continue;
      const distance = editDistance(this.#word, letters.length, this.#candidate, this.#decode(at), maxEdits);
      if (distance > maxEdits) continue;
      const score = wordDocumentFrequency[at] / PAPERS_PER_EDIT ** distance;
      if (score <= bestScore) continue;
      bestScore = score;
      best = { word: wordAt(words, at), distance, documentFrequency: wordDocumentFrequency[at] };
    }
    return best;
  }

  /** Decodes the UTF-8 of a word into `#candidate`; returns the number of code points. */
  #decode(at: number): number {
    const { starts, bytes } = this.#index.words;
    let length = 0;
    for (let i = starts[at]; i < starts[at + 1] && length < MAX_LETTERS; ) {
      const lead = bytes[i++];
      let codePoint = lead;
      if (lead >= 0x80) {
        const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        codePoint = lead & (0x3f >> more);
        for (let k = 0; k < more; k++) codePoint = (codePoint << 6) | (bytes[i++] & 0x3f);
      }
      this.#candidate[length++] = codePoint;
    }
    return length;
  }
}

/** One bit for each of a … z, four for all other letters, and the sign bit for digits, which no suggestion may have. */
function maskOf(letters: Int32Array, length: number): number {
  let mask = 0;
  for (let i = 0; i < length; i++) {
    const letter = letters[i];
    if (letter >= 97 && letter <= 122) mask |= 1 << (letter - 97);
    else if (letter >= 48 && letter <= 57) mask |= 1 << 31;
    else mask |= 1 << (26 + (letter & 3));
  }
  return mask;
}

/** Population count (H. Warren, 'Hacker's Delight', 5-1). */
function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
