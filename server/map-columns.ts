/** The map as binary columns. The layout stands in data/README.md, 'Map columns'. */

const MAGIC = 'PFMP';
const VERSION = 2;
const HEADER_BYTES = 16;
const BYTES_A_PAPER = 21;

/** By row. */
export interface MapColumns {
  /** No id holds a line feed: the parsers refuse control characters. */
  readonly ids: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Ids of topics, −1 for none: of the chosen level, the deepest, and the nearest of a paper in none. */
  readonly topic: Int32Array;
  readonly leaf: Int32Array;
  readonly nearest: Int32Array;
  /** In [0, 1]; told in 255 steps. */
  readonly trust: ArrayLike<number>;
}

export function encodeMapColumns(columns: MapColumns): Uint8Array<ArrayBuffer> {
  const { ids, x, y, topic, leaf, nearest, trust } = columns;
  const idBlock = new TextEncoder().encode(ids.map((id) => `${id}\n`).join(''));
  const n = ids.length;
  const bytes = new Uint8Array(HEADER_BYTES + BYTES_A_PAPER * n + idBlock.byteLength);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  header.setUint32(4, VERSION, true);
  header.setUint32(8, n, true);
  header.setUint32(12, idBlock.byteLength, true);
  [x, y].forEach((column, i) => {
    new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n * i, n).set(column);
  });
  [topic, leaf, nearest].forEach((column, i) => {
    new Int32Array(bytes.buffer, HEADER_BYTES + 4 * n * (2 + i), n).set(column);
  });
  bytes.set(
    Uint8Array.from(trust, (share) => Math.round(share * 255)),
    HEADER_BYTES + 20 * n,
  );
  bytes.set(idBlock, HEADER_BYTES + BYTES_A_PAPER * n);
  return bytes;
}
