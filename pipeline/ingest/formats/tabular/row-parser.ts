/** Splits bytes into rows and cells with csv-parse. */
import { Parser } from 'csv-parse';

/** How rows are written. */
export interface RowSyntax {
  readonly delimiter: string;
  /** Whether double quotes enclose fields. */
  readonly hasQuotes: boolean;
  /** Whether a lone CR ends rows, as in files of old Macintosh programs; otherwise it is white space. */
  readonly endsWithCarriageReturn: boolean;
}

/** A row of a table as it is written. */
export interface Row {
  readonly cells: readonly string[];
  /** Position after the row and its line end, counted from the beginning of what the parser got. */
  readonly end: number;
}

/**
 * csv-parse, a chunk at a time. It is a stream, but one that parses within `write`: rows are taken in its callback, so
 * that none of them waits in the stream's buffer.
 */
export class RowParser {
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
export function rowsOf(text: Buffer, syntax: RowSyntax, isWhole: boolean): Row[] {
  const parser = new RowParser(syntax);
  const rows = parser.push(text);
  if (isWhole) rows.push(...parser.end());
  parser.close();
  return rows;
}
