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

/** The binary answer of /api/map (data/README.md, 'Map columns'): typed arrays laid over the buffer, nothing copied. */

/** Entry i of each column is the same paper. */
export interface Columns {
  snapshot: string;
  ids: Ids;
  /** Map units, as the projection gave them. */
  x: Float32Array;
  y: Float32Array;
  /** Ids of topics, of the chosen level and the deepest; −1 for a paper of none. */
  topic: Int32Array;
  leafTopic: Int32Array;
  /** For a paper of no topic of the chosen level the nearest of them; −1 for all others. */
  nearestTopic: Int32Array;
  /** How far its place can be believed: 255 is wholly. */
  neighborRecall: Uint8Array;
  /** Days since 1970-01-01, a month or a year at its first day; −2147483648 where the date is not known. */
  date: Int32Array;
  /** −1 where it is not known. */
  comments: Int32Array;
}

const HEADER = 16;
const MAGIC = 'PFMP';
const VERSION = 3;
const BYTES_A_PAPER = 29;

/** @throws Error naming what was found and what was expected. */
export function decodeColumns(buffer: ArrayBuffer, snapshot: string): Columns {
  if (buffer.byteLength < HEADER) throw new Error(`map: ${buffer.byteLength} bytes, shorter than its header`);
  const header = new DataView(buffer);
  const magic = new TextDecoder('latin1').decode(new Uint8Array(buffer, 0, 4));
  if (magic !== MAGIC) throw new Error(`map: starts with ${JSON.stringify(magic)}, expected ${MAGIC}`);
  const version = header.getUint32(4, true);
  if (version !== VERSION) throw new Error(`map: format version ${version}, this page reads ${VERSION}; reload it`);
  const n = header.getUint32(8, true);
  const idBytes = header.getUint32(12, true);
  const expected = HEADER + BYTES_A_PAPER * n + idBytes;
  if (buffer.byteLength !== expected) throw new Error(`map: ${buffer.byteLength} bytes, expected ${expected}`);
  return {
    snapshot,
    ids: readIds(new Uint8Array(buffer, HEADER + BYTES_A_PAPER * n, idBytes), n),
    x: new Float32Array(buffer, HEADER, n),
    y: new Float32Array(buffer, HEADER + 4 * n, n),
    topic: new Int32Array(buffer, HEADER + 8 * n, n),
    leafTopic: new Int32Array(buffer, HEADER + 12 * n, n),
    nearestTopic: new Int32Array(buffer, HEADER + 16 * n, n),
    neighborRecall: new Uint8Array(buffer, HEADER + 28 * n, n),
    date: new Int32Array(buffer, HEADER + 20 * n, n),
    comments: new Int32Array(buffer, HEADER + 24 * n, n),
  };
}
