/** Decodes the content of a text file piece by piece, for formats in which lines mean nothing. */
import { sourceExcerpt } from '../../issues.ts';
import type { SourceProblem } from '../source-record.ts';
import { utf8Content } from '../utf8-content.ts';

/**
 * The text of a file in pieces of about 64 KiB, whatever its encoding and whatever the chunks of `bytes`, and a problem
 * if the encoding is damaged or had to be guessed.
 *
 * @throws only what `bytes` throws
 */
export async function* textPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string | SourceProblem> {
  const content = utf8Content(bytes);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let offset = 0;
  let lineFeeds = 0;
  let hasReported = false;
  for await (const piece of content.pieces) {
    const damage = content.damage();
    if (damage && !hasReported && damage.offset < offset + piece.length) {
      hasReported = true;
      const at = Math.max(0, damage.offset - offset);
      const line = 1 + lineFeeds + piece.subarray(0, at).toString('latin1').split('\n').length - 1;
      yield { line, problem: damage.problem, excerpt: sourceExcerpt(piece.toString('utf8', at, at + 200)) };
    }
    offset += piece.length;
    const text = decoder.decode(piece, { stream: true });
    lineFeeds += countLineFeeds(text);
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
