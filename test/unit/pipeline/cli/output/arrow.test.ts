import { tableFromIPC } from '@uwdata/flechette';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeArrowTable } from '../../../../../pipeline/cli/output/arrow.ts';
import type { Table } from '../../../../../pipeline/core/export-table.ts';

const rows = fc.array(
  fc.record({
    text: fc.option(fc.string({ unit: 'grapheme' })),
    int32: fc.option(fc.integer()),
    float32: fc.option(fc.float({ noNaN: true })),
    float64: fc.option(fc.double({ noNaN: true })),
  }),
);

test('every table is read again by the library as it was written, with the types it was written with', () => {
  const names = ['text', 'int32', 'float32', 'float64'] as const;
  fc.assert(
    fc.property(rows, (written) => {
      const table: Table = [
        { name: 'text', type: 'text', values: written.map((row) => row.text) },
        { name: 'int32', type: 'int32', values: written.map((row) => row.int32) },
        { name: 'float32', type: 'float32', values: written.map((row) => row.float32) },
        { name: 'float64', type: 'float64', values: written.map((row) => row.float64) },
      ];
      const bytes = encodeArrowTable(table);
      // The file form begins and ends with its name; the stream form has none.
      expect(new TextDecoder().decode(bytes.subarray(0, 6))).toBe('ARROW1');
      expect(new TextDecoder().decode(bytes.subarray(-6))).toBe('ARROW1');
      const back = tableFromIPC(bytes);
      expect(back.names).toEqual(names);
      expect(back.numRows).toBe(written.length);
      const types = back.schema.fields.map(({ type }) => [
        type.typeId,
        'bitWidth' in type ? type.bitWidth : 'precision' in type ? type.precision : 0,
      ]);
      // Utf8; Int of 32 bits; FloatingPoint, single and double (Schema.fbs of the Arrow format).
      expect(types).toEqual([
        [5, 0],
        [2, 32],
        [3, 1],
        [3, 2],
      ]);
      for (const name of names) {
        const values = Array.from({ length: written.length }, (_, row) => back.at(row)[name]);
        expect(values).toEqual(written.map((row) => row[name]));
      }
    }),
  );
});
