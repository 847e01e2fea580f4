/** Finds the delimiter, the header and the columns of a table as text. */
import { knownFieldOf } from '../columns/known-names.ts';
import type { SourceProblem } from '../source-record.ts';
import { PIECE_BYTES } from '../utf8-content.ts';
import { type Row, type RowSyntax, rowsOf } from './row-parser.ts';
import { blankLinesBefore, CARRIAGE_RETURN, excerptOf, isBlank, LINE_FEED, lineEnds, QUOTE } from './row-text.ts';

/** The characters between columns among which the delimiter is guessed. */
const DELIMITERS = [',', ';', '\t', '|'];

/** How a table is written, and where its rows begin. */
export interface TableLayout extends RowSyntax {
  readonly columns: readonly string[];
  /** Position of the first byte after the header. */
  readonly start: number;
  /** 1-based line at `start`. */
  readonly line: number;
  /** What is missing or was skipped before the rows. */
  readonly problems: readonly SourceProblem[];
  /** The number of known fields among the names of columns. */
  readonly known: number;
  /** The share of the first rows that have as many columns as the header. */
  readonly consistency: number;
}

/** What is known of a table beforehand. */
export interface KnownLayout {
  /** The character between columns. */
  readonly delimiter?: string | undefined;
  /** Names that columns have. */
  readonly columns?: readonly string[];
}

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

/**
 * Finds delimiter and header in the first bytes of a file, and says why it is no table if it is none. Without a header
 * the columns are `column 1`, `column 2`, …
 */
export function layoutOf(head: Buffer, given: KnownLayout = {}): TableLayout | SourceProblem {
  const separatorLine = /^(?:sep=|"sep=)([^\w"\r\n])"?[ \t]*(?:\r\n|\r|\n|$)/i.exec(head.toString('latin1', 0, 20));
  const skipped = separatorLine?.[0].length ?? 0;
  const text = head.subarray(skipped);
  const known = given.delimiter ?? separatorLine?.[1];
  const endsWithCarriageReturn = !text.includes(LINE_FEED) && text.includes(CARRIAGE_RETURN);
  const candidates = (known === undefined ? DELIMITERS : [known]).map((delimiter) =>
    candidateOf(text, { delimiter, hasQuotes: true, endsWithCarriageReturn }, given.columns),
  );
  const best = candidates.reduce((a, b) => (fitsBetter(b, a) ? b : a));
  if (best.rows.length === 0) return emptyTable(head);
  // Web of Science does not quote: a title in quotes is a title with quotes.
  const isWebOfScience = best.delimiter === '\t' && best.rows[0].cells[0] === 'PT' && best.rows[0].cells.includes('TI');
  const table = isWebOfScience ? candidateOf(text, { ...best, hasQuotes: false }, given.columns) : best;
  const headerStart = skipped + (table.header === 0 ? 0 : table.rows[table.header - 1].end);
  const headerEnd = Math.min(skipped + table.rows[table.header].end, head.length);
  const written = head.subarray(headerStart, headerEnd);
  const headerLine = 1 + lineEnds(head.subarray(0, headerStart), endsWithCarriageReturn) + blankLinesBefore(written);
  const hasHeader = table.known > 0 || !isData(table);
  if (!hasHeader && table.width < 2) return noHeader(headerLine, written, '');
  const start = hasHeader ? headerEnd : headerStart;
  const problems: SourceProblem[] = [];
  if (table.header > 0) problems.push(preamble(headerLine, head.subarray(skipped, headerStart)));
  if (!hasHeader) problems.push(noHeader(headerLine, written, '; the columns are read as column 1, column 2, …'));
  return {
    delimiter: table.delimiter,
    hasQuotes: table.hasQuotes,
    endsWithCarriageReturn,
    columns: hasHeader ? columnNames(table) : numberedColumns(table),
    start,
    line: 1 + lineEnds(head.subarray(0, start), endsWithCarriageReturn),
    problems,
    known: table.known,
    consistency: table.consistency,
  };
}

function candidateOf(text: Buffer, syntax: RowSyntax, named: readonly string[] = []): Candidate {
  const isWhole = text.length < PIECE_BYTES - 20;
  const rows = rowsOf(text, syntax, isWhole).slice(0, SAMPLE_ROWS);
  const fieldOf = (cell: string) => (named.includes(cell.trim()) ? cell.trim() : knownFieldOf(cell));
  const knownIn = ({ cells }: Row) => new Set(cells.map(fieldOf).filter((field) => field !== undefined)).size;
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

function noHeader(line: number, text: Buffer, result: string): SourceProblem {
  return {
    line,
    problem: `the first line has no name of a column that is known; ${EXPECTED_HEADER}${result}`,
    excerpt: excerptOf(text),
  };
}

function preamble(headerLine: number, text: Buffer): SourceProblem {
  return {
    line: 1,
    problem: `the names of the columns are in line ${headerLine}; what is before them was skipped`,
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

/** Names for the columns of a table without a header: as many as most rows have. */
function numberedColumns({ rows }: Candidate): string[] {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(widthOf(cells), (counts.get(widthOf(cells)) ?? 0) + 1);
  const [width] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return Array.from({ length: width }, (_, i) => `column ${i + 1}`);
}
