/** Corrects the spelling of queries: replaces words that no paper contains, or hardly any, by similar words of the corpus. */
import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import { stemOf, wordsIn } from '../lexical/analyzer.ts';
import { knownStem } from '../lexical/bm25.ts';
import { documentFrequency, findWord, type InvertedIndex, prefixRange, wordAt } from '../lexical/inverted-index.ts';
import { findWordVariants } from '../lexical/word-variants.ts';

/** Words of more letters than this are not corrected. */
const MAX_CORRECTABLE_LETTERS = 64;

// Three rows of the matrix of `editDistance`, reused so that its calls do not allocate memory.
const WIDTH = MAX_CORRECTABLE_LETTERS + 2;
const matrix = new Uint8Array(3 * WIDTH);

/**
 * The edit distance of two words: the fewest letters to insert, delete, replace, or swap with their neighbor to turn
 * one word into the other (F. Damerau, CACM 7, 1964; V. Levenshtein, 1965), where no letter is edited twice ('optimal
 * string alignment'). Cells of the matrix more than `max` from its diagonal are not computed, because they exceed
 * `max`.
 *
 * @param a code points of one word, of which the first `lengthOfA` count; at most 64
 * @param b code points of the other word, of which the first `lengthOfB` count; at most 64
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
    // The next row reads one cell further to the right than this row has computed.
    if (to < lengthOfB) matrix[row + to + 1] = tooFar;
    // A swap refers to the row before last, so the search stops early only if two successive rows exceed `max`.
    if (nearest > max && isRowBeyond(above, i - 1, lengthOfB, max)) return tooFar;
    [above2, above, row] = [above, row, above2];
  }
  return matrix[above + lengthOfB];
}

function isRowBeyond(start: number, i: number, lengthOfB: number, max: number): boolean {
  for (let j = Math.max(0, i - max); j <= Math.min(lengthOfB, i + max); j++) if (matrix[start + j] <= max) return false;
  return true;
}

/**
 * A suggestion that is one edit further away must be in this many times as many papers as a nearer one: 'trnasformr' is
 * corrected to 'transformer', not to the nearer but rare 'transformr'.
 */
const PAPERS_PER_EDIT = 50;

/** A word of fewer letters is corrected only to a frequent word: many words are one edit away from a word of four letters. */
const MIN_LETTERS = 5;
const MIN_CORRECTED_LETTERS = 4;
/**
 * In a word of at least this many letters, two edits are allowed: in a shorter word two edits often make another word.
 */
const MIN_LETTERS_FOR_TWO_EDITS = 9;

/** A known word that is suggested in place of an unknown or rare one. */
export interface SpellingSuggestion {
  readonly word: string;
  /** The edit distance of the two words: 1 or 2 (see `editDistance`). */
  readonly distance: number;
  readonly documentFrequency: number;
}

/** A word of a query and the word that was most likely meant. */
export interface SpellingCorrection {
  readonly typed: string;
  readonly used: string;
}

/** Corrects the spelling of queries. */
export interface SpellingCorrector {
  /**
   * Replaces the words of a query that no paper contains, or hardly any, by similar words of the corpus.
   *
   * @param text the query's words without operators; words in quotation marks are not corrected. If known words begin with
   *   its last word, that word is not corrected: the user may still be typing it.
   */
  correct(text: string): { readonly text: string; readonly corrections: readonly SpellingCorrection[] };
}

/** A word in at most this many papers is corrected if a similar word is far more frequent: it may be a typing error there too. */
export const MAX_RARE_PAPERS = 2;
/** How many times as many papers must contain the word that is used instead of a rare one, and how long a rare word must be. */
const MIN_RARE_RATIO = 150;
const MIN_RARE_LETTERS = 7;
/** A word of four letters is corrected only to a word in at least this many papers. */
const MIN_PAPERS_FOR_SHORT = 20;

/** Matches a text in quotation marks. */
const QUOTED = /["“„][^"“”„]*["”“]/g;

/**
 * Creates the spelling corrector of an index. The search for similar words decodes the whole vocabulary (half a million
 * words), so it is prepared only when the first word must be corrected.
 *
 * @param isWord whether a word, in lower case, is known to exist although hardly any paper contains it: 'bike' is not
 *   corrected to 'like'
 */
export function createSpellingCorrector(
  index: InvertedIndex,
  isWord: (word: string) => boolean = () => false,
): SpellingCorrector {
  let finder: SimilarWordFinder | undefined;
  const corrections = new Map<string, string | undefined>();
  const correctionOf = (word: string, typed: string) => {
    if (stopWords.has(word) || queryStopWords.has(word)) return undefined;
    // A capital inside a word says that it is a name ('LoRA').
    if (/.\p{Lu}/u.test(typed)) return undefined;
    // Papers count that contain the word in any form ('tokenizable', 'tokens') or spelling ('behaviour', 'behavior').
    const stem = knownStem(index, stemOf(word));
    const papers = stem === undefined ? 0 : documentFrequency(index, stem);
    if (papers > MAX_RARE_PAPERS) return undefined;
    // A capital says that a rare word is a name.
    if (papers > 0 && (word.length < MIN_RARE_LETTERS || typed !== word)) return undefined;
    if (isWord(word)) return undefined;
    finder ??= new SimilarWordFinder(index);
    const suggestion = finder.suggest(word);
    if (!suggestion || stemOf(suggestion.word) === stemOf(word)) return undefined;
    if (papers > 0 && (suggestion.distance > 1 || suggestion.documentFrequency < MIN_RARE_RATIO * papers))
      return undefined;
    if (word.length < MIN_LETTERS && suggestion.documentFrequency < MIN_PAPERS_FOR_SHORT) return undefined;
    return suggestion.word;
  };
  return {
    correct(text) {
      const words = wordsIn(text);
      const quoted = Array.from(text.matchAll(QUOTED), ({ index: from, 0: match }) => ({
        from,
        to: from + match.length,
      }));
      const lastWord = words.at(-1);
      let variants: readonly (readonly unknown[])[] | undefined;
      /** 'Pretraining' is no error where papers write 'pre-training'. */
      const isWrittenOtherwise = (at: number) => {
        variants ??= findWordVariants(
          index,
          words,
          words.map(({ stem }) => knownStem(index, stem)),
        );
        return variants[at].length > 0;
      };
      const found: SpellingCorrection[] = [];
      let corrected = '';
      let done = 0;
      for (const [at, word] of words.entries()) {
        const { surface, start, end } = word;
        if (quoted.some(({ from, to }) => start >= from && end <= to) || text[end] === '*') continue;
        if (word === lastWord && beginsAnotherWord(index, surface)) continue;
        const typed = text.slice(start, end);
        const key = `${surface} ${typed}`;
        if (!corrections.has(key)) {
          if (corrections.size >= MAX_CACHED_CORRECTIONS) corrections.clear();
          corrections.set(key, correctionOf(surface, typed));
        }
        const used = corrections.get(key);
        if (used === undefined || isWrittenOtherwise(at)) continue;
        found.push({ typed, used });
        corrected += text.slice(done, start) + used;
        done = end;
      }
      return { text: corrected + text.slice(done), corrections: found };
    },
  };
}

const MAX_CACHED_CORRECTIONS = 10_000;

function beginsAnotherWord({ words }: InvertedIndex, surface: string): boolean {
  const { from, to } = prefixRange(words, surface);
  return to - from > (findWord(words, surface) < 0 ? 0 : 1);
}

/**
 * Finds the known word that is most similar to an unknown one. The length of each word and a bit mask of its letters
 * (five bytes per word) rule out nearly all known words, so that few edit distances must be computed.
 */
export class SimilarWordFinder {
  readonly #index: InvertedIndex;
  readonly #lengths: Uint8Array;
  readonly #masks: Int32Array;
  readonly #word = new Int32Array(MAX_CORRECTABLE_LETTERS);
  readonly #candidate = new Int32Array(MAX_CORRECTABLE_LETTERS);

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
   * The word that was most likely meant, other than the word itself. Undefined for a word of fewer than four or more than
   * 64 letters, for a word with a digit (a name or a number, not a typo), and if nothing is similar. One edit is
   * allowed, two from nine letters on. A word one edit further away wins only with fifty times the document frequency.
   *
   * @param word normalized by the analyzer
   */
  suggest(word: string): SpellingSuggestion | undefined {
    const { words, wordDocumentFrequency } = this.#index;
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    if (letters.length < MIN_CORRECTED_LETTERS || letters.length > MAX_CORRECTABLE_LETTERS || /[0-9]/.test(word))
      return undefined;
    this.#word.set(letters);
    const maxEdits = letters.length < MIN_LETTERS_FOR_TWO_EDITS ? 1 : 2;
    const mask = maskOf(this.#word, letters.length);
    let best: SpellingSuggestion | undefined;
    let bestScore = 0;
    for (let at = 0; at < words.count; at++) {
      const length = this.#lengths[at];
      if (length > letters.length + maxEdits || length < letters.length - maxEdits) continue;
      // One edit removes at most one letter from the set of letters and adds at most one, so it changes at most two
      // bits.
      const difference = this.#masks[at] ^ mask;
      if (difference < 0 || countBits(difference) > 2 * maxEdits) continue;
      const distance = editDistance(this.#word, letters.length, this.#candidate, this.#decode(at), maxEdits);
      if (distance > maxEdits || distance === 0) continue;
      const score = wordDocumentFrequency[at] / PAPERS_PER_EDIT ** distance;
      if (score <= bestScore) continue;
      bestScore = score;
      best = { word: wordAt(words, at), distance, documentFrequency: wordDocumentFrequency[at] };
    }
    return best;
  }

  /** Decodes a word of the vocabulary from UTF-8 into `#candidate`, and returns its number of code points. */
  #decode(at: number): number {
    const { starts, bytes } = this.#index.words;
    let length = 0;
    for (let i = starts[at]; i < starts[at + 1] && length < MAX_CORRECTABLE_LETTERS; ) {
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

/**
 * The letters of a word as a bit mask: one bit for each of a … z, four bits that all other letters share, and the sign
 * bit for digits. Words with the sign bit are never suggested.
 */
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

/** The number of 1 bits in an integer (H. Warren, 'Hacker's Delight', 5-1). */
function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
