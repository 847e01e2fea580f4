import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 96;
/** No index has that many layers: each holds a share of 1/M of the one below. */
const MOST_LAYERS = 64;

/**
 * What is wrong with the head of an index file, or undefined. hnswlib believes every number in it, and ends the process
 * over a wrong one; the numbers depend on each other, so most damage shows.
 *
 * Layout (hnswlib's `saveIndex`): offset of layer 0, capacity, count, bytes a node, offset of the label, offset of the
 * vector (64 bits each), top layer, entry node (32), links on upper layers, on layer 0, M (64), 1/ln M (float64),
 * efConstruction (64).
 */
export function hnswHeaderFault(path: string, count: number, dimensions: number): string | undefined {
  const head = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  let size: number;
  try {
    size = fstatSync(file).size;
    if (readSync(file, head, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 'is cut short';
  } finally {
    closeSync(file);
  }
  const wide = (at: number) => Number(head.readBigUInt64LE(at));
  const [offset, capacity, stored, nodeBytes, labelAt, vectorAt] = [0, 8, 16, 24, 32, 40].map(wide);
  const topLayer = head.readInt32LE(48);
  const entry = head.readUInt32LE(52);
  const [upperLinks, groundLinks, m] = [56, 64, 72].map(wide);
  if (stored !== count) return `holds ${stored} vectors, expected ${count}`;
  const linkBytes = groundLinks * 4 + 4;
  const isSound =
    offset === 0 &&
    capacity >= stored &&
    capacity <= Math.max(1, stored) &&
    upperLinks === m &&
    groundLinks === 2 * m &&
    vectorAt === linkBytes &&
    labelAt === linkBytes + dimensions * 4 &&
    nodeBytes === labelAt + 8 &&
    topLayer >= 0 &&
    topLayer < MOST_LAYERS &&
    entry < Math.max(1, stored) &&
    Math.abs(head.readDoubleLE(80) - 1 / Math.log(m)) < 1e-9 &&
    wide(88) >= 1 &&
    wide(88) <= 100_000;
  if (!isSound) return `has a damaged head, or vectors of another length than ${dimensions}`;
  return size < HEADER_BYTES + capacity * nodeBytes ? 'is cut short' : undefined;
}
