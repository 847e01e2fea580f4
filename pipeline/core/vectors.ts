/**
 * `count` vectors of `dimensions` float32 each, row after row in `data`. They have unit length, so that a dot product is
 * the cosine similarity; only a text without a known token has the zero vector, which is similar to nothing.
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

/** Four sums, because each addition to a single sum would have to wait for the one before. */
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

/** Rows and their similarity to a query, the most similar first, equal similarities by row. */
export interface Neighbors {
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * The `k` rows most similar to `query`, by comparison with every row. The HNSW index is measured against it.
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
    // Insertion sort: k is small compared with the number of rows, so that few rows get here.
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
