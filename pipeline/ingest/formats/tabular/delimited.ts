/** Reads the records of tables as text: CSV, TSV, and files with semicolons or bars between the columns. */
import { type ColumnOptions, type SourceRow, withKnownFields } from '../columns/known-fields-of-rows.ts';
import type { SourceProblem, SourceRecord } from '../source-record.ts';
import { utf8Content } from '../utf8-content.ts';
import { RowReader } from './row-reader.ts';
import { layoutOf } from './table-layout.ts';

/** What is known of a file beforehand. */
export interface DelimitedOptions extends ColumnOptions {
  /** The character between columns. Default: a `sep=` line says it, or else it is guessed among `, ; tab |`. */
  readonly delimiter?: string;
}

/**
 * Reads a table as text: one record for each row after the header. UTF-8, UTF-16 with byte-order mark, and
 * Windows-1252. Values are strings. Every row that is not blank is a record or a problem, and problems may come in
 * addition: for the encoding, for lines before the header, for a missing header.
 *
 * Known quirks, all of them read without loss:
 * - Excel writes semicolons where the comma is the decimal separator, a byte-order mark for 'CSV UTF-8', Windows-1252
 *   for plain 'CSV', UTF-16 with tabs for 'Unicode text', a `sep=;` line if asked to, and leaves out the separators of
 *   empty cells at the end of rows, in blocks of rows. Dates may be days since 1899.
 * - Old Excel for Macintosh ends lines with CR.
 * - Scopus writes a byte-order mark, authors as `Lovelace A.B.; …` (until 2020 with commas), full names with a number
 *   behind them, and `[No abstract available]`.
 * - Web of Science writes tab-delimited files with two-letter names, a tab at the end of rows, and no quotes at all.
 * - Zotero writes 87 columns, all in quotes, with `Manual Tags` apart from `Automatic Tags`, and HTML in titles.
 * - Dimensions, IEEE Xplore and Lens write lines about the search before the header.
 * - R writes row names without a name for their column; pandas an unnamed first column, `NaN`, and lists as Python
 *   prints them; OpenAlex lists with bars.
 *
 * A row that is longer than the header is a problem; so is a quoted field that never ends, and reading goes on after the
 * line in which it begins if what follows are rows, or after 16 MiB.
 *
 * @param bytes the decompressed content, in chunks of any size
 * @throws what `bytes` throws; PaperfieldError (`bad_input`) if the user named a column that is not there
 */
export async function* readDelimited(
  bytes: AsyncIterable<Uint8Array>,
  options: DelimitedOptions = {},
): AsyncGenerator<SourceRecord | SourceProblem> {
  let columns: readonly string[] = [];
  const rows = rowsOfTable(bytes, options, (names) => {
    columns = names;
  });
  yield* withKnownFields(rows, options, () => columns);
}

async function* rowsOfTable(
  bytes: AsyncIterable<Uint8Array>,
  { delimiter, columns = {} }: DelimitedOptions,
  onHeader: (columns: readonly string[]) => void,
): AsyncGenerator<SourceRow | SourceProblem> {
  const { pieces, damage } = utf8Content(bytes);
  let rows: RowReader | undefined;
  // The first piece is enough to see the header, the delimiter and some rows.
  for await (const piece of pieces) {
    if (rows) {
      yield* rows.read(piece);
      continue;
    }
    const layout = layoutOf(piece, { delimiter, columns: Object.values(columns) });
    if ('problem' in layout) {
      yield layout;
      return;
    }
    onHeader(layout.columns);
    yield* layout.problems;
    rows = new RowReader(layout, damage);
    yield* rows.read(piece.subarray(layout.start));
  }
  if (rows) yield* rows.end();
  else
    yield {
      line: 1,
      problem: 'the file is empty; expected a table with the names of its columns in the first line',
      excerpt: '',
    };
}
