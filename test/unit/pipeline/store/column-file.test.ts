import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import {
  type ColumnArray,
  type ColumnFile,
  readColumnFile,
  readFloat32ColumnInChunks,
  writeColumnFile,
} from '../../../../pipeline/store/column-file.ts';
import { flipByte, tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const file = join(newFolder(), 'columns.bin');

const column: fc.Arbitrary<ColumnArray> = fc.oneof(
  fc.float64Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }),
);
const columnSets = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), column, { maxKeys: 5 });

function readBack(columns: ColumnFile, name: string, like: ColumnArray): ColumnArray {
  if (like instanceof Float64Array) return columns.float64(name, like.length);
  if (like instanceof Float32Array) return columns.float32(name, like.length);
  if (like instanceof Int32Array) return columns.int32(name, like.length);
  return columns.uint8(name, like.length);
}

/** Compares bits: −0 differs from 0, and a NaN keeps its payload. */
const bytesOf = (column: ColumnArray) =>
  Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex');

const small = {
  vectors: Float32Array.of(0.5, -0.25, 3),
  topic: Int32Array.of(-1, 2_147_483_647, -2_147_483_648, 7, 0),
  none: new Float32Array(0),
  keys: Uint8Array.of(255, 0, 1),
};

/** Reads every column of a damaged file of `small`: for each, whether it is unchanged, or the error. */
function outcomes(bytes: Buffer): unknown[] {
  writeFileSync(file, bytes);
  let columns: ColumnFile;
  try {
    columns = readColumnFile(file);
  } catch (error) {
    return [error];
  }
  return Object.entries(small).map(([name, like]) => {
    try {
      return bytesOf(readBack(columns, name, like)) === bytesOf(like) ? 'unchanged' : 'other data';
    } catch (error) {
      return error;
    }
  });
}
const isCorrupt = (outcome: unknown) => outcome instanceof PaperfieldError && outcome.kind === 'corrupt';

describe('a column file', () => {
  test('reads back every column, bit for bit, whatever the names, types and lengths', () => {
    fc.assert(
      fc.property(columnSets, (columns) => {
        writeColumnFile(file, columns);
        const read = readColumnFile(file);
        for (const [name, like] of Object.entries(columns)) {
          const back = readBack(read, name, like);
          expect(back.constructor).toBe(like.constructor);
          expect(bytesOf(back)).toBe(bytesOf(like));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('contains the values of a view, not the whole buffer behind it', () => {
    writeColumnFile(file, { middle: Float32Array.of(1, 2, 3, 4).subarray(1, 3), bytes: Buffer.from('pooled') });
    expect([...readColumnFile(file).float32('middle')]).toEqual([2, 3]);
    expect(Buffer.from(readColumnFile(file).uint8('bytes')).toString()).toBe('pooled');
  });

  test('has equal bytes for equal columns', () => {
    writeColumnFile(file, small);
    const once = readFileSync(file);
    writeColumnFile(file, small);
    expect(readFileSync(file).equals(once)).toBe(true);
  });

  test('reads a column of floats in chunks with the same values as in one piece', () => {
    fc.assert(
      fc.property(columnSets, fc.float32Array({ maxLength: 60 }), fc.nat(20), (columns, values, size) => {
        writeColumnFile(file, { ...columns, values });
        const lengths = [...readFloat32ColumnInChunks(file, 'values', values.length, size + 1)].map(
          (chunk) => chunk.length,
        );
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(values.length);
        let whole = '';
        for (const chunk of readFloat32ColumnInChunks(file, 'values', values.length, size + 1)) whole += bytesOf(chunk);
        expect(whole).toBe(bytesOf(values));
      }),
      { numRuns: 100 },
    );
  });

  test('truncated anywhere, missing, or of another length, gives an error in place of chunks', () => {
    writeColumnFile(file, { values: Float32Array.of(1, 2, 3, 4) });
    const whole = readFileSync(file);
    const read = (length: number) => () => [...readFloat32ColumnInChunks(file, 'values', length, 3)];
    expect(read(4)).not.toThrow();
    for (const length of [3, 5]) expect(read(length)).toThrow(PaperfieldError);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(read(4)).toThrow(PaperfieldError);
    }
    expect(() => [...readFloat32ColumnInChunks(join(newFolder(), 'absent'), 'values', 4, 3)]).toThrow(PaperfieldError);
  });

  test('truncated anywhere gives an error or the columns that are still complete, never other data', () => {
    writeColumnFile(file, small);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      const seen = outcomes(whole.subarray(0, length));
      expect([length, seen.filter((outcome) => outcome !== 'unchanged' && !isCorrupt(outcome))]).toEqual([length, []]);
      // Everything but the padding after the last column is needed.
      if (length < whole.length - 5) expect(seen.some(isCorrupt)).toBe(true);
    }
  });

  test('with any byte changed gives columns or a PaperfieldError, never another error', () => {
    writeColumnFile(file, small);
    const whole = readFileSync(file);
    const crashes = new Set<string>();
    for (let at = 0; at < whole.length; at++) {
      for (const outcome of outcomes(flipByte(whole, at))) {
        if (typeof outcome !== 'string' && !isCorrupt(outcome)) crashes.add(`byte ${at}: ${outcome}`);
      }
    }
    expect([...crashes]).toEqual([]);
  });

  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    ['another magic', (bytes) => bytes.write('PFCK'), /is not a column file/],
    ['a later version', (bytes) => bytes.writeUInt32LE(2, 4), /has version 2, expected 1/],
    ['a header that is not JSON', (bytes) => bytes.write('{{', 12), /has no readable header/],
    ['a header with other keys', (bytes) => bytes.write('{"Columns":', 12), /has no readable header/],
  ])('with %s is rejected', (_, damage, message) => {
    writeColumnFile(file, small);
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    expect(() => readColumnFile(file)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
    expect(() => readColumnFile(file)).toThrow(message);
  });

  test('rejects a column of another name, type or length', () => {
    writeColumnFile(file, small);
    const columns = readColumnFile(file);
    expect(() => columns.float32('positions')).toThrow(/lacks the column positions \(float32\)/);
    expect(() => columns.int32('vectors')).toThrow(/lacks the column vectors \(int32\)/);
    expect(() => columns.float32('vectors', 4)).toThrow(/lacks the column vectors \(float32 × 4\)/);
    expect(() => columns.float32('vectors', 4)).toThrow(PaperfieldError);
  });

  // Written by version 1 of the format; never regenerate it. Later versions must read it, or say why they cannot.
  test('of version 1 remains readable', () => {
    const golden = readColumnFile(
      join(import.meta.dirname, '..', '..', '..', '..', 'test', 'golden', 'formats', 'columns-v1.bin'),
    );
    expect([...golden.float32('vectors', 6)]).toEqual([
      0.5,
      -0.25,
      3,
      Math.fround(1e-38),
      -0,
      Number.POSITIVE_INFINITY,
    ]);
    expect([...golden.int32('topic', 5)]).toEqual([-1, 2_147_483_647, -2_147_483_648, 7, 0]);
    expect([...golden.uint8('keys', 3)]).toEqual([255, 0, 1]);
    expect(golden.float32('none', 0)).toHaveLength(0);
  });
});
