import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import {
  type Column,
  type Columns,
  float32Parts,
  readColumns,
  writeColumns,
} from '../../../../pipeline/store/columns.ts';
import { scratchFolders, withChangedByte } from '../../../fixtures/scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
const file = join(newFolder(), 'columns.bin');

const column: fc.Arbitrary<Column> = fc.oneof(
  fc.float32Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }),
);
const columnSets = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), column, { maxKeys: 5 });

function readBack(columns: Columns, name: string, like: Column): Column {
  if (like instanceof Float32Array) return columns.float32(name, like.length);
  if (like instanceof Int32Array) return columns.int32(name, like.length);
  return columns.uint8(name, like.length);
}

/** To the bit: −0 is not 0, and a NaN keeps its payload. */
const bytesOf = (column: Column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex');

const small = {
  vectors: Float32Array.of(0.5, -0.25, 3),
  topic: Int32Array.of(-1, 2_147_483_647, -2_147_483_648, 7, 0),
  none: new Float32Array(0),
  keys: Uint8Array.of(255, 0, 1),
};

/** Reads every column of a file that held `small`: as it was, or the error that came instead. */
function outcomes(bytes: Buffer): unknown[] {
  writeFileSync(file, bytes);
  let columns: Columns;
  try {
    columns = readColumns(file);
  } catch (error) {
    return [error];
  }
  return Object.entries(small).map(([name, like]) => {
    try {
      return bytesOf(readBack(columns, name, like)) === bytesOf(like) ? 'as it was' : 'other data';
    } catch (error) {
      return error;
    }
  });
}
const isCorrupt = (outcome: unknown) => outcome instanceof PaperfieldError && outcome.kind === 'corrupt';

describe('a column file', () => {
  test('gives back every column, to the bit, whatever their names, types and lengths', () => {
    fc.assert(
      fc.property(columnSets, (columns) => {
        writeColumns(file, columns);
        const read = readColumns(file);
        for (const [name, like] of Object.entries(columns)) {
          const back = readBack(read, name, like);
          expect(back.constructor).toBe(like.constructor);
          expect(bytesOf(back)).toBe(bytesOf(like));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('holds what a view shows and not the buffer behind it', () => {
    writeColumns(file, { middle: Float32Array.of(1, 2, 3, 4).subarray(1, 3), bytes: Buffer.from('pooled') });
    expect([...readColumns(file).float32('middle')]).toEqual([2, 3]);
    expect(Buffer.from(readColumns(file).uint8('bytes')).toString()).toBe('pooled');
  });

  test('is the same, byte for byte, for the same columns', () => {
    writeColumns(file, small);
    const once = readFileSync(file);
    writeColumns(file, small);
    expect(readFileSync(file).equals(once)).toBe(true);
  });

  test('gives a column of floats in parts as it gives the whole', () => {
    fc.assert(
      fc.property(columnSets, fc.float32Array({ maxLength: 60 }), fc.nat(20), (columns, values, size) => {
        writeColumns(file, { ...columns, values });
        const parts = [...float32Parts(file, 'values', values.length, size + 1)].map((part) => part.length);
        expect(parts.reduce((sum, length) => sum + length, 0)).toBe(values.length);
        let whole = '';
        for (const part of float32Parts(file, 'values', values.length, size + 1)) whole += bytesOf(part);
        expect(whole).toBe(bytesOf(values));
      }),
      { numRuns: 100 },
    );
  });

  test('cut anywhere, absent, or of another length, gives no parts but an error', () => {
    writeColumns(file, { values: Float32Array.of(1, 2, 3, 4) });
    const whole = readFileSync(file);
    const read = (length: number) => () => [...float32Parts(file, 'values', length, 3)];
    expect(read(4)).not.toThrow();
    for (const length of [3, 5]) expect(read(length)).toThrow(PaperfieldError);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(read(4)).toThrow(PaperfieldError);
    }
    expect(() => [...float32Parts(join(newFolder(), 'absent'), 'values', 4, 3)]).toThrow(PaperfieldError);
  });

  test('cut anywhere gives an error or the columns that are still whole, never other data', () => {
    writeColumns(file, small);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      const seen = outcomes(whole.subarray(0, length));
      expect([length, seen.filter((outcome) => outcome !== 'as it was' && !isCorrupt(outcome))]).toEqual([length, []]);
      // All but the padding behind the last column is needed.
      if (length < whole.length - 5) expect(seen.some(isCorrupt)).toBe(true);
    }
  });

  test('with a changed byte gives an error that says so or columns, never a crash', () => {
    writeColumns(file, small);
    const whole = readFileSync(file);
    const crashes = new Set<string>();
    for (let at = 0; at < whole.length; at++) {
      for (const outcome of outcomes(withChangedByte(whole, at))) {
        if (typeof outcome !== 'string' && !isCorrupt(outcome)) crashes.add(`byte ${at}: ${outcome}`);
      }
    }
    expect([...crashes]).toEqual([]);
  });

  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    ['another magic', (bytes) => bytes.write('PFCK'), /is no column file/],
    ['a later version', (bytes) => bytes.writeUInt32LE(2, 4), /has version 2, expected 1/],
    ['a header that is no JSON', (bytes) => bytes.write('{{', 12), /has no readable header/],
    ['a header of another form', (bytes) => bytes.write('{"Columns":', 12), /has no readable header/],
  ])('with %s is refused', (_, damage, message) => {
    writeColumns(file, small);
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    expect(() => readColumns(file)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
    expect(() => readColumns(file)).toThrow(message);
  });

  test('refuses a column of another name, type or length', () => {
    writeColumns(file, small);
    const columns = readColumns(file);
    expect(() => columns.float32('places')).toThrow(/lacks the column places \(float32\)/);
    expect(() => columns.int32('vectors')).toThrow(/lacks the column vectors \(int32\)/);
    expect(() => columns.float32('vectors', 4)).toThrow(/lacks the column vectors \(float32 × 4\)/);
    expect(() => columns.float32('vectors', 4)).toThrow(PaperfieldError);
  });

  // Written by version 1 of the format; never to be made anew. A later version reads it too, or says why not.
  test('of version 1 stays readable', () => {
    const golden = readColumns(
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
