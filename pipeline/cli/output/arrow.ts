/** The one door to Arrow: tables as files that other programs open without parsing. */
import { float32, float64, int32, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import type { Table } from '../../core/table.ts';

const types = { text: utf8, int32, float32, float64 };

/** A table as an Arrow IPC file ('Feather V2'), uncompressed. Load it when it is wanted: it brings its library. */
export function arrowOf(table: Table): Uint8Array {
  const columns = table.map(({ name, values }): [string, (string | number | null)[]] => [name, [...values]]);
  const typeOf = Object.fromEntries(table.map(({ name, type }) => [name, types[type]()]));
  const bytes = tableToIPC(tableFromArrays(columns, { types: typeOf }), { format: 'file' });
  if (!bytes) throw new Error('a table written to memory gave no bytes');
  return bytes;
}
