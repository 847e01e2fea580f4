/** The map as binary columns. The layout stands in data/README.md, 'Map columns'. */

const MAGIC = 'PFMP';
const VERSION = 1;
const HEADER_BYTES = 16;

/**
 * @param ids no id holds a line feed: the parsers refuse control characters
 */
export function encodeMapColumns(
  ids: readonly string[],
  x: Float32Array,
  y: Float32Array,
  topic: Int32Array,
): Uint8Array<ArrayBuffer> {
  const idBlock = new TextEncoder().encode(ids.map((id) => `${id}\n`).join(''));
  const n = ids.length;
  const bytes = new Uint8Array(HEADER_BYTES + 12 * n + idBlock.byteLength);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  header.setUint32(4, VERSION, true);
  header.setUint32(8, n, true);
  header.setUint32(12, idBlock.byteLength, true);
  new Float32Array(bytes.buffer, HEADER_BYTES, n).set(x);
  new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n, n).set(y);
  new Int32Array(bytes.buffer, HEADER_BYTES + 8 * n, n).set(topic);
  bytes.set(idBlock, HEADER_BYTES + 12 * n);
  return bytes;
}
