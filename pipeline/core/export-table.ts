/** Tables for export to other programs, and their CSV form. */

/**
 * A column of a table, with null for a row without a value. A numeric `type` is the type in which an Arrow file stores
 * the values.
 */
export type TableColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: readonly (string | null)[] }
  | {
      readonly name: string;
      readonly type: 'int32' | 'float32' | 'float64';
      readonly values: readonly (number | null)[];
    };

/** Columns of equal length, for export to other programs. */
export type Table = readonly TableColumn[];

export function tableRowCount(table: Table): number {
  return table[0]?.values.length ?? 0;
}

/**
 * Matches texts that a spreadsheet would run as a formula; they may begin with a full-width sign or with white space.
 * Titles of papers come from anywhere, so a spreadsheet must not run them.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A table as CSV (RFC 4180): a header line, lines that end with CR LF, and quoted fields where a text contains a comma,
 * a quotation mark or a line break. Null is an empty field, an empty text is `""`.
 *
 * A text that a spreadsheet would run as a formula gets an apostrophe in front; so does one that already has
 * apostrophes before a formula, so that removing one apostrophe always gives the original text.
 */
export function toCsv(table: Table): string {
  const lines = [table.map(({ name }) => quoted(name)).join(',')];
  for (let row = 0; row < tableRowCount(table); row++) {
    lines.push(table.map(({ values }) => fieldOf(values[row])).join(','));
  }
  return lines.map((line) => `${line}\r\n`).join('');
}

function fieldOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return quoted(FORMULA.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
