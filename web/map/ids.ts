/** The ids of a map's papers, left as the bytes they came in: a million strings would take longer than the map. */

export interface Ids {
  n: number;
  at(row: number): string;
  rowOf(id: string): number | undefined;
}

const LINE_FEED = 10;

/** FNV-1a (Fowler, Noll, Vo). */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let i = from; i < to; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value >>> 0;
}

function isEqual(a: Uint8Array, from: number, to: number, b: Uint8Array): boolean {
  if (to - from !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[from + i] !== b[i]) return false;
  return true;
}

/**
 * @param bytes UTF-8, a line feed behind every id
 * @throws Error where there are not `n` of them
 */
export function readIds(bytes: Uint8Array, n: number): Ids {
  // Of id i the first byte, and of the next the first, less the line feed.
  const starts = new Uint32Array(n + 1);
  let found = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== LINE_FEED) continue;
    found++;
    if (found <= n) starts[found] = i + 1;
  }
  if (found !== n) throw new Error(`map: ${found} ids for ${n} papers`);
  const decoder = new TextDecoder();

  /** Rows by the hash of their id, in the next free place; −1: free. */
  let table: Int32Array | null = null;
  const makeTable = () => {
    const size = 2 ** Math.ceil(Math.log2(2 * n + 2));
    const rows = new Int32Array(size).fill(-1);
    for (let row = 0; row < n; row++) {
      let at = hash(bytes, starts[row]!, starts[row + 1]! - 1) & (size - 1);
      while (rows[at] !== -1) at = (at + 1) & (size - 1);
      rows[at] = row;
    }
    return rows;
  };

  return {
    n,
    at: (row) => decoder.decode(bytes.subarray(starts[row]!, starts[row + 1]! - 1)),
    rowOf(id) {
      table ??= makeTable();
      const sought = new TextEncoder().encode(id);
      let at = hash(sought, 0, sought.length) & (table.length - 1);
      for (; table[at] !== -1; at = (at + 1) & (table.length - 1)) {
        const row = table[at]!;
        if (isEqual(bytes, starts[row]!, starts[row + 1]! - 1, sought)) return row;
      }
      return undefined;
    },
  };
}
