/** Computes the vectors by which papers are clustered. */
import { createSeededRandom } from '../../core/algorithms/random.ts';
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import type { KnnGraph } from '../../core/knn-graph.ts';
import { allocateVectors, normalizeRows, type Vectors, vectorAt } from '../../core/vectors.ts';

/**
 * Maximum number of dimensions for clustering: enough to compare centroids of many papers, in a quarter of the time and
 * memory of 1,024 dimensions.
 */
const MAX_DIMENSIONS = 256;
/**
 * The weight of a paper's own vector in its feature vector, as a share of the number of its neighbors. Each neighbor
 * weighs at most 1.
 */
const OWN_WEIGHT = 1 / 5;

/**
 * If a unit vector minus the mean of all is shorter than this, it is only rounding error, because all papers are alike.
 */
const MIN_NORM = 1e-3;

/**
 * Copies vectors and reduces them to at most 256 dimensions, such that dot products stay the same in expectation:
 * dimensions whose index has the same remainder modulo 256 are added up with random signs (the count sketch of
 * Charikar, Chen & Farach-Colton, 2002, for dense vectors).
 */
export function* sketchVectors(vectors: Vectors): CooperativeTask<Vectors> {
  if (vectors.dimensions <= MAX_DIMENSIONS) return { ...vectors, data: vectors.data.slice() };
  const random = createSeededRandom(1);
  const signs = Float32Array.from({ length: vectors.dimensions }, () => (random() < 0.5 ? -1 : 1));
  const sketches = allocateVectors(vectors.count, MAX_DIMENSIONS);
  yield* processInChunks(vectors.count, (from, to) => {
    for (let row = from; row < to; row++) {
      const vector = vectorAt(vectors, row);
      const sketch = vectorAt(sketches, row);
      for (let i = 0; i < vector.length; i++) sketch[i % MAX_DIMENSIONS] += signs[i] * vector[i];
    }
  });
  return sketches;
}

/**
 * Computes unit vectors for clustering: each paper's vector is mixed with those of its neighbors, weighted by
 * similarity, and the mean of all papers is subtracted. Two papers of one topic may share few words; their
 * neighborhoods share more. A paper with the zero vector, which is similar to no other, keeps it. If all papers are
 * alike, all get the zero vector.
 *
 * @param vectors vectors of the papers, from `sketchVectors`
 */
export function clusteringFeatures(vectors: Vectors, graph: KnnGraph): Vectors {
  const features = allocateVectors(vectors.count, vectors.dimensions);
  for (let row = 0; row < vectors.count; row++) {
    const feature = vectorAt(features, row);
    addScaled(feature, vectorAt(vectors, row), Math.max(1, graph.k * OWN_WEIGHT));
    for (let at = row * graph.k; at < (row + 1) * graph.k; at++)
      addScaled(feature, vectorAt(vectors, graph.neighbors[at]), Math.max(0, graph.similarities[at]));
  }
  normalizeRows(features.data, features.dimensions);
  centerRows(features);
  return features;
}

/** Subtracts the mean of all rows from each row and scales it to unit length again, in place. */
function centerRows(vectors: Vectors): void {
  const { count, dimensions } = vectors;
  const sum = new Float64Array(dimensions);
  for (let row = 0; row < count; row++) {
    const vector = vectorAt(vectors, row);
    for (let i = 0; i < dimensions; i++) sum[i] += vector[i];
  }
  for (let row = 0; row < count; row++) {
    const vector = vectorAt(vectors, row);
    // A zero vector stays zero: minus the mean it would be the opposite of all others.
    if (vector.every((value) => value === 0)) continue;
    let squaredNorm = 0;
    for (let i = 0; i < dimensions; i++) {
      vector[i] -= sum[i] / count;
      squaredNorm += vector[i] * vector[i];
    }
    if (squaredNorm < MIN_NORM * MIN_NORM) vector.fill(0);
  }
  normalizeRows(vectors.data, dimensions);
}

function addScaled(target: Float32Array, vector: Float32Array, weight: number): void {
  for (let i = 0; i < target.length; i++) target[i] += weight * vector[i];
}
