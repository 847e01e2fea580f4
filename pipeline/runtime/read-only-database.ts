/** Reads SQLite files that another program wrote. With `pipeline/store/paper-database.ts` the only door to libsql. */
import { existsSync } from 'node:fs';
import { TextDecoder, types } from 'node:util';
import Database from 'libsql';
import { z } from 'zod';

/** A value of a column that is read as an integer (rounded beyond 2^53) or as text; null if it is neither. */
export type ColumnValue = number | string | null;

/** The expressions of a query, and as what their values are read. */
export type Columns = Readonly<Record<string, 'integer' | 'text'>>;

/** An open SQLite file from which is only read. */
export interface ReadOnlyDatabase {
  /**
   * All rows of a query, each a list of values in the order of `columns`.
   *
   * @param columns the expressions after SELECT
   * @param rest what follows them, from FROM on
   * @param parameters the values of its question marks
   * @throws Error with the message of SQLite, if the file is damaged or has no such table
   */
  rows(columns: Columns, rest: string, parameters?: readonly number[]): ColumnValue[][];
  close(): void;
}

/**
 * Opens a copy of an SQLite file. It must be a copy: libsql ignores that a file is to be opened for reading only, and
 * SQLite then puts a journal that is beside it (`-journal`, `-wal`) into the file. Changes by SQL are errors, and so are
 * functions of the file's own schema that could do harm.
 *
 * @throws Error with the message of SQLite, if it is no SQLite file
 */
export function openDatabaseCopy(path: string): ReadOnlyDatabase {
  // libsql creates a missing file.
  if (!existsSync(path)) throw new Error('no such file');
  const database = new Database(path);
  try {
    for (const pragma of ['query_only = ON', 'trusted_schema = OFF', 'cell_size_check = ON']) database.pragma(pragma);
    // Nothing is read of the file before its first query.
    database.prepare('SELECT count(*) FROM sqlite_master').get();
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    rows(columns, rest, parameters = []) {
      const expressions = Object.entries(columns).map(([expression, type]) => readAs(expression, type));
      const rows: unknown = database
        .prepare(`SELECT ${expressions.join(', ')} ${rest}`)
        .raw()
        .all(...parameters);
      return rowsSchema.parse(rows);
    },
    close: () => {
      database.close();
    },
  };
}

/** Text that is not UTF-8 would end the process: libsql takes it for a bug of its own. Therefore bytes are read. */
function readAs(expression: string, type: 'integer' | 'text'): string {
  return type === 'text'
    ? `CAST(${expression} AS BLOB)`
    : `CASE typeof(${expression}) WHEN 'integer' THEN ${expression} END`;
}

const decoder = new TextDecoder();
const bytesSchema = z.custom<Uint8Array>(types.isUint8Array).transform((bytes) => decoder.decode(bytes));
const rowsSchema = z.array(z.array(z.union([z.number(), z.null(), bytesSchema])));
