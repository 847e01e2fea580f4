/** Looks at the bytes of rows: line ends, blank lines, quotes. Pure functions. */
import { sourceExcerpt } from '../../issues.ts';
import type { RowSyntax } from './row-parser.ts';

export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const QUOTE = 0x22;

export function excerptOf(text: Buffer): string {
  return sourceExcerpt(text.toString('utf8', 0, 1600));
}

/** The number of line ends: LF, CR LF, or CR if it ends rows. */
export function lineEnds(text: Buffer, countsCarriageReturn: boolean): number {
  let count = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) count++;
  if (!countsCarriageReturn) return count;
  for (let at = text.indexOf(CARRIAGE_RETURN); at >= 0; at = text.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (text[at + 1] !== LINE_FEED) count++;
  }
  return count;
}

/** The length of the first line with its end; of blank lines before it too. */
export function lineLength(text: Buffer): number {
  let at = blankLength(text);
  while (at < text.length && text[at] !== LINE_FEED && text[at] !== CARRIAGE_RETURN) at++;
  if (text[at] === CARRIAGE_RETURN && text[at + 1] === LINE_FEED) at++;
  return Math.min(at + 1, text.length);
}

/** The length of the empty lines, or lines of spaces, with which a text begins. */
export function blankLength(text: Buffer): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === LINE_FEED || text[at] === CARRIAGE_RETURN) length = at + 1;
    else if (text[at] !== 0x20) break;
  }
  return length;
}

export function blankLinesBefore(text: Buffer): number {
  return lineEnds(text.subarray(0, blankLength(text)), true);
}

export function isBlank(text: Buffer): boolean {
  return text.every((byte) => byte <= 0x20);
}

/** The position of the quote that is still open at the end of a text of rows, read as csv-parse reads them. */
export function openQuote(text: Buffer, { delimiter, endsWithCarriageReturn }: RowSyntax): number | undefined {
  const separator = delimiter.charCodeAt(0);
  const isLineEnd = (byte: number) => byte === LINE_FEED || (endsWithCarriageReturn && byte === CARRIAGE_RETURN);
  let isFieldStart = true;
  let at = 0;
  while (at < text.length) {
    const byte = text[at];
    if (isFieldStart && byte === QUOTE) {
      const end = quoteEnd(text, at + 1);
      if (end < 0) return at;
      at = end + 1;
      isFieldStart = false;
      continue;
    }
    const isSpace = byte === 0x20 || (byte === CARRIAGE_RETURN && !endsWithCarriageReturn);
    isFieldStart = byte === separator || isLineEnd(byte) || (isFieldStart && isSpace);
    at++;
  }
  return undefined;
}

function quoteEnd(text: Buffer, from: number): number {
  let at = text.indexOf(QUOTE, from);
  while (at >= 0 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at;
}
