/** Opens Parquet files with hyparquet, and checks what they say of themselves before memory is spent on it. */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { errorMessage } from '../../../core/errors.ts';
import { sourceExcerpt } from '../../issues.ts';
import type { SourceProblem } from '../source-record.ts';
import { pagesProblem } from './parquet-pages.ts';

/** The rows of a Parquet file that are stored together. */
export interface ParquetGroup {
  /** Number of its first row in the file, from 1. */
  readonly firstRow: number;
  readonly rows: number;
  /** Size of its largest column after decompression, in bytes; at least 1. */
  readonly bytes: number;
  /**
   * Reads the values of a column in rows of the group, from 0; `end` is not included.
   *
   * @throws Error if they cannot be read
   */
  read(column: string, start: number, end: number): Promise<ArrayLike<unknown>>;
}

export type ParquetFile =
  | { readonly columns: readonly string[]; readonly groups: AsyncGenerator<ParquetGroup | SourceProblem> }
  | { readonly problem: string };

/** Columns up to this size, after decompression, are decoded once for all rows of a group. */
const SMALL_COLUMN_BYTES = 32 * 2 ** 20;
/** Lists are decoded for all rows of a group, if the file has no index of its pages. */
const MAX_LIST_BYTES = 256 * 2 ** 20;
const MAX_CHUNK_BYTES = 2 ** 30;
const MAX_ROWS = 50_000_000;
const MAX_COLUMNS = 5000;

const size = z.union([z.bigint(), z.number()]).transform(Number).pipe(z.int().nonnegative());
const groupSchema = z.object({
  num_rows: size.pipe(z.number().max(MAX_ROWS)),
  columns: z.array(
    z.object({
      offset_index_offset: z.unknown(),
      meta_data: z.object({
        path_in_schema: z.array(z.string()).min(1),
        num_values: size,
        total_uncompressed_size: size,
        total_compressed_size: size.pipe(z.number().max(MAX_CHUNK_BYTES)),
        data_page_offset: size,
        dictionary_page_offset: size.optional(),
      }),
    }),
  ),
});

/**
 * Opens a Parquet file: reads its description, which is at its end.
 *
 * @throws only what `file` throws
 */
export async function openParquet(file: AsyncBuffer): Promise<ParquetFile> {
  const begin = Buffer.from(file.byteLength < 12 ? new ArrayBuffer(0) : await file.slice(0, 4)).toString('latin1');
  const end = file.byteLength < 12 ? '' : Buffer.from(await file.slice(file.byteLength - 4)).toString('latin1');
  if (begin === 'PARE' || end === 'PARE')
    return { problem: 'an encrypted Parquet file; write it again without encryption' };
  if (begin !== 'PAR1') return { problem: 'not a Parquet file; expected one that begins and ends with PAR1' };
  if (end !== 'PAR1')
    return { problem: 'the end of the Parquet file is missing: the download may be incomplete; get it again' };
  try {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = z.array(z.string().max(10_000)).parse(names);
    if (columns.length > MAX_COLUMNS) return { problem: `the file has more than ${MAX_COLUMNS} columns` };
    return { columns: [...new Set(columns)], groups: groupsOf(file, metadata) };
  } catch (error) {
    const reason = sourceExcerpt(errorMessage(error));
    return { problem: `the description at the end of the Parquet file is damaged (${reason}); get the file again` };
  }
}

async function* groupsOf(file: AsyncBuffer, metadata: FileMetaData): AsyncGenerator<ParquetGroup | SourceProblem> {
  let firstRow = 1;
  for (const [i, group] of metadata.row_groups.entries()) {
    const parsed = groupSchema.safeParse(group);
    if (!parsed.success) {
      const [{ path, message }] = parsed.error.issues;
      const problem = `the row group ${i + 1} is damaged, encrypted or too large (${path.join('.')}: ${message}); its rows are skipped`;
      yield { line: firstRow, problem, excerpt: '' };
      const rows = size.safeParse(group.num_rows);
      firstRow += rows.success && rows.data <= MAX_ROWS ? rows.data : 0;
      continue;
    }
    const rows = parsed.data.num_rows;
    if (rows > 0) {
      yield {
        firstRow,
        rows,
        bytes: Math.max(1, ...parsed.data.columns.map(({ meta_data }) => meta_data.total_uncompressed_size)),
        read: columnReader(file, { ...metadata, num_rows: BigInt(rows), row_groups: [group] }, parsed.data),
      };
    }
    firstRow += rows;
  }
}

/** @param metadata the description of a file with nothing but this group */
function columnReader(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: z.infer<typeof groupSchema>,
): ParquetGroup['read'] {
  const scan = parquetScan({ file, metadata, compressors, geoparquet: false });
  // Without a handler, a group of which no column is read would end the process.
  scan.catch(() => undefined);
  const checked = new Set<string>();
  const check = async (column: string) => {
    const chunks = group.columns.filter(({ meta_data }) => meta_data.path_in_schema[0] === column);
    if (chunks.length === 0) throw new Error('it has no data');
    for (const { meta_data, offset_index_offset } of chunks) {
      const isFlat = meta_data.path_in_schema.length === 1;
      if (!isFlat && offset_index_offset === undefined && meta_data.total_uncompressed_size > MAX_LIST_BYTES) {
        throw new Error('lists of more than 256 MiB in one row group; write smaller row groups');
      }
      const start = meta_data.dictionary_page_offset || meta_data.data_page_offset;
      const from = Math.min(start, meta_data.data_page_offset);
      if (from + meta_data.total_compressed_size > file.byteLength) throw new Error('it is beyond the end of the file');
      const bytes = await file.slice(from, from + meta_data.total_compressed_size);
      const problem = pagesProblem(bytes, meta_data.num_values, isFlat ? group.num_rows : undefined);
      if (problem !== undefined) throw new Error(problem);
    }
    checked.add(column);
  };
  const sizeOf = (column: string) =>
    group.columns
      .filter(({ meta_data }) => meta_data.path_in_schema[0] === column)
      .reduce((sum, { meta_data }) => sum + meta_data.total_uncompressed_size, 0);
  return async (column, start, end) => {
    if (!checked.has(column)) await check(column);
    const { readColumn } = await scan;
    if (sizeOf(column) > SMALL_COLUMN_BYTES) return readColumn({ column, rowStart: start, rowEnd: end });
    // hyparquet keeps the last range of a column.
    return (await readColumn({ column, rowStart: 0, rowEnd: group.num_rows })).slice(start, end);
  };
}
