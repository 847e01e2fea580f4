/** Mark of a piece that continues a word. */
export const CONTINUATION = '##';
/** Padding: its vector is zero, so it never counts. Always row 0. */
export const PAD_TOKEN = '[PAD]';
/** A word with a character that the vocabulary lacks: its vector is zero too. Always row 1. */
export const UNKNOWN_TOKEN = '[UNK]';
export const UNKNOWN_ID = 1;
/** Longer words (broken text, encoded data) are unknown at once: the search below is quadratic. */
export const MAX_WORD_CHARACTERS = 100;

/**
 * WordPiece: cuts one word into the longest pieces of the vocabulary, left to right (Schuster & Nakajima 2012, as in
 * BERT). All or nothing: one character without a piece makes the whole word unknown.
 *
 * @param word one word of `splitWords`.
 * @param ids token → row of the vocabulary.
 * @returns rows of the pieces, `[UNKNOWN_ID]` when the word cannot be cut.
 */
export function wordPieces(word: string, ids: ReadonlyMap<string, number>): number[] {
  // Nearly every word. One of no more UTF-16 units than the limit has no more characters either.
  const whole = word.length <= MAX_WORD_CHARACTERS ? ids.get(word) : undefined;
  if (whole !== undefined) return [whole];
  const characters = [...word];
  if (characters.length > MAX_WORD_CHARACTERS) return [UNKNOWN_ID];
  const pieces: number[] = [];
  let start = 0;
  while (start < characters.length) {
    let end = characters.length;
    let found: number | undefined;
    while (end > start) {
      const piece = characters.slice(start, end).join('');
      found = ids.get(start > 0 ? CONTINUATION + piece : piece);
      if (found !== undefined) break;
      end--;
    }
    if (found === undefined) return [UNKNOWN_ID];
    pieces.push(found);
    start = end;
  }
  return pieces;
}
