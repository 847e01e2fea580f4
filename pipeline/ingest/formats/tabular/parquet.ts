/** Reads the records of Parquet files: of data sets on Hugging Face, of pandas, polars, DuckDB and Spark. */
import { type AsyncBuffer, asyncBufferFromFile } from 'hyparquet';
import { errorMessage } from '../../../core/errors.ts';
import { sourceExcerpt } from '../../issues.ts';
import { type ColumnOptions, type SourceRow, withKnownFields } from '../columns/known-fields-of-rows.ts';
import { fieldsOfDialect } from '../json/dialects.ts';
import type { SourceProblem, SourceRecord } from '../source-record.ts';
import { openParquet, type ParquetGroup } from './parquet-file.ts';
import { plainValue } from './parquet-values.ts';

/** A Parquet file is read from its end, so a content that comes in chunks is held in memory: up to 512 MiB of it. */
export const MAX_PARQUET_BYTES = 512 * 2 ** 20;

/** How many bytes of a column are decoded at a time, roughly. */
const BATCH_BYTES = 32 * 2 ** 20;
/** Every row takes some memory, however short its values are. */
const MAX_BATCH_ROWS = 50_000;

/**
 * Reads a Parquet file that comes in chunks. A file of more than 512 MiB is a problem: `readParquetFile` reads it from
 * the disk. See there.
 *
 * @throws what `bytes` throws; PaperfieldError (`bad_input`) if the user named a column that is not there
 */
export async function* readParquet(
  bytes: AsyncIterable<Uint8Array>,
  options: ColumnOptions = {},
): AsyncGenerator<SourceRecord | SourceProblem> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MAX_PARQUET_BYTES) {
      const problem =
        'a Parquet file of more than 512 MiB within another file; decompress it first, and name the file itself';
      yield { line: 1, problem, excerpt: '' };
      return;
    }
    chunks.push(chunk);
  }
  const content = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  chunks.length = 0;
  yield* readParquetFile({ byteLength: length, slice: (start, end) => content.buffer.slice(start, end) }, options);
}

/**
 * Reads the Parquet file at a path; see `readParquetFile`.
 *
 * @throws what the file system throws; PaperfieldError (`bad_input`) if the user named a column that is not there
 */
export async function* readParquetAt(
  path: string,
  options: ColumnOptions = {},
): AsyncGenerator<SourceRecord | SourceProblem> {
  yield* readParquetFile(await asyncBufferFromFile(path), options);
}

/**
 * Reads a Parquet file with random access, row group by row group and at most 32 MiB of a column at a time. `line` is
 * the number of the row, from 1. Values keep their type: numbers, booleans, lists, objects; timestamps are texts of
 * ISO 8601, integers beyond 2^53 texts of digits. A column that cannot be read, because it is damaged or in an encoding
 * that is not supported, is a problem, and the rows are read without it.
 *
 * Quirks: pandas writes its index as a column `__index_level_0__`, which is left out; polars and pandas write 64-bit
 * integers for years; Hugging Face writes row groups of 1000 rows, pandas one of all rows; old Spark writes INT96
 * timestamps and text without a type; Arrow writes lists as `list.element`, older tools as `array`, which is all the same
 * here. Rows of data sets of OpenAlex, arXiv and Semantic Scholar are recognized as in JSON.
 *
 * @throws what `file` throws; PaperfieldError (`bad_input`) if the user named a column that is not there
 */
export async function* readParquetFile(
  file: AsyncBuffer,
  options: ColumnOptions = {},
): AsyncGenerator<SourceRecord | SourceProblem> {
  const opened = await openParquet(file);
  if ('problem' in opened) {
    yield { line: 1, problem: opened.problem, excerpt: '' };
    return;
  }
  const columns = opened.columns.filter((name) => !/^__index_level_\d+__$/.test(name));
  yield* withKnownFields(rowsOf(opened.groups, columns), options, () => columns);
}

async function* rowsOf(
  groups: AsyncIterable<ParquetGroup | SourceProblem>,
  columns: readonly string[],
): AsyncGenerator<SourceRow | SourceProblem> {
  for await (const group of groups) {
    if ('problem' in group) {
      yield group;
      continue;
    }
    const broken = new Set<string>();
    const rowsPerBatch = Math.max(1, Math.min(MAX_BATCH_ROWS, Math.floor((group.rows * BATCH_BYTES) / group.bytes)));
    for (let start = 0; start < group.rows; start += rowsPerBatch) {
      const end = Math.min(start + rowsPerBatch, group.rows);
      const batch = new Map<string, ArrayLike<unknown>>();
      for (const name of columns) {
        if (broken.has(name)) continue;
        try {
          const values = await group.read(name, start, end);
          if (values.length !== end - start) throw new Error(`${values.length} values in ${end - start} rows`);
          batch.set(name, values);
        } catch (error) {
          broken.add(name);
          yield columnProblem(name, group.firstRow + start, group.firstRow + group.rows - 1, error);
        }
      }
      if (batch.size === 0) {
        for (let row = start; row < end; row++) {
          yield { line: group.firstRow + row, problem: 'no column of this row can be read', excerpt: '' };
        }
        continue;
      }
      for (let row = 0; row < end - start; row++) yield rowOf(batch, row, group.firstRow + start + row);
    }
  }
}

function columnProblem(name: string, first: number, last: number, error: unknown): SourceProblem {
  const reason = sourceExcerpt(errorMessage(error).replace(/^parquet /, ''));
  const problem =
    `the column '${sourceExcerpt(name)}' of the rows ${first} to ${last} cannot be read (${reason}); they are read without it; ` +
    'write the file again, for example with pandas or DuckDB';
  return { line: first, problem, excerpt: '' };
}

function rowOf(batch: ReadonlyMap<string, ArrayLike<unknown>>, row: number, line: number): SourceRow {
  const entries = [...batch].map(([name, values]): [string, unknown] => [name, plainValue(values[row])]);
  const values = Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
  const texts = Object.values(values).filter((value) => typeof value === 'string');
  const fields = fieldsOfDialect(values);
  return {
    line,
    values,
    ...(fields && { fields }),
    excerpt: sourceExcerpt(texts.slice(0, 10).join(' | ').slice(0, 400)),
    size: 100 + texts.reduce((sum, text) => sum + text.length, 0),
  };
}
