/** A column of a table; null where a row has no value. `int32` and the two floats are what the values are kept as. */
export type TableColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: readonly (string | null)[] }
  | {
      readonly name: string;
      readonly type: 'int32' | 'float32' | 'float64';
      readonly values: readonly (number | null)[];
    };

/** Columns of equal length, for other programs to read. */
export type Table = readonly TableColumn[];

/** How many rows a table has. */
export function rowCount(table: Table): number {
  return table[0]?.values.length ?? 0;
}
