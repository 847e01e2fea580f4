/** Checks the headers of the pages of a Parquet column: hyparquet trusts their numbers with memory and time. */
import { parquetHeader } from 'hyparquet/src/column.js';
import { z } from 'zod';

/** The largest page after decompression, in bytes. Writers make pages of 8 KiB to 1 MiB. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;
/** The most values of a page: a page of one value that repeats has no size. */
const MAX_PAGE_VALUES = 20_000_000;

const size = z.int().nonnegative().max(MAX_PAGE_BYTES);
const count = z.int().nonnegative().max(MAX_PAGE_VALUES);
const headerSchema = z.object({
  type: z.enum(['DATA_PAGE', 'DATA_PAGE_V2', 'DICTIONARY_PAGE', 'INDEX_PAGE']),
  uncompressed_page_size: size,
  compressed_page_size: size,
  data_page_header: z.object({ num_values: count }).optional(),
  dictionary_page_header: z.object({ num_values: count }).optional(),
  data_page_header_v2: z
    .object({
      num_values: count,
      num_rows: count,
      num_nulls: count,
      definition_levels_byte_length: size,
      repetition_levels_byte_length: size,
    })
    .optional(),
});

/**
 * Why the pages of a column cannot be read; undefined if their headers are plausible.
 *
 * @param bytes the pages, one after the other
 * @param values how many values they have, as the file says
 * @param rows how many rows they have, if a row has one value
 */
export function pagesProblem(bytes: ArrayBuffer, values: number, rows: number | undefined): string | undefined {
  const reader = { view: new DataView(bytes), offset: 0 };
  let found = 0;
  while (reader.offset < bytes.byteLength - 1 && found < values) {
    let header: z.infer<typeof headerSchema>;
    try {
      header = headerSchema.parse(parquetHeader(reader));
    } catch {
      return 'the header of a page is damaged';
    }
    const dictionary = header.dictionary_page_header?.num_values ?? 0;
    const levels = header.data_page_header_v2;
    const isTooLong =
      reader.offset + header.compressed_page_size > bytes.byteLength ||
      dictionary > header.uncompressed_page_size ||
      (levels &&
        levels.definition_levels_byte_length + levels.repetition_levels_byte_length > header.uncompressed_page_size) ||
      (levels && (levels.num_nulls > levels.num_values || levels.num_rows > levels.num_values));
    if (isTooLong) return 'the header of a page is damaged';
    reader.offset += header.compressed_page_size;
    found += header.data_page_header?.num_values ?? levels?.num_values ?? 0;
  }
  if (found !== values || (rows !== undefined && found !== rows))
    return `${found} values in place of ${rows ?? values}`;
  return undefined;
}
