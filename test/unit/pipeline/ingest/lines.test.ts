import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, LineSplitter, MAX_LINE_BYTES } from '../../../../pipeline/ingest/lines.ts';
import { linesOfText } from '../../../fixtures/lines-of-text.ts';

fc.configureGlobal({ seed: 8017 });

/** What the splitter should give, by a regular expression over the whole text. */
function naiveLines(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ number: i + 1, text: line, isTooLong: false }))
    .filter((line) => !/^[ \t\v\f]*$/.test(line.text));
}

describe('the lines of a text', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r', '\r\n', ' ', '\t', '\uFEFF', '\u2028', '\u0085', '\u0000', 'ü', '🦜', 'a', 'bc'),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  // Without surrogates that are unpaired: UTF-8 cannot encode them.
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join('')).toString());

  test('are those of a naive split', () => {
    fc.assert(
      fc.property(text, (content) => {
        // A byte order mark in front of a blank line makes it a line of its own: nothing depends on it.
        fc.pre(!/^\uFEFF[ \t\v\f]*(?:[\r\n]|$)/.test(content));
        expect(linesOfText(content)).toEqual(naiveLines(content));
      }),
      { numRuns: 2000 },
    );
  });

  test('do not depend on where the stream is cut into chunks, even within a character', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(300), { maxLength: 8 }), (content, cuts) => {
        const bytes = Buffer.from(content);
        const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const splitter = new LineSplitter();
        const lines = offsets.slice(1).flatMap((to, i) => splitter.push(bytes.subarray(offsets[i], to)));
        expect([...lines, ...splitter.end()]).toEqual(linesOfText(content));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a line of more than 16 MiB', () => {
  /** Lines of the given lengths in bytes, in chunks as a stream has them. */
  function linesOfLengths(lengths: readonly number[], chunkBytes: number): Line[] {
    const text = lengths.map((length, i) => `${i}:`.padEnd(length, 'x')).join('\n');
    const bytes = Buffer.from(text);
    const splitter = new LineSplitter();
    const lines: Line[] = [];
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      lines.push(...splitter.push(bytes.subarray(from, from + chunkBytes)));
    }
    return [...lines, ...splitter.end()];
  }

  test.each([65_536, 5_000_000, 100_000_000])('is cut off and marked, read in chunks of %i bytes', (chunkBytes) => {
    const lengths = [5, MAX_LINE_BYTES + 1, 9, MAX_LINE_BYTES, 7, 2 * MAX_LINE_BYTES];
    const lines = linesOfLengths(lengths, chunkBytes);
    expect(lines.map(({ isTooLong }) => isTooLong)).toEqual([false, true, false, false, false, true]);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lines.map(({ text }) => text.length)).toEqual([5, 1024, 9, MAX_LINE_BYTES, 7, 1024]);
    expect(lines.map(({ text }) => text.slice(0, 3))).toEqual(['0:x', '1:x', '2:x', '3:x', '4:x', '5:x']);
  });

  test('is left out if it is blank', () => {
    const splitter = new LineSplitter();
    const spaces = Buffer.alloc(1_000_000, ' ');
    for (let i = 0; i < 20; i++) expect(splitter.push(spaces)).toEqual([]);
    expect(splitter.push(Buffer.from('\na'))).toEqual([]);
    expect(splitter.end()).toEqual([{ number: 2, text: 'a', isTooLong: false }]);
  });
});
