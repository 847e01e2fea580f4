import { partitionPoint } from '../core/algorithms/binary-search.ts';
import { CONTINUATION, MAX_WORD_CHARACTERS, PAD_TOKEN, UNKNOWN_TOKEN, wordPieces } from '../embedding/wordpiece.ts';

/** Words of a corpus with the number of times each occurs; `words[i]` occurs `counts[i]` times. */
export interface WordCounts {
  words: readonly string[];
  counts: ArrayLike<number>;
}

export interface VocabularyOptions {
  /** Rows in all, special tokens included. */
  size: number;
  /** Share of the rows given to pieces of rarer words; the rest are whole frequent words. */
  pieceShare: number;
  /** A character enters the alphabet (alone and as continuation) when it occurs at least so often. */
  minCharacterCount: number;
}

/** Longest piece that is considered; longer ones are whole words or nothing. */
const MAX_PIECE_CHARACTERS = 12;
const BASE_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789αβγδεζηθικλμνξοπρςστυφχψω';

/**
 * Chooses the vocabulary: the alphabet, then the most frequent words, then pieces that the remaining words are best
 * made of. Order fixes the rows: special tokens, alphabet, words by falling count, pieces.
 *
 * @throws RangeError when the alphabet alone does not fit into `size`.
 */
export function chooseVocabulary(corpus: WordCounts, options: VocabularyOptions): string[] {
  const tokens = new Set<string>([PAD_TOKEN, UNKNOWN_TOKEN]);
  for (const character of alphabet(corpus, options.minCharacterCount)) {
    tokens.add(character);
    tokens.add(CONTINUATION + character);
  }
  if (tokens.size > options.size) {
    throw new RangeError(
      `vocabulary size ${options.size} is too small: the alphabet of this corpus alone takes ${tokens.size} rows`,
    );
  }
  const order = byFallingCount(corpus);
  const wholeWordLimit = options.size - Math.floor(options.size * options.pieceShare);
  let taken = 0;
  for (; taken < order.length && tokens.size < wholeWordLimit; taken++) {
    const word = corpus.words[order[taken]];
    if (word.length <= MAX_WORD_CHARACTERS) tokens.add(word);
  }
  const rest = order.subarray(taken).filter((word) => corpus.counts[word] > 1);
  for (const piece of learnPieces(corpus, rest, tokens, options.size - tokens.size)) tokens.add(piece);
  // Words fill what the pieces left free (small corpora, where few pieces occur twice).
  for (; taken < order.length && tokens.size < options.size; taken++) {
    const word = corpus.words[order[taken]];
    if (word.length <= MAX_WORD_CHARACTERS) tokens.add(word);
  }
  return [...tokens];
}

function alphabet(corpus: WordCounts, minCount: number): string[] {
  const counts = new Map<string, number>();
  corpus.words.forEach((word, index) => {
    for (const character of word) {
      counts.set(character, (counts.get(character) ?? 0) + corpus.counts[index]);
    }
  });
  const frequent = [...counts].filter(([, count]) => count >= minCount).map(([character]) => character);
  return [...new Set([...BASE_ALPHABET, ...frequent.sort()])];
}

/** Word numbers, most frequent first; equal counts in order of the word, so the corpus order does not matter. */
function byFallingCount({ words, counts }: WordCounts): Int32Array {
  const order = Int32Array.from(words, (_, index) => index);
  return order.sort((a, b) => {
    const difference = counts[b] - counts[a];
    if (difference !== 0) return difference;
    return words[a] < words[b] ? -1 : 1;
  });
}

/** Every substring that may become a piece: its text, how often it begins at a cut, and its text less one character. */
interface Candidates {
  pieces: string[];
  counts: number[];
  shorter: number[];
}

/**
 * Pieces by the top-down method of TensorFlow Text's WordPiece learner: count substrings that begin where a word is
 * cut, take long ones first, and take their counts off their own beginnings. A second round counts only at the cuts
 * that the first round's pieces make.
 */
function learnPieces(corpus: WordCounts, rest: Int32Array, tokens: ReadonlySet<string>, wanted: number): string[] {
  if (wanted <= 0) return [];
  let chosen: string[] = [];
  for (let round = 0; round < 2; round++) {
    const ids = new Map<string, number>();
    for (const token of [...tokens, ...chosen]) ids.set(token, ids.size);
    const names = [...ids.keys()];
    const cutsOf = round === 0 ? everyCut : (word: string) => cutsBySegmentation(word, ids, names);
    chosen = takeLongestFirst(countCandidates(corpus, rest, cutsOf), tokens, wanted);
  }
  return chosen;
}

function everyCut(word: string): number[] {
  return Array.from({ length: word.length }, (_, index) => index);
}

function cutsBySegmentation(word: string, ids: ReadonlyMap<string, number>, names: readonly string[]): number[] {
  const cuts: number[] = [];
  let at = 0;
  for (const id of wordPieces(word, ids)) {
    cuts.push(at);
    at += names[id].length - (at > 0 ? CONTINUATION.length : 0);
  }
  return cuts;
}

function countCandidates(corpus: WordCounts, rest: Int32Array, cutsOf: (word: string) => number[]): Candidates {
  const found: Candidates = { pieces: [], counts: [], shorter: [] };
  const index = new Map<string, number>();
  for (const number of rest) {
    const word = corpus.words[number];
    // Long words are mostly debris; characters beyond the first plane must not be cut in half.
    if (word.length > 40 || /[\ud800-\udfff]/.test(word)) continue;
    const count = corpus.counts[number];
    for (const start of cutsOf(word)) {
      const prefix = start > 0 ? CONTINUATION : '';
      const last = Math.min(word.length, start + MAX_PIECE_CHARACTERS);
      let shorter = -1;
      for (let end = start + 2; end <= last; end++) {
        const piece = prefix + word.slice(start, end);
        let at = index.get(piece);
        if (at === undefined) {
          at = found.pieces.length;
          index.set(piece, at);
          found.pieces.push(piece);
          found.counts.push(0);
          found.shorter.push(shorter);
        }
        found.counts[at] = found.counts[at] + count;
        shorter = at;
      }
    }
  }
  return found;
}

function takeLongestFirst(candidates: Candidates, tokens: ReadonlySet<string>, wanted: number): string[] {
  const order = Int32Array.from(candidates.pieces, (_, index) => index);
  const lengths = candidates.pieces.map(pieceLength);
  order.sort((a, b) => lengths[b] - lengths[a] || a - b);
  // The least count that a piece must keep: the smallest one that yields no more than the wanted number.
  const maxCount = candidates.counts.reduce((most, count) => Math.max(most, count), 0);
  const selectFrom = (minCount: number) => select(candidates, order, tokens, minCount);
  return selectFrom(partitionPoint(2, 2 + maxCount, (minCount) => selectFrom(minCount).length <= wanted));
}

function select(candidates: Candidates, order: Int32Array, tokens: ReadonlySet<string>, least: number): string[] {
  const left = Float64Array.from(candidates.counts);
  const chosen: string[] = [];
  for (const at of order) {
    const count = left[at];
    if (count < least) continue;
    const piece = candidates.pieces[at];
    if (!tokens.has(piece)) chosen.push(piece);
    for (let part = candidates.shorter[at]; part >= 0; part = candidates.shorter[part]) {
      left[part] = left[part] - count;
    }
  }
  return chosen;
}

function pieceLength(piece: string): number {
  return piece.startsWith(CONTINUATION) ? piece.length - CONTINUATION.length : piece.length;
}
