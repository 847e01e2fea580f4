/** Reads a bibliographic text file as lines, whatever its encoding. */
import { type Line, LineSplitter } from '../../lines.ts';
import type { SourceProblem } from '../source-record.ts';
import { utf8Pieces } from '../utf8-pieces.ts';

/**
 * The lines of a text file that are not blank, and a problem if its encoding is damaged or had to be guessed.
 *
 * @throws only what `bytes` throws
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line | SourceProblem> {
  const splitter = new LineSplitter();
  for await (const piece of utf8Pieces(bytes)) {
    if ('problem' in piece) yield piece;
    else yield* splitter.push(piece);
  }
  yield* splitter.end();
}
