/** Gives the rows of a table, or the objects of a JSON file, as records with known fields. */
import type { SourceProblem, SourceRecord } from '../source-record.ts';
import { fieldsFrom, withNamedColumns } from './fields-from.ts';
import { type ColumnGuess, guessColumns } from './guess-columns.ts';
import { type KnownField, knownFieldOf } from './known-names.ts';

/** A row as it is written, before its columns are known. */
export interface SourceRow {
  readonly line: number;
  /** The values that are present, by column. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The fields, if the format says what they are: then nothing is guessed. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly excerpt: string;
  /** Length of the row as it is written, in bytes or characters. */
  readonly size: number;
}

/** What the user says of the columns, and wants to hear. */
export interface ColumnOptions {
  /** The columns that the user named for known fields. They win over every guess. */
  readonly columns?: Readonly<Partial<Record<KnownField, string>>>;
  /** Called once before the first record of a file whose columns were guessed, to show the guess to the user. */
  readonly onColumns?: (guess: ColumnGuess) => void;
}

/** How many rows, and how much of them, are looked at before the columns are guessed. */
const SAMPLE_ROWS = 100;
const SAMPLE_SIZE = 4 * 2 ** 20;
/** How many names of columns are remembered. Objects of JSON may have any number of them. */
const MAX_NAMES = 2000;

/**
 * Finds out which columns are the known fields, by the first 100 rows (or 4 MiB of them, which are held in memory
 * until then), and gives all rows as records. Problems pass in order.
 *
 * @param names the columns of a table; without them, the columns are those of the first rows, and later ones that
 *   mean a known field are used where no other column gives it
 * @throws PaperfieldError (`bad_input`) if the user named a column that is not there; what `rows` throws
 */
export async function* withKnownFields(
  rows: AsyncIterable<SourceRow | SourceProblem>,
  options: ColumnOptions,
  names?: () => readonly string[],
): AsyncGenerator<SourceRecord | SourceProblem> {
  let held: (SourceRow | SourceProblem)[] = [];
  let size = 0;
  let columns: RowColumns | undefined;
  for await (const row of rows) {
    if (columns) {
      yield columns.recordOf(row);
      continue;
    }
    held.push(row);
    size += 'values' in row ? row.size : 0;
    if (held.length < SAMPLE_ROWS && size < SAMPLE_SIZE) continue;
    columns = new RowColumns(held, options, names?.());
    for (const one of held) yield columns.recordOf(one);
    held = [];
  }
  if (columns || held.length === 0) return;
  columns = new RowColumns(held, options, names?.());
  for (const one of held) yield columns.recordOf(one);
}

/** The columns of a file, and the fields they are. */
class RowColumns {
  readonly #named: NonNullable<ColumnOptions['columns']>;
  /** Undefined if a table states its columns: then no other ones come. */
  readonly #seen: Set<string> | undefined;
  #guess: ColumnGuess;

  constructor(sample: readonly (SourceRow | SourceProblem)[], options: ColumnOptions, stated?: readonly string[]) {
    this.#named = options.columns ?? {};
    const rows = sample.filter((row) => 'values' in row);
    const isGuessed = rows.some(({ fields }) => fields === undefined);
    const guessed = rows.filter(({ fields }) => fields === undefined || Object.keys(this.#named).length > 0);
    const names = stated ?? [...new Set(guessed.flatMap(({ values }) => Object.keys(values)))].slice(0, MAX_NAMES);
    this.#seen = stated ? undefined : new Set(names);
    const samples = guessed.map(({ values }) => values);
    // A file without a single row has no columns, and therefore no wrong ones.
    this.#guess = guessColumns(names, samples, guessed.length > 0 || stated ? this.#named : {});
    if (isGuessed) options.onColumns?.(this.#guess);
  }

  recordOf(row: SourceRow | SourceProblem): SourceRecord | SourceProblem {
    if (!('values' in row)) return row;
    const { line, values, excerpt } = row;
    if (row.fields) return { line, fields: withNamedColumns(row.fields, values, this.#named), excerpt };
    this.#addNames(values);
    const fields = fieldsFrom(values, this.#guess);
    if (Object.keys(fields).length > 0) return { line, fields, excerpt };
    return { line, problem: 'no field has a value; expected at least a title', excerpt };
  }

  /** Names that no sample has, and that mean a known field. */
  #addNames(values: SourceRow['values']): void {
    if (!this.#seen) return;
    for (const name of Object.keys(values)) {
      if (this.#seen.has(name) || this.#seen.size >= MAX_NAMES) continue;
      this.#seen.add(name);
      const field = knownFieldOf(name);
      if (field === undefined) continue;
      const { columns, alternatives, others } = this.#guess;
      this.#guess =
        columns[field] === undefined
          ? { columns: { ...columns, [field]: name }, alternatives, others }
          : {
              columns,
              alternatives: { ...alternatives, [field]: [...(alternatives[field] ?? []), name] },
              others: [...others, name],
            };
    }
  }
}
