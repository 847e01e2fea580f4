/** Reads the records of tables as text: CSV, TSV, and files with semicolons or bars between the columns. */
import { Parser } from 'csv-parse';
import { sourceExcerpt } from '../issues.ts';
import { MAX_LINE_BYTES } from '../lines.ts';
import { knownFieldOf } from './field-names.ts';
import type { SourceProblem, SourceRecord } from './source-record.ts';
import { type EncodingDamage, utf8Content } from './utf8-content.ts';

/** The characters between columns among which the delimiter is guessed. */
const DELIMITERS = [',', ';', '\t', '|'];

/** What is known of a file beforehand. */
export interface DelimitedOptions {
  /** The character between columns. Default: a `sep=` line says it, or else it is guessed among `, ; tab |`. */
  readonly delimiter?: string;
}

/**
 * Reads the records of a table as text: of each row after the header the values that are not blank, by column name.
 * UTF-8, UTF-16 with byte-order mark, and Windows-1252. A row with another number of columns than the header is a
 * problem; so is a quoted field that never ends, and reading goes on after the line in which it begins if what follows
 * are rows, or after 16 MiB.
 *
 * @param bytes the decompressed content, in chunks of any size
 * @throws only what `bytes` throws
 */
export async function* readDelimited(
  bytes: AsyncIterable<Uint8Array>,
  options: DelimitedOptions = {},
): AsyncGenerator<SourceRecord | SourceProblem> {
  const { pieces, damage } = utf8Content(bytes);
  let rows: RowReader | undefined;
  // The first piece is enough to see the header, the delimiter and some rows.
  for await (const piece of pieces) {
    if (rows) {
      yield* rows.read(piece);
      continue;
    }
    const table = layoutOf(piece, options.delimiter);
    if ('problem' in table) {
      yield table;
      return;
    }
    rows = new RowReader(table, damage);
    yield* rows.read(piece.subarray(table.start));
  }
  if (rows) yield* rows.end();
}

/** How a table is written, and where its rows begin. */
interface TableLayout extends RowSyntax {
  readonly columns: readonly string[];
  /** Position of the first byte after the header. */
  readonly start: number;
  /** 1-based line at `start`. */
  readonly line: number;
}

interface RowSyntax {
  readonly delimiter: string;
  /** Whether double quotes enclose fields. */
  readonly hasQuotes: boolean;
  /** Whether a lone CR ends rows, as in files of old Macintosh programs; otherwise it is white space. */
  readonly endsWithCarriageReturn: boolean;
}

// ---------------------------------------------------------------------------------------------------------------------
// Rows

/** A row of a table as it is written. */
interface Row {
  readonly cells: readonly string[];
  /** Position after the row and its line end, counted from the beginning of what the parser got. */
  readonly end: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/**
 * csv-parse, a chunk at a time. It is a stream, but one that parses within `write`: rows are taken in its callback, so
 * that none of them waits in the stream's buffer.
 */
class RowParser {
  #rows: Row[] = [];
  readonly #parser: Parser;

  constructor({ delimiter, hasQuotes, endsWithCarriageReturn }: RowSyntax) {
    this.#parser = new Parser({
      delimiter,
      quote: hasQuotes ? '"' : null,
      escape: hasQuotes ? '"' : null,
      // A quote within a field that does not begin with one, or after the end of one, is a character like others.
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: endsWithCarriageReturn ? ['\r\n', '\n', '\r'] : ['\r\n', '\n'],
      // For `"a", "b, c"`. Not `rtrim`: csv-parse fails on stray quotes if both are set.
      ltrim: delimiter !== '\t',
      on_record: (cells: string[], { bytes }) => {
        this.#rows.push({ cells, end: bytes });
        // csv-parse makes an error with a copy of the row for each row that is longer or shorter than the first, even
        // if that is allowed, and takes ten times as long. Without rows before it every row is the first.
        Object.assign(this.#parser.info, { records: 0 });
        return null;
      },
    });
  }

  /** Adds bytes, and returns the rows that end within them, or a few bytes before: the parser looks ahead. */
  push(bytes: Buffer): Row[] {
    this.#parser.write(bytes);
    return this.#take();
  }

  /** Returns the last row, unless it is in an open quote. */
  end(): Row[] {
    // Line ends beyond the last one are skipped as empty lines, and are more than the parser looks ahead.
    return this.push(Buffer.from('\n'.repeat(16)));
  }

  close(): void {
    this.#parser.destroy();
  }

  #take(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

/** The rows of a short text, without the last one if it may be cut off. */
function rowsOf(text: Buffer, syntax: RowSyntax, isWhole: boolean): Row[] {
  const parser = new RowParser(syntax);
  const rows = parser.push(text);
  if (isWhole) rows.push(...parser.end());
  parser.close();
  return rows;
}

/** How many bytes after a stray quote are looked at to see whether rows follow. */
const LOOK_AHEAD_BYTES = 64 * 1024;

/**
 * How many bytes may be parsed a second time because of stray quotes, in multiples of what was read: a file of nothing
 * but stray quotes would take hours otherwise.
 */
const MAX_REPETITION = 2;

/** Reads the rows after the header. */
class RowReader {
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

  constructor(layout: TableLayout, damage: () => EncodingDamage | undefined) {
    this.#layout = layout;
    this.#damage = damage;
    this.#parser = new RowParser(layout);
    this.#offset = layout.start;
    this.#line = layout.line;
  }

  *read(piece: Buffer): Generator<SourceRecord | SourceProblem> {
    this.#bytesRead += piece.length;
    yield* this.#read(piece);
  }

  *end(): Generator<SourceRecord | SourceProblem> {
    // An open quote that is followed by rows makes the parser begin again after its line, at most that often.
    for (;;) {
      const raw = Buffer.concat(this.#pending);
      const again = yield* this.#take(this.#parser.end(), raw);
      if (again) continue;
      const rest = Buffer.concat(this.#pending);
      if (rest.length === 0 || isBlank(rest)) break;
      if (!(yield* this.#giveUp(rest, 'the file ends first'))) break;
    }
    this.#parser.close();
  }

  *#read(piece: Buffer): Generator<SourceRecord | SourceProblem> {
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
  *#take(rows: readonly Row[], raw: Buffer): Generator<SourceRecord | SourceProblem, boolean> {
    const base = this.#parserOffset;
    let at = 0;
    for (const { cells, end } of rows) {
      const text = raw.subarray(at, Math.min(end - base, raw.length));
      at += text.length;
      const line = this.#line + blankLinesBefore(text);
      yield* this.#encodingProblem(text.length, line);
      const problem = this.#problemOf(cells);
      if (problem !== undefined && this.#beginsAgain(text)) {
        yield this.#problem(line, STRAY_QUOTE_PROBLEM, text);
        yield* this.#restart(raw.subarray(at - text.length), lineLength(text));
        return true;
      }
      this.#line += lineEnds(text, this.#layout.endsWithCarriageReturn);
      this.#offset += text.length;
      if (problem !== undefined) yield this.#problem(line, problem, text);
      else if (cells.some((cell) => cell.trim() !== '')) yield this.#record(line, cells, text);
    }
    this.#parserOffset = base + at;
    this.#setPending(raw.subarray(at));
    return false;
  }

  #record(line: number, cells: readonly string[], text: Buffer): SourceRecord {
    const { columns } = this.#layout;
    const entries = columns.map((column, i): [string, string] => [column, (cells[i] ?? '').trim()]);
    return {
      line,
      fields: Object.fromEntries(entries.filter(([, value]) => value !== '')),
      excerpt: excerptOf(text),
    };
  }

  #problem(line: number, problem: string, text: Buffer): SourceProblem {
    return { line, problem, excerpt: excerptOf(text) };
  }

  *#encodingProblem(length: number, line: number): Generator<SourceProblem> {
    const damage = this.#hasReportedDamage ? undefined : this.#damage();
    if (!damage || damage.offset >= this.#offset + length) return;
    this.#hasReportedDamage = true;
    yield { line, problem: damage.problem, excerpt: '' };
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
  *#restart(bytes: Buffer, skipped: number): Generator<SourceRecord | SourceProblem> {
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
  *#giveUp(raw: Buffer, end: string): Generator<SourceRecord | SourceProblem, boolean> {
    const quote = this.#layout.hasQuotes ? openQuote(raw, this.#layout) : undefined;
    const before = raw.subarray(0, quote ?? blankLength(raw));
    const line = this.#line + lineEnds(before, this.#layout.endsWithCarriageReturn);
    yield* this.#encodingProblem(raw.length, line);
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

function excerptOf(text: Buffer): string {
  return sourceExcerpt(text.toString('utf8', 0, 1600));
}

/** The number of line ends: LF, CR LF, or CR if it ends rows. */
function lineEnds(text: Buffer, countsCarriageReturn: boolean): number {
  let count = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) count++;
  if (!countsCarriageReturn) return count;
  for (let at = text.indexOf(CARRIAGE_RETURN); at >= 0; at = text.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (text[at + 1] !== LINE_FEED) count++;
  }
  return count;
}

/** The length of the first line with its end; of blank lines before it too. */
function lineLength(text: Buffer): number {
  let at = blankLength(text);
  while (at < text.length && text[at] !== LINE_FEED && text[at] !== CARRIAGE_RETURN) at++;
  if (text[at] === CARRIAGE_RETURN && text[at + 1] === LINE_FEED) at++;
  return Math.min(at + 1, text.length);
}

/** The length of the empty lines, or lines of spaces, with which a text begins. */
function blankLength(text: Buffer): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === LINE_FEED || text[at] === CARRIAGE_RETURN) length = at + 1;
    else if (text[at] !== 0x20) break;
  }
  return length;
}

function blankLinesBefore(text: Buffer): number {
  return lineEnds(text.subarray(0, blankLength(text)), true);
}

function isBlank(text: Buffer): boolean {
  return text.every((byte) => byte <= 0x20);
}

/** The position of the quote that is still open at the end of a text of rows, read as csv-parse reads them. */
function openQuote(text: Buffer, { delimiter, endsWithCarriageReturn }: RowSyntax): number | undefined {
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

// ---------------------------------------------------------------------------------------------------------------------
// Header and delimiter

/** How many rows decide on the delimiter and on the header. */
const SAMPLE_ROWS = 20;

/** A way to read the first rows, and how well it fits. */
interface Candidate extends RowSyntax {
  readonly rows: readonly Row[];
  /** The index of the row that is the header. */
  readonly header: number;
  readonly width: number;
  /** The number of known fields among the column names. */
  readonly known: number;
  /** The share of rows that have as many columns as the header. */
  readonly consistency: number;
}

/** Finds delimiter and header in the first bytes of a file. */
function layoutOf(head: Buffer, given: string | undefined): TableLayout | SourceProblem {
  const separatorLine = /^(?:sep=|"sep=)([^\w"\r\n])"?[ \t]*(?:\r\n|\r|\n|$)/i.exec(head.toString('latin1', 0, 20));
  const skipped = separatorLine?.[0].length ?? 0;
  const text = head.subarray(skipped);
  const known = given ?? separatorLine?.[1];
  const endsWithCarriageReturn = !text.includes(LINE_FEED) && text.includes(CARRIAGE_RETURN);
  const candidates = (known === undefined ? DELIMITERS : [known]).map((delimiter) =>
    candidateOf(text, { delimiter, hasQuotes: true, endsWithCarriageReturn }),
  );
  const best = candidates.reduce((a, b) => (fitsBetter(b, a) ? b : a));
  if (best.rows.length === 0) return emptyTable(head);
  // Web of Science does not quote: a title in quotes is a title with quotes.
  const isWebOfScience = best.delimiter === '\t' && best.rows[0].cells[0] === 'PT' && best.rows[0].cells.includes('TI');
  const table = isWebOfScience ? candidateOf(text, { ...best, hasQuotes: false }) : best;
  const header = table.rows[table.header];
  const start = skipped + header.end;
  const end = Math.min(start, head.length);
  const headerStart = table.header === 0 ? skipped : skipped + table.rows[table.header - 1].end;
  const headerLine =
    1 +
    lineEnds(head.subarray(0, headerStart), endsWithCarriageReturn) +
    blankLinesBefore(head.subarray(headerStart, end));
  if (table.known === 0 && isData(table)) return noHeader(headerLine, head.subarray(headerStart, end));
  return {
    delimiter: table.delimiter,
    hasQuotes: table.hasQuotes,
    endsWithCarriageReturn,
    columns: columnNames(table),
    start: end,
    line: 1 + lineEnds(head.subarray(0, end), endsWithCarriageReturn),
  };
}

function candidateOf(text: Buffer, syntax: RowSyntax): Candidate {
  const isWhole = text.length < LOOK_AHEAD_BYTES - 20;
  const rows = rowsOf(text, syntax, isWhole).slice(0, SAMPLE_ROWS);
  const knownIn = ({ cells }: Row) => new Set(cells.map(knownFieldOf).filter((field) => field !== undefined)).size;
  // Some exports begin with lines about the search: the header is then the first row with several known names.
  const found = rows.slice(0, 10).findIndex((row) => knownIn(row) >= 2);
  const header = Math.max(found, 0);
  const width = rows.length === 0 ? 0 : widthOf(rows[header].cells);
  const others = rows.slice(header + 1).map(({ cells }) => cells);
  const fitting = others.filter(
    (cells) => cells.length === width || (widthOf(cells) <= width && cells.length >= width),
  );
  return {
    ...syntax,
    rows,
    header,
    width,
    known: rows.length === 0 ? 0 : knownIn(rows[header]),
    consistency: others.length === 0 ? 0 : fitting.length / others.length,
  };
}

/** The number of cells without blank ones at the end. */
function widthOf(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

function fitsBetter(a: Candidate, b: Candidate): boolean {
  if (a.width < 2 || b.width < 2) return a.width > b.width;
  if (a.known !== b.known) return a.known > b.known;
  return a.consistency !== b.consistency ? a.consistency > b.consistency : a.width > b.width;
}

/** Whether the first row is no header: no name of it is known, and some of it is like the values below it or no name at all. */
function isData({ rows, header }: Candidate): boolean {
  return rows[header].cells.some((cell, i) => {
    const text = cell.trim();
    if (text.length > 80 || /^[\d.,\s-]+$|^https?:|^10\.\d{4,9}\/|^arxiv:/i.test(text)) return true;
    const below = rows.slice(header + 1).map(({ cells }) => (cells[i] ?? '').trim().length);
    const mean = below.reduce((sum, length) => sum + length, 0) / Math.max(below.length, 1);
    return text.length >= 15 && mean >= 20 && text.length >= mean / 2;
  });
}

const EXPECTED_HEADER = 'expected a first line with the names of the columns, such as title,abstract,authors,year,doi';

function noHeader(line: number, text: Buffer): SourceProblem {
  return {
    line,
    problem: `the first line has no name of a column that is known; ${EXPECTED_HEADER}`,
    excerpt: excerptOf(text),
  };
}

function emptyTable(head: Buffer): SourceProblem {
  const isOpen = head.includes(QUOTE);
  const problem = isOpen
    ? `the first line has a quote that does not end; ${EXPECTED_HEADER}`
    : `the file has no line that ends within 64 KiB; ${EXPECTED_HEADER}`;
  return {
    line: 1,
    problem: isBlank(head) ? `the file is empty; ${EXPECTED_HEADER}` : problem,
    excerpt: excerptOf(head),
  };
}

/**
 * The names of the columns: a blank one is `column 3`, the second of the same name `Title (2)`. Blank columns at the
 * end are left out. If all rows have one column more, the first has no name: R writes row names so.
 */
function columnNames({ rows, header, width }: Candidate): string[] {
  const others = rows.slice(header + 1).map(({ cells }) => cells);
  const hasRowNames =
    others.length > 0 && others.every((cells) => widthOf(cells) === width + 1 && cells[0].trim() !== '');
  const written = [...(hasRowNames ? [''] : []), ...rows[header].cells.slice(0, width)];
  const used = new Set<string>();
  return written.map((cell, i) => {
    const name = cell.replace(/\s+/g, ' ').trim() || `column ${i + 1}`;
    let unique = name;
    for (let n = 2; used.has(unique); n++) unique = `${name} (${n})`;
    used.add(unique);
    return unique;
  });
}
