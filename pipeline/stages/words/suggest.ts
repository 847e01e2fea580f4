import { findWord, wordAt } from '../../core/lexicon.ts';
import type { WordIndex } from '../../core/word-index.ts';
import { editDistance, MOST_LETTERS } from './edit-distance.ts';

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
