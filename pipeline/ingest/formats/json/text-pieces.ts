/** Decodes the content of a text file piece by piece, for formats in which lines mean nothing. */
import type { SourceProblem } from '../source-record.ts';
import { utf8Pieces } from '../utf8-pieces.ts';

/**
 * The text of a file in pieces of about 64 KiB, whatever its encoding and whatever the chunks of `bytes`, and a problem
 * if the encoding is damaged or had to be guessed.
 *
 * @throws only what `bytes` throws
 */
export async function* textPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string | SourceProblem> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const piece of utf8Pieces(bytes)) {
    if ('problem' in piece) {
      yield piece;
      continue;
    }
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** The number of line feeds in a text. */
export function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
