/** A column of a table; null where a row has no value. `int32` and the two floats are what the values are kept as. */
export type TableColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: readonly (string | null)[] }
  | {
      readonly name: string;
      readonly type: 'int32' | 'float32' | 'float64';
      readonly values: readonly (number | null)[];
    };

/** Columns of equal length, for other programs to read. */
export type Table = readonly TableColumn[];

/** How many rows a table has. */
export function rowCount(table: Table): number {
  return table[0]?.values.length ?? 0;
}

/**
 * What a spreadsheet takes for the beginning of a formula, and runs: full-width forms too, and white space before one.
 * Titles come from anywhere.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A table as comma-separated values (RFC 4180): a line of names, lines ended by CR LF, texts with a comma, a quotation
 * mark or a line break in quotation marks, no value for null. A text that a spreadsheet would run gets an apostrophe in
 * front, as does one that begins with apostrophes and such: one apostrophe less is the text again. Numbers are as they are.
 */
export function csvOf(table: Table): string {
  const lines = [table.map(({ name }) => quoted(name)).join(',')];
  for (let row = 0; row < rowCount(table); row++) {
    lines.push(table.map(({ values }) => cellOf(values[row])).join(','));
  }
  return lines.map((line) => `${line}\r\n`).join('');
}

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return quoted(FORMULA.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  // An empty text stands apart from no value.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
