/** The binary answer of /api/map (data/README.md, 'Map columns'): typed arrays laid over the buffer, nothing copied. */
import { type Ids, readIds } from './ids.ts';

/** Entry i of each column is the same paper. */
export interface Columns {
  snapshot: string;
  ids: Ids;
  /** Map units, as the projection gave them. */
  x: Float32Array;
  y: Float32Array;
  /** Ids of topics, of the chosen level and the deepest; −1 for a paper of none. */
  topic: Int32Array;
  leaf: Int32Array;
  /** For a paper of no topic of the chosen level the nearest of them; −1 for all others. */
  nearest: Int32Array;
  /** How far its place can be believed: 255 is wholly. */
  trust: Uint8Array;
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
    leaf: new Int32Array(buffer, HEADER + 12 * n, n),
    nearest: new Int32Array(buffer, HEADER + 16 * n, n),
    trust: new Uint8Array(buffer, HEADER + 28 * n, n),
    date: new Int32Array(buffer, HEADER + 20 * n, n),
    comments: new Int32Array(buffer, HEADER + 24 * n, n),
  };
}
