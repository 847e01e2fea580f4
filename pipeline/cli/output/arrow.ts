/** Encodes tables as Arrow files. Import this module lazily, because it loads the Arrow library. */
import { float32, float64, int32, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import type { Table } from '../../core/export-table.ts';

const columnTypes = { text: utf8, int32, float32, float64 };

/** A table as an uncompressed Arrow IPC file ('Feather V2'), which other programs read without parsing. */
export function encodeArrowTable(table: Table): Uint8Array {
  const columns = table.map(({ name, values }): [string, (string | number | null)[]] => [name, [...values]]);
  const types = Object.fromEntries(table.map(({ name, type }) => [name, columnTypes[type]()]));
  const bytes = tableToIPC(tableFromArrays(columns, { types }), { format: 'file' });
  if (!bytes) throw new Error('flechette returned no bytes for an Arrow file in memory');
  return bytes;
}
