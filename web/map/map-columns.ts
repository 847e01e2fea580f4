/** Decodes the binary response of /api/map. Its layout is described in data/README.md, 'Map columns'. */

/**
 * The ids of the papers, by row. They stay the UTF-8 bytes they were sent as: decoding a million strings would take longer than
 * drawing the map.
 */
export interface PaperIds {
  n: number;
  at(row: number): string;
  rowOf(id: string): number | undefined;
}

/** Entry i of every column belongs to the same paper. */
export interface MapColumns {
  snapshot: string;
  ids: PaperIds;
  /** In map units. */
  x: Float32Array;
  y: Float32Array;
  /** Ids of topics, at the default level and at the deepest; −1 for a paper in none. */
  topic: Int32Array;
  leafTopic: Int32Array;
  /** For a paper in no topic of the default level the nearest one; −1 for all others. */
  nearestTopic: Int32Array;
  /** The share of its nearest papers that are near on the map; 255 is all of them. */
  neighborRecall: Uint8Array;
  /** Days since 1970-01-01; a month or a year at its first day; −2147483648 if unknown. */
  date: Int32Array;
  /** −1 if unknown. */
  comments: Int32Array;
}

const HEADER_BYTES = 16;
const MAGIC = 'PFMP';
const VERSION = 3;
/** Of all columns but the ids. */
const BYTES_PER_PAPER = 29;

/**
 * Typed arrays over the buffer; nothing is copied.
 *
 * @throws Error if it is not a map of this version, with what was found and what was expected
 */
export function decodeColumns(buffer: ArrayBuffer, snapshot: string): MapColumns {
  if (buffer.byteLength < HEADER_BYTES) throw new Error(`map: ${buffer.byteLength} bytes, shorter than its header`);
  const header = new DataView(buffer);
  const magic = new TextDecoder('latin1').decode(new Uint8Array(buffer, 0, 4));
  if (magic !== MAGIC) throw new Error(`map: starts with ${JSON.stringify(magic)}, expected ${MAGIC}`);
  const version = header.getUint32(4, true);
  if (version !== VERSION) throw new Error(`map: format version ${version}, this page reads ${VERSION}; reload it`);
  const n = header.getUint32(8, true);
  const idBytes = header.getUint32(12, true);
  const expected = HEADER_BYTES + BYTES_PER_PAPER * n + idBytes;
  if (buffer.byteLength !== expected) throw new Error(`map: ${buffer.byteLength} bytes, expected ${expected}`);
  return {
    snapshot,
    ids: readIds(new Uint8Array(buffer, HEADER_BYTES + BYTES_PER_PAPER * n, idBytes), n),
    x: new Float32Array(buffer, HEADER_BYTES, n),
    y: new Float32Array(buffer, HEADER_BYTES + 4 * n, n),
    topic: new Int32Array(buffer, HEADER_BYTES + 8 * n, n),
    leafTopic: new Int32Array(buffer, HEADER_BYTES + 12 * n, n),
    nearestTopic: new Int32Array(buffer, HEADER_BYTES + 16 * n, n),
    date: new Int32Array(buffer, HEADER_BYTES + 20 * n, n),
    comments: new Int32Array(buffer, HEADER_BYTES + 24 * n, n),
    neighborRecall: new Uint8Array(buffer, HEADER_BYTES + 28 * n, n),
  };
}

const LINE_FEED = 10;

/**
 * @param bytes UTF-8, with a line feed after every id
 * @throws Error if there are not `n` ids
 */
export function readIds(bytes: Uint8Array, n: number): PaperIds {
  // The first byte of id i; its line feed is just before the start of the next id.
  const starts = new Uint32Array(n + 1);
  let found = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== LINE_FEED) continue;
    found++;
    if (found <= n) starts[found] = i + 1;
  }
  if (found !== n) throw new Error(`map: ${found} ids for ${n} papers`);
  const decoder = new TextDecoder();

  /** A hash table with linear probing: rows, or −1 for a free slot. Created at the first look-up. */
  let table: Int32Array | null = null;
  const createTable = () => {
    const size = 2 ** Math.ceil(Math.log2(2 * n + 2));
    const rows = new Int32Array(size).fill(-1);
    for (let row = 0; row < n; row++) {
      let slot = fnv1a(bytes, starts[row], starts[row + 1] - 1) & (size - 1);
      while (rows[slot] !== -1) slot = (slot + 1) & (size - 1);
      rows[slot] = row;
    }
    return rows;
  };

  return {
    n,
    at: (row) => decoder.decode(bytes.subarray(starts[row], starts[row + 1] - 1)),
    rowOf(id) {
      table ??= createTable();
      const key = new TextEncoder().encode(id);
      let slot = fnv1a(key, 0, key.length) & (table.length - 1);
      for (; table[slot] !== -1; slot = (slot + 1) & (table.length - 1)) {
        const row = table[slot];
        if (isEqual(bytes, starts[row], starts[row + 1] - 1, key)) return row;
      }
      return undefined;
    },
  };
}

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
function fnv1a(bytes: Uint8Array, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let i = from; i < to; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return value >>> 0;
}

function isEqual(a: Uint8Array, from: number, to: number, b: Uint8Array): boolean {
  if (to - from !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[from + i] !== b[i]) return false;
  return true;
}
