import { dotWithRow, type Vectors, vectorAt } from './vectors.ts';

/**
 * Unit vectors with one byte per component: component d of row r is `scales[r] · bytes[r · dimensions + d]`. They take a
 * quarter of the memory of float32; a cosine changes by some ten-thousandths, far less than two models disagree.
 */
export interface QuantizedVectors {
  readonly count: number;
  readonly dimensions: number;
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
}

/** Float32 or quantized vectors. */
export type AnyVectors = Vectors | QuantizedVectors;

const MAX_BYTE = 127;

/** A new block of zero vectors. */
export function allocateQuantizedVectors(count: number, dimensions: number): QuantizedVectors {
  return { count, dimensions, bytes: new Int8Array(count * dimensions), scales: new Float32Array(count) };
}

/** Writes a vector into a row, in 127 steps of its largest component. */
export function quantizeRow({ dimensions, bytes, scales }: QuantizedVectors, row: number, vector: Float32Array): void {
  let largest = 0;
  // Plain loops: a large server quantizes hundreds of millions of components before it answers.
  for (let d = 0; d < dimensions; d++) {
    const size = Math.abs(vector[d]);
    if (size > largest) largest = size;
  }
  if (largest === 0) return;
  const step = largest / MAX_BYTE;
  scales[row] = step;
  const from = row * dimensions;
  for (let d = 0; d < dimensions; d++) bytes[from + d] = Math.round(vector[d] / step);
}

/** The cosine similarity of a row and a query. */
export function similarityOf(vectors: AnyVectors, row: number, query: Float32Array): number {
  return 'bytes' in vectors ? dotWithQuantizedRow(vectors, row, query) : dotWithRow(vectors, row, query);
}

/** The vector of a row: a view of float32 vectors, a new array from quantized ones. */
export function anyVectorAt(vectors: AnyVectors, row: number): Float32Array {
  if (!('bytes' in vectors)) return vectorAt(vectors, row);
  const { dimensions, bytes, scales } = vectors;
  return Float32Array.from(bytes.subarray(row * dimensions, (row + 1) * dimensions), (byte) => byte * scales[row]);
}

/** Adds the vector of a row to a sum, in place. */
export function addRow(vectors: AnyVectors, row: number, sum: Float64Array): void {
  const { dimensions } = vectors;
  const from = row * dimensions;
  // Two loops, because engines compile a loop over two kinds of arrays to slower code.
  if ('bytes' in vectors) {
    const { bytes } = vectors;
    const scale = vectors.scales[row];
    for (let d = 0; d < dimensions; d++) sum[d] += scale * bytes[from + d];
  } else {
    const { data } = vectors;
    for (let d = 0; d < dimensions; d++) sum[d] += data[from + d];
  }
}

/** As `dotAt` in vectors.ts; one function over two kinds of arrays would be slower for both. */
function dotWithQuantizedRow(
  { dimensions, bytes, scales }: QuantizedVectors,
  row: number,
  query: Float32Array,
): number {
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
