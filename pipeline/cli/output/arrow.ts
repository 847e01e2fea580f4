/** The only use of Arrow: tables as files that other programs read without parsing. Import it lazily, with its library. */
import { float32, float64, int32, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import type { Table } from '../../core/export-table.ts';

const columnTypes = { text: utf8, int32, float32, float64 };

/** A table as an Arrow IPC file ('Feather V2'), uncompressed. */
export function toArrow(table: Table): Uint8Array {
  const columns = table.map(({ name, values }): [string, (string | number | null)[]] => [name, [...values]]);
  const types = Object.fromEntries(table.map(({ name, type }) => [name, columnTypes[type]()]));
  const bytes = tableToIPC(tableFromArrays(columns, { types }), { format: 'file' });
  if (!bytes) throw new Error('flechette returned no bytes for an Arrow file in memory');
  return bytes;
}
