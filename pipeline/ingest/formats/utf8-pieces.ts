/** The content of a text file as UTF-8, with a problem where its encoding is damaged or had to be guessed. */
import { sourceExcerpt } from '../issues.ts';
import type { SourceProblem } from './source-record.ts';
import { utf8Content } from './utf8-content.ts';

/**
 * The pieces of a text file as UTF-8 (see `utf8Content`), and once, before the piece that it is in, the problem of the
 * encoding.
 *
 * @throws only what `bytes` throws
 */
export async function* utf8Pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer | SourceProblem> {
  const content = utf8Content(bytes);
  let offset = 0;
  let lineFeeds = 0;
  let hasReported = false;
  for await (const piece of content.pieces) {
    const damage = content.damage();
    if (damage && !hasReported && damage.offset < offset + piece.length) {
      hasReported = true;
      const at = Math.max(0, damage.offset - offset);
      const line = 1 + lineFeeds + countLineFeeds(piece.subarray(0, at));
      yield { line, problem: damage.problem, excerpt: sourceExcerpt(piece.toString('utf8', at, at + 200)) };
    }
    offset += piece.length;
    lineFeeds += countLineFeeds(piece);
    yield piece;
  }
}

function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
