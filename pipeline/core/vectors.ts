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
 * @param except a row that is left out (a paper is no neighbour of itself), or −1
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
