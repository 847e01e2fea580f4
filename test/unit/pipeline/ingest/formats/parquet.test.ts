import type { AsyncBuffer } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { readParquet, readParquetFile } from '../../../../../pipeline/ingest/formats/tabular/parquet.ts';
import { plainValue } from '../../../../../pipeline/ingest/formats/tabular/parquet-values.ts';
import { collect, formatFixture, inChunks } from '../../../../fixtures/damaged-bytes.ts';

const read = (content: Uint8Array, options = {}) => collect(readParquet(inChunks(content), options));

test('every compression and version of pages gives the same records', async () => {
  const all = await Promise.all(
    ['none', 'zstd', 'gzip', 'brotli', 'lz4'].map((name) => read(formatFixture(`pyarrow-${name}.parquet`))),
  );
  for (const parts of all) expect(parts).toEqual(all[0]);
  expect(all[0].map(({ line }) => line)).toEqual([1, 2, 3, 4]);
});

test('a file is read where it is needed, row group by row group', async () => {
  const bytes = new Uint8Array(formatFixture('hugging-face.parquet')).buffer;
  const slices: [number, number][] = [];
  const file: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end = bytes.byteLength) => {
      slices.push([start, end]);
      return bytes.slice(start, end);
    },
  };
  expect(await collect(readParquetFile(file))).toEqual(await read(new Uint8Array(bytes)));
  // Once, for the description: hyparquet reads the last 512 KiB for it.
  expect(slices.filter(([start, end]) => start === 0 && end === bytes.byteLength)).toHaveLength(1);
});

test('columns that the user named win, and the index of pandas is no column', async () => {
  const columns = { title: 'DOI' };
  const [part] = await read(formatFixture('pandas.parquet'), { columns });
  expect(part).toMatchObject({ fields: { title: '10.5555/PQ.1', Title: 'Index one', date: '2001' } });
  expect(Object.keys('fields' in part ? part.fields : {})).not.toContain('__index_level_0__');
  await expect(read(formatFixture('pandas.parquet'), { columns: { title: 'x' } })).rejects.toThrow(
    "'Title', 'Year', 'DOI'",
  );
});

describe('damage', () => {
  const original = formatFixture('hugging-face.parquet');
  const problemsOf = async (content: Uint8Array) =>
    (await read(content)).flatMap((part) => ('problem' in part ? [part.problem] : []));

  test('a file without its end says that the download may be incomplete', async () => {
    expect(await problemsOf(original.subarray(0, -100))).toEqual([
      expect.stringContaining('the end of the Parquet file is missing'),
    ]);
    expect(await problemsOf(original.subarray(0, 8))).toEqual([expect.stringContaining('not a Parquet file')]);
    expect(await problemsOf(Buffer.from('title,year\n'))).toEqual([expect.stringContaining('not a Parquet file')]);
    expect(await problemsOf(Buffer.alloc(0))).toEqual([expect.stringContaining('not a Parquet file')]);
  });

  test('a damaged description is a problem', async () => {
    const damaged = Buffer.from(original);
    const start = damaged.length - 8 - damaged.readUInt32LE(damaged.length - 8);
    damaged.fill(0xff, start, start + 50);
    expect(await problemsOf(damaged)).toEqual([expect.stringContaining('the description at the end')]);
  });

  test('a damaged column is a problem, and its rows are read without it', async () => {
    // The first column chunk begins behind the four bytes of the signature.
    const damaged = Buffer.from(original);
    damaged.fill(0xff, 4, 40);
    const parts = await read(damaged);
    const records = parts.flatMap((part) => ('fields' in part ? [part] : []));
    expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(records[0].fields).toMatchObject({ title: 'Glass houses, thrown stones' });
    expect(records[0].fields).not.toHaveProperty('arxivId');
    expect(parts.find((part) => 'problem' in part)).toMatchObject({
      line: 1,
      problem: expect.stringContaining("the column 'id' of the rows 1 to 2 cannot be read"),
    });
  });

  test('an encrypted file says so', async () => {
    expect(await problemsOf(Buffer.concat([original.subarray(0, -4), Buffer.from('PARE')]))).toEqual([
      expect.stringContaining('encrypted'),
    ]);
  });
});

test('values become what JSON would hold', () => {
  expect(plainValue(12n)).toBe(12);
  expect(plainValue(2n ** 60n)).toBe('1152921504606846976');
  expect(plainValue(new Date('2024-01-02T00:00:00Z'))).toBe('2024-01-02');
  expect(plainValue(new Date('2024-01-02T03:04:05Z'))).toBe('2024-01-02T03:04:05.000Z');
  expect(plainValue(new Date(Number.NaN))).toBeUndefined();
  expect(plainValue(Buffer.from('text'))).toBe('text');
  expect(plainValue(Uint8Array.of(0xff))).toBeUndefined();
  expect(plainValue(Float32Array.of(0.5, 1))).toEqual([0.5, 1]);
  expect(plainValue([1n, undefined, Number.NaN])).toEqual([1, null, null]);
  expect(plainValue({ a: { b: 1n } })).toEqual({ a: { b: 1 } });
});
