import { dotWithRow, type Vectors, vectorAt } from './vectors.ts';

/**
 * Unit vectors in a byte a component: component d of row r is `scales[r] · bytes[r · dimensions + d]`. A quarter of the
 * memory; a cosine is off by some ten-thousandths, far less than what two models disagree by.
 */
export interface CompactVectors {
  readonly count: number;
  readonly dimensions: number;
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
}

/** Vectors to compare with, exact or compact. */
export type ComparedVectors = Vectors | CompactVectors;

const LARGEST = 127;

/** Makes room for compact vectors, all zero. */
export function allocateCompactVectors(count: number, dimensions: number): CompactVectors {
  return { count, dimensions, bytes: new Int8Array(count * dimensions), scales: new Float32Array(count) };
}

/** Writes a vector into a row, rounded to 127 steps of its own largest component. */
export function compactRow({ dimensions, bytes, scales }: CompactVectors, row: number, vector: Float32Array): void {
  let largest = 0;
  // Plain loops: a third of a billion components come through here before a large server answers.
  for (let d = 0; d < dimensions; d++) {
    const size = Math.abs(vector[d]);
    if (size > largest) largest = size;
  }
  if (largest === 0) return;
  const step = largest / LARGEST;
  scales[row] = step;
  const from = row * dimensions;
  for (let d = 0; d < dimensions; d++) bytes[from + d] = Math.round(vector[d] / step);
}

/** The dot product of a query with one row. */
export function similarityOf(vectors: ComparedVectors, row: number, query: Float32Array): number {
  return 'bytes' in vectors ? dotWithCompact(vectors, row, query) : dotWithRow(vectors, row, query);
}

/** The vector of a row: a view of an exact one, a new one from a compact one. */
export function comparedVectorAt(vectors: ComparedVectors, row: number): Float32Array {
  if (!('bytes' in vectors)) return vectorAt(vectors, row);
  const { dimensions, bytes, scales } = vectors;
  return Float32Array.from(bytes.subarray(row * dimensions, (row + 1) * dimensions), (byte) => byte * scales[row]);
}

/** Adds the vector of a row to a sum, in place. */
export function addRow(vectors: ComparedVectors, row: number, sum: Float64Array): void {
  const { dimensions } = vectors;
  const from = row * dimensions;
  // Two loops: one over either kind of array would be slow for both.
  if ('bytes' in vectors) {
    const { bytes } = vectors;
    const scale = vectors.scales[row];
    for (let d = 0; d < dimensions; d++) sum[d] += scale * bytes[from + d];
  } else {
    const { data } = vectors;
    for (let d = 0; d < dimensions; d++) sum[d] += data[from + d];
  }
}

/** Four sums, because one sum would wait for its own last addition. */
function dotWithCompact({ dimensions, bytes, scales }: CompactVectors, row: number, query: Float32Array): number {
  const from = row * dimensions;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < dimensions; i += 4) {
    a += bytes[from + i] * query[i];
    b += bytes[from + i + 1] * query[i + 1];
    c += bytes[from + i + 2] * query[i + 2];
    d += bytes[from + i + 3] * query[i + 3];
  }
  for (; i < dimensions; i++) a += bytes[from + i] * query[i];
  return scales[row] * (a + b + (c + d));
}
