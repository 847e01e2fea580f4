/** Decodes the binary response of /api/map. Its layout is described in data/README.md, 'Map columns'. */

/**
 * The ids of the papers, by row. They stay in the UTF-8 bytes of the response, because decoding a million strings would
 * take longer than drawing the map.
 */
export interface PaperIds {
  n: number;
  at(row: number): string;
  rowOf(id: string): number | undefined;
}

/** The columns of the map. Entry i of every column belongs to the same paper. */
export interface MapColumns {
  snapshot: string;
  ids: PaperIds;
  /** Positions on the map, in map units. */
  x: Float32Array;
  y: Float32Array;
  /** The id of the paper's topic at the default level; −1 if it is in none. */
  topic: Int32Array;
  /** The id of the paper's topic at the deepest level; −1 if it is in none. */
  leafTopic: Int32Array;
  /** The id of the nearest topic of the default level, for papers that are in none; −1 for all others. */
  nearestTopic: Int32Array;
  /** The share of a paper's most similar papers that are also nearest to it on the map, from 0 (none) to 255 (all). */
  neighborRecall: Uint8Array;
  /** Days since 1970-01-01; −2147483648 if unknown. A date that is only a month or a year counts as its first day. */
  date: Int32Array;
  /** The number of comments; −1 if unknown. */
  comments: Int32Array;
}

const HEADER_BYTES = 16;
const MAGIC = 'PFMP';
const VERSION = 3;
/** The bytes that one paper takes in all columns except the ids. */
const BYTES_PER_PAPER = 29;

/**
 * Decodes the response of /api/map. The columns are typed arrays over the buffer; nothing is copied.
 *
 * @throws Error if the buffer is not a map of this format version; the message says what was found and expected
 */
export function decodeMapColumns(buffer: ArrayBuffer, snapshot: string): MapColumns {
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
    ids: decodePaperIds(new Uint8Array(buffer, HEADER_BYTES + BYTES_PER_PAPER * n, idBytes), n),
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
 * Decodes the ids of `n` papers.
 *
 * @param bytes UTF-8, with a line feed after every id
 * @throws Error if there are not `n` ids
 */
export function decodePaperIds(bytes: Uint8Array, n: number): PaperIds {
  // `starts[i]` is the first byte of id i. The line feed after id i is just before `starts[i + 1]`.
  const starts = new Uint32Array(n + 1);
  let found = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== LINE_FEED) continue;
    found++;
    if (found <= n) starts[found] = i + 1;
  }
  if (found !== n) throw new Error(`map: ${found} ids for ${n} papers`);
  const decoder = new TextDecoder();

  /**
   * A hash table with linear probing, which finds the row of an id. A slot is a row, or −1 if it is free. Created at
   * the first look-up.
   */
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

/** The 32-bit FNV-1a hash (Fowler, Noll, Vo) of a range of bytes. */
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
