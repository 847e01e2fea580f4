import { PaperfieldError } from '../core/errors.ts';
import { CONTINUATION, MAX_WORD_CHARACTERS, PAD_TOKEN, UNKNOWN_TOKEN, wordPieces } from '../embedding/wordpiece.ts';

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
  /** A character gets a token (alone and as a continuation) if it occurs at least so often. */
  readonly minCharacterCount: number;
}

/** Longer pieces are not considered: they are complete words or nothing. In UTF-16 code units. */
const MAX_PIECE_LENGTH = 12;
/** Pieces are not taken from longer words: most of them are damaged text. In UTF-16 code units. */
const MAX_WORD_LENGTH_FOR_PIECES = 40;
/** Characters that always get a token. */
const BASE_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789αβγδεζηθικλμνξοπρςστυφχψω';

/**
 * Chooses the vocabulary of a corpus: special tokens, the alphabet, the most frequent words, and the pieces into which the
 * other words are best split. A token's row is its position in this order.
 *
 * @throws PaperfieldError bad_request, if `size` is too small for the alphabet
 */
export function chooseVocabulary(corpus: WordCounts, options: VocabularyOptions): string[] {
  const tokens = new Set<string>([PAD_TOKEN, UNKNOWN_TOKEN]);
  for (const character of alphabetOf(corpus, options.minCharacterCount)) {
    tokens.add(character);
    tokens.add(CONTINUATION + character);
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
  // In a small corpus few pieces occur twice: words take the tokens that are left.
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

/** Indices of the words by falling count. Equal counts are ordered by the word, so that the order of papers has no effect. */
function orderByCount({ words, counts }: WordCounts): Int32Array {
  const order = Int32Array.from(words, (_, index) => index);
  return order.sort((a, b) => {
    const difference = counts[b] - counts[a];
    if (difference !== 0) return difference;
    return words[a] < words[b] ? -1 : 1;
  });
}

/** Substrings that may become pieces. */
interface Candidates {
  readonly pieces: string[];
  /** How often each begins at a split of a word. */
  readonly counts: number[];
  /** The index of the piece without its last character; −1 for the shortest. */
  readonly shorter: number[];
}

/**
 * Learns pieces by the top-down method of TensorFlow Text's WordPiece learner: count the substrings that begin where words
 * are split, choose long ones first, and subtract their counts from those of their own beginnings. In the first round
 * words are split everywhere, in the second only where the pieces of the first round split them.
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
  for (const id of wordPieces(word, ids)) {
    splits.push(at);
    at += names[id].length - (at > 0 ? CONTINUATION.length : 0);
  }
  return splits;
}

function countCandidates(corpus: WordCounts, rest: Int32Array, splitsOf: (word: string) => number[]): Candidates {
  const candidates: Candidates = { pieces: [], counts: [], shorter: [] };
  const indexOfPiece = new Map<string, number>();
  for (const number of rest) {
    const word = corpus.words[number];
    // Characters outside the Basic Multilingual Plane must not be cut in half.
    if (word.length > MAX_WORD_LENGTH_FOR_PIECES || /[\ud800-\udfff]/.test(word)) continue;
    const count = corpus.counts[number];
    for (const start of splitsOf(word)) {
      const prefix = start > 0 ? CONTINUATION : '';
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
  return piece.startsWith(CONTINUATION) ? piece.length - CONTINUATION.length : piece.length;
}
