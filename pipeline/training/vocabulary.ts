import { PaperfieldError } from '../core/errors.ts';
import {
  CONTINUATION_PREFIX,
  MAX_WORD_CHARACTERS,
  PAD_TOKEN,
  splitIntoWordPieces,
  UNKNOWN_TOKEN,
} from '../embedding/wordpiece.ts';

/** The distinct words of a corpus; `words[i]` occurs `counts[i]` times. */
interface WordCounts {
  readonly words: readonly string[];
  readonly counts: ArrayLike<number>;
}

interface VocabularyOptions {
  /** Number of tokens, including special tokens. */
  readonly size: number;
  /** Share of the tokens for pieces of rare words; the rest are complete words. */
  readonly subwordShare: number;
  /** A character gets two tokens (one as a word, one as a continuation of a word) if it occurs at least this often. */
  readonly minCharacterCount: number;
}

/** The longest word piece that is considered, in UTF-16 code units. A longer token can only be a complete word. */
const MAX_PIECE_LENGTH = 12;
/** The longest word from which pieces are taken, in UTF-16 code units. Most longer words are damaged text. */
const MAX_WORD_LENGTH_FOR_PIECES = 40;
/** Characters that always get a token. */
const BASE_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789αβγδεζηθικλμνξοπρςστυφχψω';

/**
 * Chooses the vocabulary of a corpus: special tokens, the alphabet, the most frequent words, and the pieces into which
 * the other words are best split. A token's id is its position in this order.
 *
 * @throws PaperfieldError bad_request, if `size` is too small for the alphabet
 */
export function chooseVocabulary(corpus: WordCounts, options: VocabularyOptions): string[] {
  const tokens = new Set<string>([PAD_TOKEN, UNKNOWN_TOKEN]);
  for (const character of alphabetOf(corpus, options.minCharacterCount)) {
    tokens.add(character);
    tokens.add(CONTINUATION_PREFIX + character);
  }
  if (tokens.size > options.size) {
    throw new PaperfieldError(
      'bad_request',
      `vocabulary size ${options.size} is too small: the alphabet of this corpus alone takes ${tokens.size} tokens`,
    );
  }
  const order = orderByCount(corpus);
  const maxWords = options.size - Math.floor(options.size * options.subwordShare);
  let next = 0;
  for (; next < order.length && tokens.size < maxWords; next++) {
    const word = corpus.words[order[next]];
    if (word.length <= MAX_WORD_CHARACTERS) tokens.add(word);
  }
  const rest = order.subarray(next).filter((word) => corpus.counts[word] > 1);
  for (const piece of learnPieces(corpus, rest, tokens, options.size - tokens.size)) tokens.add(piece);
  // In a small corpus few pieces occur twice. The tokens that are still free go to further words.
  for (; next < order.length && tokens.size < options.size; next++) {
    const word = corpus.words[order[next]];
    if (word.length <= MAX_WORD_CHARACTERS) tokens.add(word);
  }
  return [...tokens];
}

function alphabetOf(corpus: WordCounts, minCount: number): string[] {
  const counts = new Map<string, number>();
  corpus.words.forEach((word, index) => {
    for (const character of word) {
      counts.set(character, (counts.get(character) ?? 0) + corpus.counts[index]);
    }
  });
  const frequent = [...counts].filter(([, count]) => count >= minCount).map(([character]) => character);
  return [...new Set([...BASE_ALPHABET, ...frequent.sort()])];
}

/**
 * Indices of the words by falling count. Words with equal counts are in alphabetical order, so that the order of papers
 * has no effect.
 */
function orderByCount({ words, counts }: WordCounts): Int32Array {
  const order = Int32Array.from(words, (_, index) => index);
  return order.sort((a, b) => {
    const difference = counts[b] - counts[a];
    if (difference !== 0) return difference;
    return words[a] < words[b] ? -1 : 1;
  });
}

/** Substrings of words that may become word pieces, as parallel arrays. */
interface Candidates {
  readonly pieces: string[];
  /** How often each piece begins at a position at which a word is split. */
  readonly counts: number[];
  /** For each piece, the index of the same piece without its last character; −1 for the shortest pieces. */
  readonly shorter: number[];
}

/**
 * Learns word pieces by the top-down method of TensorFlow Text's WordPiece learner: count the substrings that begin
 * where words are split, choose long ones first, and subtract the count of each chosen piece from the counts of its
 * prefixes. In the first round words are split at every character, in the second only where the pieces of the first
 * round split them.
 */
function learnPieces(corpus: WordCounts, rest: Int32Array, tokens: ReadonlySet<string>, maxPieces: number): string[] {
  if (maxPieces <= 0) return [];
  let chosen: string[] = [];
  for (let round = 0; round < 2; round++) {
    const ids = new Map<string, number>();
    for (const token of [...tokens, ...chosen]) ids.set(token, ids.size);
    const names = [...ids.keys()];
    const splitsOf = round === 0 ? allSplits : (word: string) => splitsByTokens(word, ids, names);
    chosen = chooseLongestFirst(countCandidates(corpus, rest, splitsOf), tokens, maxPieces);
  }
  return chosen;
}

function allSplits(word: string): number[] {
  return Array.from({ length: word.length }, (_, index) => index);
}

function splitsByTokens(word: string, ids: ReadonlyMap<string, number>, names: readonly string[]): number[] {
  const splits: number[] = [];
  let at = 0;
  for (const id of splitIntoWordPieces(word, ids)) {
    splits.push(at);
    at += names[id].length - (at > 0 ? CONTINUATION_PREFIX.length : 0);
  }
  return splits;
}

function countCandidates(corpus: WordCounts, rest: Int32Array, splitsOf: (word: string) => number[]): Candidates {
  const candidates: Candidates = { pieces: [], counts: [], shorter: [] };
  const indexOfPiece = new Map<string, number>();
  for (const number of rest) {
    const word = corpus.words[number];
    // Words with characters outside the Basic Multilingual Plane are skipped: a piece could cut such a character in
    // half.
    if (word.length > MAX_WORD_LENGTH_FOR_PIECES || /[\ud800-\udfff]/.test(word)) continue;
    const count = corpus.counts[number];
    for (const start of splitsOf(word)) {
      const prefix = start > 0 ? CONTINUATION_PREFIX : '';
      const last = Math.min(word.length, start + MAX_PIECE_LENGTH);
      let shorter = -1;
      for (let end = start + 2; end <= last; end++) {
        const piece = prefix + word.slice(start, end);
        let index = indexOfPiece.get(piece);
        if (index === undefined) {
          index = candidates.pieces.length;
          indexOfPiece.set(piece, index);
          candidates.pieces.push(piece);
          candidates.counts.push(0);
          candidates.shorter.push(shorter);
        }
        candidates.counts[index] += count;
        shorter = index;
      }
    }
  }
  return candidates;
}

function chooseLongestFirst(candidates: Candidates, tokens: ReadonlySet<string>, maxPieces: number): string[] {
  const order = Int32Array.from(candidates.pieces, (_, index) => index);
  const lengths = candidates.pieces.map(pieceLength);
  order.sort((a, b) => lengths[b] - lengths[a] || a - b);
  // Binary search for the smallest minimum count that gives at most `maxPieces` pieces.
  let low = 2;
  let high = 2 + candidates.counts.reduce((most, count) => Math.max(most, count), 0);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (choosePieces(candidates, order, tokens, middle).length > maxPieces) low = middle + 1;
    else high = middle;
  }
  return choosePieces(candidates, order, tokens, low);
}

function choosePieces(
  candidates: Candidates,
  order: Int32Array,
  tokens: ReadonlySet<string>,
  minCount: number,
): string[] {
  const remaining = Float64Array.from(candidates.counts);
  const chosen: string[] = [];
  for (const index of order) {
    const count = remaining[index];
    if (count < minCount) continue;
    const piece = candidates.pieces[index];
    if (!tokens.has(piece)) chosen.push(piece);
    for (let i = candidates.shorter[index]; i >= 0; i = candidates.shorter[i]) remaining[i] -= count;
  }
  return chosen;
}

function pieceLength(piece: string): number {
  return piece.startsWith(CONTINUATION_PREFIX) ? piece.length - CONTINUATION_PREFIX.length : piece.length;
}
