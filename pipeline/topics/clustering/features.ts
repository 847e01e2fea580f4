import { seededRandom } from '../../core/algorithms/random.ts';
import type { KnnGraph } from '../../core/knn-graph.ts';
import { allocateVectors, normalizeRows, type Vectors, vectorAt } from '../../core/vectors.ts';
import { pause } from '../../runtime/scheduling.ts';

/** Dimensions that papers are compared in: enough for means of many papers, and a quarter of the time and memory. */
const MOST_DIMENSIONS = 256;
/** A paper counts as much as this share of its neighbors together. */
const OWN_SHARE = 1 / 5;
/** Rows that are folded between two pauses. */
const ROWS_AT_ONCE = 8192;
/** Shorter than this, what is left without the mean is rounding: the papers are all alike. */
const LEAST_LENGTH = 1e-3;

/**
 * A copy of vectors in fewer dimensions, which keep dot products on average: those with the same remainder are added with
 * random signs (the count sketch of Charikar, Chen & Farach-Colton, 2002, for dense vectors).
 */
export async function folded(vectors: Vectors, signal: AbortSignal): Promise<Vectors> {
  if (vectors.dimensions <= MOST_DIMENSIONS) return { ...vectors, data: vectors.data.slice() };
  const random = seededRandom(1);
  const signs = Float32Array.from({ length: vectors.dimensions }, () => (random() < 0.5 ? -1 : 1));
  const short = allocateVectors(vectors.count, MOST_DIMENSIONS);
  for (let row = 0; row < vectors.count; row++) {
    if (row % ROWS_AT_ONCE === 0) await pause(signal);
    const from = vectorAt(vectors, row);
    const to = vectorAt(short, row);
    for (let i = 0; i < from.length; i++) to[i % MOST_DIMENSIONS] += signs[i] * from[i];
  }
  return short;
}

/**
 * The vectors that topics are settled in: each paper's own mixed with its neighbors', without what all papers have in
 * common, unit length. Two papers of one topic may share few words; their neighborhoods share more. A paper that is like
 * no other, and papers that are all alike, have the zero vector.
 *
 * @param short the papers' vectors, folded
 */
export function topicFeatures(short: Vectors, graph: KnnGraph): Vectors {
  const mixed = allocateVectors(short.count, short.dimensions);
  for (let row = 0; row < short.count; row++) {
    const to = vectorAt(mixed, row);
    add(to, vectorAt(short, row), Math.max(1, graph.k * OWN_SHARE));
    for (let at = row * graph.k; at < (row + 1) * graph.k; at++)
      add(to, vectorAt(short, graph.rows[at]), Math.max(0, graph.similarities[at]));
  }
  normalizeRows(mixed.data, mixed.dimensions);
  takeMeanOut(mixed);
  return mixed;
}

function takeMeanOut(vectors: Vectors): void {
  const { count, dimensions } = vectors;
  const sum = new Float64Array(dimensions);
  for (let row = 0; row < count; row++) {
    const vector = vectorAt(vectors, row);
    for (let i = 0; i < dimensions; i++) sum[i] += vector[i];
  }
  for (let row = 0; row < count; row++) {
    const vector = vectorAt(vectors, row);
    // A paper like no other stays at zero: without the mean it would be the opposite of all.
    if (vector.every((value) => value === 0)) continue;
    let squares = 0;
    for (let i = 0; i < dimensions; i++) {
      vector[i] -= sum[i] / count;
      squares += vector[i] * vector[i];
    }
    if (squares < LEAST_LENGTH * LEAST_LENGTH) vector.fill(0);
  }
  normalizeRows(vectors.data, dimensions);
}

function add(to: Float32Array, from: Float32Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i] += weight * from[i];
}
