/**
 * `count` vectors of `dimensions` float32 each, row after row in `data`. Unit length, so that a dot product is the
 * cosine; a text without any known token is the zero vector, near to nothing.
 */
export interface Vectors {
  readonly count: number;
  readonly dimensions: number;
  readonly data: Float32Array;
}

/** A new block of zero vectors. */
export function allocateVectors(count: number, dimensions: number): Vectors {
  return { count, dimensions, data: new Float32Array(count * dimensions) };
}

/** The vector of a row, a view and no copy. */
export function vectorAt(vectors: Vectors, row: number): Float32Array {
  return vectors.data.subarray(row * vectors.dimensions, (row + 1) * vectors.dimensions);
}

/** The dot product of a query with one row. */
export function dotWithRow({ data, dimensions }: Vectors, row: number, query: Float32Array): number {
  return dotFrom(data, row * dimensions, query, dimensions);
}

/** The dot product of two vectors of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  return dotFrom(a, 0, b, a.length);
}

/** Four sums, because one sum would wait for its own last addition. */
function dotFrom(data: Float32Array, from: number, query: Float32Array, dimensions: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < dimensions; i += 4) {
    a += data[from + i] * query[i];
    b += data[from + i + 1] * query[i + 1];
    c += data[from + i + 2] * query[i + 2];
    d += data[from + i + 3] * query[i + 3];
  }
  for (; i < dimensions; i++) a += data[from + i] * query[i];
  return a + b + (c + d);
}

/** Scales each row of `data` to unit length in place; a zero row stays zero. */
export function normalizeRows(data: Float32Array, dimensions: number): void {
  for (let from = 0; from < data.length; from += dimensions) {
    let squares = 0;
    for (let i = from; i < from + dimensions; i++) squares += data[i] * data[i];
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let i = from; i < from + dimensions; i++) data[i] *= scale;
  }
}

/** Rows and their similarity to something, the most similar first; equal similarities by row. */
export interface Neighbors {
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * The `k` rows most similar to `query` by a full scan. The oracle that the index is measured against, and the search
 * itself where there are few rows.
 *
 * @param except a row that is left out (a paper is no neighbor of itself), or −1
 */
export function exactNeighbors(vectors: Vectors, query: Float32Array, k: number, except = -1): Neighbors {
  const most = Math.max(0, Math.min(k, vectors.count - (except >= 0 ? 1 : 0)));
  const rows = new Int32Array(most);
  const similarities = new Float32Array(most);
  let filled = 0;
  for (let row = 0; row < vectors.count; row++) {
    if (row === except) continue;
    const similarity = Math.fround(dotWithRow(vectors, row, query));
    if (filled === most && (most === 0 || similarity <= similarities[most - 1])) continue;
    // Insertion keeps the list ordered; k is small beside the count, so few rows ever get here.
    let at = filled < most ? filled++ : most - 1;
    while (at > 0 && similarities[at - 1] < similarity) {
      similarities[at] = similarities[at - 1];
      rows[at] = rows[at - 1];
      at--;
    }
    similarities[at] = similarity;
    rows[at] = row;
  }
  return { rows, similarities };
}

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
