/** Reads the rows after the header of a table. */
import { MAX_LINE_BYTES } from '../../lines.ts';
import type { SourceRow } from '../columns/known-fields-of-rows.ts';
import type { SourceProblem } from '../source-record.ts';
import type { EncodingDamage } from '../utf8-content.ts';
import { type Row, RowParser, rowsOf } from './row-parser.ts';
import {
  blankLength,
  blankLinesBefore,
  CARRIAGE_RETURN,
  excerptOf,
  isBlank,
  LINE_FEED,
  lineEnds,
  lineLength,
  openQuote,
  QUOTE,
} from './row-text.ts';
import type { TableLayout } from './table-layout.ts';

/** How many bytes after a stray quote are looked at to see whether rows follow. */
const LOOK_AHEAD_BYTES = 64 * 1024;

/**
 * How many bytes may be parsed a second time because of stray quotes, in multiples of what was read: a file of nothing
 * but stray quotes would take hours otherwise.
 */
const MAX_REPETITION = 2;

/** Reads the rows after the header. */
export class RowReader {
  readonly #layout: TableLayout;
  readonly #damage: () => EncodingDamage | undefined;
  #parser: RowParser;
  /** The bytes after the last row that was returned. */
  #pending: Buffer[] = [];
  #pendingLength = 0;
  /** Position of the pending bytes in the file, and its line. */
  #offset: number;
  #line: number;
  /** Position of the pending bytes in what the present parser got. */
  #parserOffset = 0;
  /** Whether bytes are skipped up to the next line end, because the line is too long. */
  #isSkipping = false;
  #bytesRead = 0;
  #bytesRepeated = 0;
  #hasReportedDamage = false;
  /** A row with fewer cells than the header, until the next one is known. */
  #short: { readonly row: SourceRow; readonly cells: number; readonly problem: string } | undefined;
  /** Whether the last row was a part of one. */
  #isCut = false;

  constructor(layout: TableLayout, damage: () => EncodingDamage | undefined) {
    this.#layout = layout;
    this.#damage = damage;
    this.#parser = new RowParser(layout);
    this.#offset = layout.start;
    this.#line = layout.line;
  }

  *read(piece: Buffer): Generator<SourceRow | SourceProblem> {
    this.#bytesRead += piece.length;
    yield* this.#read(piece);
  }

  *end(): Generator<SourceRow | SourceProblem> {
    yield* this.#end();
    yield* this.#settle();
    this.#parser.close();
  }

  *#end(): Generator<SourceRow | SourceProblem> {
    // An open quote that is followed by rows makes the parser begin again after its line, at most that often.
    for (;;) {
      const raw = Buffer.concat(this.#pending);
      const again = yield* this.#take(this.#parser.end(), raw);
      if (again) continue;
      const rest = Buffer.concat(this.#pending);
      if (rest.length === 0 || isBlank(rest)) break;
      if (!(yield* this.#giveUp(rest, 'the file ends first'))) break;
    }
  }

  *#read(piece: Buffer): Generator<SourceRow | SourceProblem> {
    const bytes = this.#isSkipping ? this.#skipLine(piece) : piece;
    if (bytes.length === 0) return;
    this.#pending.push(bytes);
    this.#pendingLength += bytes.length;
    const rows = this.#parser.push(bytes);
    if (rows.length > 0) yield* this.#take(rows, Buffer.concat(this.#pending));
    if (this.#pendingLength > MAX_LINE_BYTES) {
      const rest = Buffer.concat(this.#pending);
      if (!(yield* this.#giveUp(rest, 'the row has 16 MiB, the limit for one'))) this.#isSkipping = true;
    }
  }

  /**
   * Returns rows as records or problems. Returns true if the parser began again within them.
   *
   * @param raw the pending bytes
   */
  *#take(rows: readonly Row[], raw: Buffer): Generator<SourceRow | SourceProblem, boolean> {
    const base = this.#parserOffset;
    let at = 0;
    for (const { cells, end } of rows) {
      const text = raw.subarray(at, Math.min(end - base, raw.length));
      at += text.length;
      const line = this.#line + blankLinesBefore(text);
      yield* this.#encodingProblem(text, line);
      const problem = this.#problemOf(cells);
      if (problem !== undefined && this.#beginsAgain(text)) {
        yield* this.#settle();
        yield this.#problem(line, STRAY_QUOTE_PROBLEM, text);
        yield* this.#restart(raw.subarray(at - text.length), lineLength(text));
        return true;
      }
      this.#line += lineEnds(text, this.#layout.endsWithCarriageReturn);
      this.#offset += text.length;
      if (cells.every((cell) => cell.trim() === '')) continue;
      const isShort = cells.length < this.#layout.columns.length;
      const isPart = yield* this.#settle(cells.length);
      // A single cell is a footer, or the rest of a row that was cut.
      if (isShort && !isPart && cells.length > 1) {
        this.#short = { row: this.#row(line, cells, text), cells: cells.length, problem: problem ?? '' };
        continue;
      }
      this.#isCut = isShort;
      if (problem !== undefined) yield this.#problem(line, problem, text);
      else yield this.#row(line, cells, text);
    }
    this.#parserOffset = base + at;
    this.#setPending(raw.subarray(at));
    return false;
  }

  #row(line: number, cells: readonly string[], text: Buffer): SourceRow {
    const { columns } = this.#layout;
    const entries = columns.map((column, i): [string, string] => [column, (cells[i] ?? '').trim()]);
    const values = Object.fromEntries(entries.filter(([, value]) => value !== ''));
    return { line, values, excerpt: excerptOf(text), size: text.length };
  }

  /**
   * Gives the short row that was held. Excel leaves out the separators of empty cells at the end of rows, so it is a row
   * with empty cells, unless the next one may be the rest of it: a line end within a value without quotes cuts rows.
   *
   * @param next number of cells of the next row
   * @returns whether the next row is part of a row that was cut
   */
  *#settle(next?: number): Generator<SourceRow | SourceProblem, boolean> {
    const expected = this.#layout.columns.length;
    const isNextShort = next !== undefined && next < expected;
    const held = this.#short;
    this.#short = undefined;
    if (!held) return isNextShort && this.#isCut;
    const together = held.cells + (next ?? 0) - 1;
    const isCut = isNextShort && (together === expected || (together < expected && held.cells !== next));
    const { line, excerpt } = held.row;
    yield isCut ? { line, problem: held.problem, excerpt } : held.row;
    return isCut;
  }

  #problem(line: number, problem: string, text: Buffer): SourceProblem {
    return { line, problem, excerpt: excerptOf(text) };
  }

  *#encodingProblem(text: Buffer, line: number): Generator<SourceProblem> {
    const damage = this.#hasReportedDamage ? undefined : this.#damage();
    if (!damage || damage.offset >= this.#offset + text.length) return;
    this.#hasReportedDamage = true;
    yield { line, problem: damage.problem, excerpt: excerptOf(text) };
  }

  #problemOf(cells: readonly string[]): string | undefined {
    const expected = this.#layout.columns.length;
    let count = cells.length;
    while (count > expected && cells[count - 1].trim() === '') count--;
    if (count === expected || cells.every((cell) => cell.trim() === '')) return undefined;
    const columns = count === 1 ? '1 column' : `${count} columns`;
    return (
      `the row has ${columns}, but the header has ${expected}; expected a value or nothing for each, and quotes ` +
      `around values that contain ${delimiterName(this.#layout.delimiter)} or a line end`
    );
  }

  /**
   * Whether a wrong row of several lines is better read as one wrong line and rows: a stray quote at the beginning of a
   * field makes everything up to the next quote one field.
   */
  #beginsAgain(text: Buffer): boolean {
    const length = lineLength(text);
    if (length >= text.length || !text.subarray(0, length).includes(QUOTE)) return false;
    return this.#looksLikeRows(text.subarray(length));
  }

  #looksLikeRows(text: Buffer): boolean {
    if (this.#bytesRepeated > MAX_REPETITION * this.#bytesRead || this.#layout.columns.length < 2) return false;
    const sample = text.subarray(0, LOOK_AHEAD_BYTES);
    this.#bytesRepeated += sample.length;
    const rows = rowsOf(sample, this.#layout, sample.length === text.length);
    const good = rows.filter(
      ({ cells }) => this.#problemOf(cells) === undefined && cells.some((cell) => cell.trim() !== ''),
    );
    return good.length > 0 && good.length >= 0.8 * rows.length;
  }

  /** Reads bytes once more, without their first ones. */
  *#restart(bytes: Buffer, skipped: number): Generator<SourceRow | SourceProblem> {
    this.#line += lineEnds(bytes.subarray(0, skipped), this.#layout.endsWithCarriageReturn);
    this.#offset += skipped;
    this.#bytesRepeated += bytes.length - skipped;
    this.#beginParser();
    yield* this.#read(bytes.subarray(skipped));
  }

  /**
   * Reports that the pending row does not end. Reading goes on after its first line if rows follow there: then the
   * result is true.
   */
  *#giveUp(raw: Buffer, end: string): Generator<SourceRow | SourceProblem, boolean> {
    const quote = this.#layout.hasQuotes ? openQuote(raw, this.#layout) : undefined;
    const before = raw.subarray(0, quote ?? blankLength(raw));
    const line = this.#line + lineEnds(before, this.#layout.endsWithCarriageReturn);
    yield* this.#encodingProblem(raw, line);
    yield* this.#settle();
    const text = raw.subarray(quote ?? 0);
    const length = lineLength(text);
    const problem =
      quote === undefined
        ? `the row does not end: ${end}; write every paper on a row of its own`
        : `a quoted field begins in this line and does not end: ${end}; expected a quote at its end, or "" for a quote within it`;
    yield this.#problem(line, problem, text);
    if (quote !== undefined && length < text.length && this.#looksLikeRows(text.subarray(length))) {
      yield* this.#restart(raw, quote + length);
      return true;
    }
    this.#line += lineEnds(raw, this.#layout.endsWithCarriageReturn);
    this.#offset += raw.length;
    this.#beginParser();
    return false;
  }

  #beginParser(): void {
    this.#parser.close();
    this.#parser = new RowParser(this.#layout);
    this.#parserOffset = 0;
    this.#setPending(Buffer.alloc(0));
  }

  #setPending(bytes: Buffer): void {
    this.#pending = bytes.length === 0 ? [] : [bytes];
    this.#pendingLength = bytes.length;
  }

  /** The bytes after the next line end. */
  #skipLine(bytes: Buffer): Buffer {
    const length = lineLength(bytes);
    const hasEnd = length < bytes.length || [LINE_FEED, CARRIAGE_RETURN].includes(bytes[length - 1]);
    this.#isSkipping = !hasEnd;
    this.#line += lineEnds(bytes.subarray(0, length), this.#layout.endsWithCarriageReturn);
    this.#offset += length;
    return bytes.subarray(length);
  }
}

const STRAY_QUOTE_PROBLEM =
  'a quote at the beginning of a field of this line has no partner; expected a quote at the end of the field, or "" for ' +
  'a quote within it; the line was skipped';

function delimiterName(delimiter: string): string {
  return { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab', '|': 'a bar' }[delimiter] ?? `'${delimiter}'`;
}
