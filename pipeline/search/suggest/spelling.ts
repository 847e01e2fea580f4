import type { WordIndex } from '../lexical/inverted-index.ts';
import { findWord, wordAt } from '../lexical/lexicon.ts';

/** Words up to this many letters can be compared. */
export const MOST_LETTERS = 64;

// Three rows of the matrix, one behind the other.
const WIDTH = MOST_LETTERS + 2;
const matrix = new Uint8Array(3 * WIDTH);

/**
 * How many letters have to be put in, left out, changed, or swapped with their neighbor to make one word of another
 * (F. Damerau, CACM 7, 1964; V. Levenshtein, 1965), no letter twice: 'optimal string alignment'. Only the diagonals
 * that can still matter are computed.
 *
 * @param a code points, the first `lengthOfA` of them; `b` likewise; 64 at the most
 * @returns the distance, or `most + 1` where it is above `most`
 */
export function editDistance(a: Int32Array, lengthOfA: number, b: Int32Array, lengthOfB: number, most: number): number {
  const tooFar = most + 1;
  if (Math.abs(lengthOfA - lengthOfB) > most) return tooFar;
  let above2 = 2 * WIDTH;
  let above = 0;
  let row = WIDTH;
  for (let j = 0; j <= lengthOfB; j++) matrix[above + j] = Math.min(j, tooFar);
  for (let i = 1; i <= lengthOfA; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(lengthOfB, i + most);
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
    // The next row looks one diagonal further.
    if (to < lengthOfB) matrix[row + to + 1] = tooFar;
    // A swap reaches over one row, so two rows have to be beyond; the row above was, or the loop had gone on from it.
    if (nearest > most && rowIsFar(above, i - 1, lengthOfB, most)) return tooFar;
    [above2, above, row] = [above, row, above2];
  }
  return matrix[above + lengthOfB];
}

function rowIsFar(start: number, i: number, lengthOfB: number, most: number): boolean {
  for (let j = Math.max(0, i - most); j <= Math.min(lengthOfB, i + most); j++)
    if (matrix[start + j] <= most) return false;
  return true;
}

/** A letter more of distance is made up for by so many times the papers: 'trasnfromer' is no 'transformr'. */
const PAPERS_PER_EDIT = 50;

/** Of four letters too many others are one slip away; of less than nine two slips make another word. */
const SHORTEST = 5;
const LONG = 9;

/** A word that may have been meant. */
export interface Suggestion {
  readonly word: string;
  /** 1 or 2 (see `editDistance`). */
  readonly distance: number;
  /** In how many papers it stands. */
  readonly papers: number;
}

/**
 * Knows what may have been meant by a word that no paper has. Words are told apart by their number of letters and by a
 * mask of the letters in them, five bytes a word, before any is compared letter by letter.
 */
export class Speller {
  readonly #index: WordIndex;
  readonly #lengths: Uint8Array;
  readonly #masks: Int32Array;
  readonly #wanted = new Int32Array(MOST_LETTERS);
  readonly #candidate = new Int32Array(MOST_LETTERS);

  constructor(index: WordIndex) {
    this.#index = index;
    this.#lengths = new Uint8Array(index.words.count);
    this.#masks = new Int32Array(index.words.count);
    for (let at = 0; at < index.words.count; at++) {
      this.#lengths[at] = this.#decode(at);
      this.#masks[at] = maskOf(this.#candidate, this.#lengths[at]);
    }
  }

  /**
   * The likeliest word, or undefined: for a word that papers have, for one of less than five letters, for one with a
   * digit (a name or a number, not a slip), and where nothing is near. One slip is allowed, two in nine letters and
   * more. Nearer words come first unless one further away stands in fifty times as many papers; equal ones by
   * their letters.
   *
   * @param word as `wordsIn` writes words
   */
  suggest(word: string): Suggestion | undefined {
    const { words, wordPapers } = this.#index;
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    if (letters.length < SHORTEST || letters.length > MOST_LETTERS || /[0-9]/.test(word) || findWord(words, word) >= 0)
      return undefined;
    this.#wanted.set(letters);
    const most = letters.length < LONG ? 1 : 2;
    const mask = maskOf(this.#wanted, letters.length);
    let best: Suggestion | undefined;
    let bestWorth = 0;
    for (let at = 0; at < words.count; at++) {
      const length = this.#lengths[at];
      if (length > letters.length + most || length < letters.length - most) continue;
      // An edit takes one letter out of the set and puts one in, at the most.
      const apart = this.#masks[at] ^ mask;
      if (apart < 0 || bitsOf(apart) > 2 * most) continue;
      const distance = editDistance(this.#wanted, letters.length, this.#candidate, this.#decode(at), most);
      if (distance > most) continue;
      const worth = wordPapers[at] / PAPERS_PER_EDIT ** distance;
      if (worth <= bestWorth) continue;
      bestWorth = worth;
      best = { word: wordAt(words, at), distance, papers: wordPapers[at] };
    }
    return best;
  }

  /** Reads a word's code points into `#candidate`; gives how many. */
  #decode(at: number): number {
    const { starts, bytes } = this.#index.words;
    let length = 0;
    for (let i = starts[at]; i < starts[at + 1] && length < MOST_LETTERS; ) {
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

/** A bit for each of a … z, four for all other letters, and the sign for digits, which no suggestion has. */
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

/** The number of bits that are set (H. Warren, 'Hacker's Delight', 5-1). */
function bitsOf(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
