/** Vectors of papers in one array, as float32 or quantized to bytes, and operations on them. */

/**
 * `count` vectors of `dimensions` float32 each, row after row in `data`. They have unit length, so that a dot product
 * is the cosine similarity. Only a text without a known token has the zero vector, whose similarity to everything is 0.
 */
export interface Vectors {
  readonly count: number;
  readonly dimensions: number;
  readonly data: Float32Array;
}

/** Creates `count` zero vectors. */
export function allocateVectors(count: number, dimensions: number): Vectors {
  return { count, dimensions, data: new Float32Array(count * dimensions) };
}

/** The vector of a row: a view, not a copy. */
export function vectorAt(vectors: Vectors, row: number): Float32Array {
  return vectors.data.subarray(row * vectors.dimensions, (row + 1) * vectors.dimensions);
}

/** The dot product of a row and a query. */
export function dotWithRow({ data, dimensions }: Vectors, row: number, query: Float32Array): number {
  return dotAt(data, row * dimensions, query, dimensions);
}

/** The dot product of two vectors of equal length. */
export function dot(a: Float32Array, b: Float32Array): number {
  return dotAt(a, 0, b, a.length);
}

/**
 * The dot product of `query` and the `dimensions` numbers of `data` from index `from` on. Computed as four partial
 * sums, because in a single sum each addition would have to wait for the one before.
 */
function dotAt(data: Float32Array, from: number, query: Float32Array, dimensions: number): number {
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

/** Rows and their cosine similarity to a query, the most similar first, equal similarities by row. */
export interface Neighbors {
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * The `k` rows most similar to `query`, found by comparing the query with every row. The recall of the HNSW index is
 * measured against this exact search.
 *
 * @param except a row to leave out (a paper is not its own neighbor), or −1
 */
export function exactKnn(vectors: Vectors, query: Float32Array, k: number, except = -1): Neighbors {
  const wanted = Math.max(0, Math.min(k, vectors.count - (except >= 0 ? 1 : 0)));
  const rows = new Int32Array(wanted);
  const similarities = new Float32Array(wanted);
  let filled = 0;
  for (let row = 0; row < vectors.count; row++) {
    if (row === except) continue;
    const similarity = Math.fround(dotWithRow(vectors, row, query));
    if (filled === wanted && (wanted === 0 || similarity <= similarities[wanted - 1])) continue;
    // Insertion sort: `k` is small compared with the number of rows, so that only few rows get this far.
    let at = filled < wanted ? filled++ : wanted - 1;
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
 * Unit vectors with one byte per component: component d of row r is `scales[r] · bytes[r · dimensions + d]`. They take
 * a quarter of the memory of float32. Quantization changes a cosine by some ten-thousandths, far less than the
 * difference between two models.
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

/** Creates `count` quantized zero vectors. */
export function allocateQuantizedVectors(count: number, dimensions: number): QuantizedVectors {
  return { count, dimensions, bytes: new Int8Array(count * dimensions), scales: new Float32Array(count) };
}

/**
 * Quantizes a vector into a row: each component is rounded to a multiple of 1/127 of the largest absolute component.
 */
export function quantizeRow({ dimensions, bytes, scales }: QuantizedVectors, row: number, vector: Float32Array): void {
  let largest = 0;
  // Plain loops, because they are fast: when it starts, a large server quantizes hundreds of millions of components.
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
export function cosineWithRow(vectors: AnyVectors, row: number, query: Float32Array): number {
  return 'bytes' in vectors ? dotWithQuantizedRow(vectors, row, query) : dotWithRow(vectors, row, query);
}

/** The vector of a row: a view if the vectors are float32, a new array if they are quantized. */
export function anyVectorAt(vectors: AnyVectors, row: number): Float32Array {
  if (!('bytes' in vectors)) return vectorAt(vectors, row);
  const { dimensions, bytes, scales } = vectors;
  return Float32Array.from(bytes.subarray(row * dimensions, (row + 1) * dimensions), (byte) => byte * scales[row]);
}

/** Adds the vector of a row to `sum`, in place. */
export function addRowToSum(vectors: AnyVectors, row: number, sum: Float64Array): void {
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

/**
 * The dot product of a quantized row and a query. It repeats the loop of `dotAt`, because one function over two kinds
 * of arrays would be slower for both.
 */
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
