import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 96;

/**
 * What is wrong with the head of an index file, or undefined. hnswlib believes every number in it, and ends the process
 * over a wrong one; the numbers depend on each other, so most damage shows.
 *
 * Layout (hnswlib's `saveIndex`): offset of layer 0, capacity, count, bytes a node, offset of the label, offset of the
 * vector (64 bits each), top layer, entry node (32), links on upper layers, on layer 0, M (64), 1/ln M (float64),
 * efConstruction (64).
 */
export function hnswHeaderFault(path: string, count: number, dimensions: number): string | undefined {
  const file = openSync(path, 'r');
  try {
    const head = readAt(file, 0, HEADER_BYTES);
    if (!head) return 'is cut short';
    const fault = headFault(head, count, dimensions);
    if (fault !== undefined || count === 0) return fault;
    const tail = readAt(file, HEADER_BYTES + count * wide(head, 24), undefined);
    if (!tail) return 'is cut short';
    return layersFault(tail, count, head.readInt32LE(48), head.readUInt32LE(52), wide(head, 56) * 4 + 4);
  } finally {
    closeSync(file);
  }
}

function headFault(head: Buffer, count: number, dimensions: number): string | undefined {
  const [offset, capacity, stored, nodeBytes, labelAt, vectorAt, upperLinks, groundLinks, m, efConstruction] = [
    0, 8, 16, 24, 32, 40, 56, 64, 72, 88,
  ].map((at) => wide(head, at));
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
    Math.abs(head.readDoubleLE(80) - 1 / Math.log(m)) < 1e-9 &&
    efConstruction >= 1 &&
    efConstruction <= 100_000;
  return isSound ? undefined : `has a damaged head, or vectors of another length than ${dimensions}`;
}

/**
 * After the nodes stand, for each, the bytes of its links on the upper layers (32 bits) and the links. The highest node
 * is on the top layer, the entry node is one of the highest, and the file ends with the last.
 */
function layersFault(
  tail: Buffer,
  count: number,
  topLayer: number,
  entry: number,
  layerBytes: number,
): string | undefined {
  let highest = 0;
  let entryLayer = -1;
  let at = 0;
  for (let node = 0; node < count; node++) {
    if (at + 4 > tail.byteLength) return 'is cut short';
    const bytes = tail.readUInt32LE(at);
    if (bytes % layerBytes !== 0) return 'has damaged layers';
    highest = Math.max(highest, bytes / layerBytes);
    if (node === entry) entryLayer = bytes / layerBytes;
    at += 4 + bytes;
  }
  if (at !== tail.byteLength) return 'is cut short';
  return highest === topLayer && entryLayer === topLayer ? undefined : 'has a damaged head';
}

/** `length` bytes from `position` (all that follow where it is absent), or undefined where the file has not so many. */
function readAt(file: number, position: number, length: number | undefined): Buffer | undefined {
  const wanted = length ?? fstatSync(file).size - position;
  if (wanted < 0) return undefined;
  const bytes = Buffer.alloc(wanted);
  return readSync(file, bytes, 0, wanted, position) === wanted ? bytes : undefined;
}

function wide(head: Buffer, at: number): number {
  return Number(head.readBigUInt64LE(at));
}
