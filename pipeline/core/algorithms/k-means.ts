/** Clustering of vectors by spherical k-means. */
import { allocateVectors, dotWithRow, normalizeRows, type Vectors, vectorAt } from '../vectors.ts';
import { createSeededRandom, type Random } from './random.ts';

/** Maximum number of iterations of a run: it ends even if rows still change clusters. */
const MAX_ITERATIONS = 50;

/**
 * Number of runs with different initial centroids. The best result is kept, because a single run may end in a bad local
 * optimum.
 */
const RUNS = 4;

/**
 * Clusters vectors by spherical k-means (Dhillon & Modha, 2001) with k-means++ initialization (Arthur & Vassilvitskii,
 * 2007). Of several runs, the result with the largest total cosine similarity of rows to their centroids is kept.
 * Returns the cluster of each row; with at most `k` rows, each row is its own cluster.
 */
export function kMeans(vectors: Vectors, k: number, seed: number): Int32Array {
  if (vectors.count <= k) return Int32Array.from({ length: vectors.count }, (_, row) => row);
  const random = createSeededRandom(seed);
  let best = converge(vectors, initialCentroids(vectors, k, random));
  for (let run = 1; run < RUNS; run++) {
    const next = converge(vectors, initialCentroids(vectors, k, random));
    if (next.totalSimilarity > best.totalSimilarity) best = next;
  }
  return best.clusterOfRow;
}

/** Lloyd's algorithm: assigns rows to centroids and updates the centroids until no row changes its cluster. */
function converge(vectors: Vectors, centroids: Vectors): { clusterOfRow: Int32Array; totalSimilarity: number } {
  const clusterOfRow = new Int32Array(vectors.count).fill(-1);
  let totalSimilarity = 0;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    let changed = 0;
    totalSimilarity = 0;
    for (let row = 0; row < vectors.count; row++) {
      const { cluster, similarity } = nearestCentroid(centroids, vectorAt(vectors, row));
      if (cluster !== clusterOfRow[row]) changed++;
      clusterOfRow[row] = cluster;
      totalSimilarity += similarity;
    }
    if (changed === 0) break;
    updateCentroids(vectors, clusterOfRow, centroids);
  }
  return { clusterOfRow, totalSimilarity };
}

function nearestCentroid(centroids: Vectors, vector: Float32Array): { cluster: number; similarity: number } {
  let nearest = 0;
  let maxSimilarity = Number.NEGATIVE_INFINITY;
  for (let cluster = 0; cluster < centroids.count; cluster++) {
    const similarity = dotWithRow(centroids, cluster, vector);
    if (similarity > maxSimilarity) {
      maxSimilarity = similarity;
      nearest = cluster;
    }
  }
  return { cluster: nearest, similarity: maxSimilarity };
}

/**
 * Chooses initial centroids by k-means++: each is a random row, chosen with a probability proportional to its distance
 * from the nearest centroid chosen before.
 */
function initialCentroids(vectors: Vectors, k: number, random: Random): Vectors {
  const centroids = allocateVectors(k, vectors.dimensions);
  const distance = new Float64Array(vectors.count).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.floor(random() * vectors.count);
  for (let cluster = 0; cluster < k; cluster++) {
    vectorAt(centroids, cluster).set(vectorAt(vectors, chosen));
    let total = 0;
    for (let row = 0; row < vectors.count; row++) {
      // 1 − cosine is half the squared Euclidean distance of unit vectors.
      distance[row] = Math.min(distance[row], Math.max(0, 1 - dotWithRow(vectors, row, vectorAt(centroids, cluster))));
      total += distance[row];
    }
    let remaining = random() * total;
    chosen = vectors.count - 1;
    for (let row = 0; row < vectors.count; row++) {
      remaining -= distance[row];
      if (remaining <= 0) {
        chosen = row;
        break;
      }
    }
  }
  return centroids;
}

/**
 * The centroids of `count` clusters: the mean direction of the vectors of each as a unit vector, or the zero vector for
 * an empty cluster. Rows of cluster −1 are ignored.
 */
export function centroidsOf(vectors: Vectors, clusterOfRow: Int32Array, count: number): Vectors {
  const centroids = allocateVectors(count, vectors.dimensions);
  updateCentroids(vectors, clusterOfRow, centroids);
  return centroids;
}

function updateCentroids(vectors: Vectors, clusterOfRow: Int32Array, centroids: Vectors): void {
  const { dimensions } = vectors;
  const sums = new Float32Array(centroids.data.length);
  const sizes = new Int32Array(centroids.count);
  for (let row = 0; row < vectors.count; row++) {
    const cluster = clusterOfRow[row];
    if (cluster < 0) continue;
    sizes[cluster]++;
    const to = cluster * dimensions;
    const from = row * dimensions;
    for (let i = 0; i < dimensions; i++) sums[to + i] += vectors.data[from + i];
  }
  normalizeRows(sums, dimensions);
  sizes.forEach((size, cluster) => {
    // The centroid of a cluster without rows stays where it was.
    if (size > 0) vectorAt(centroids, cluster).set(sums.subarray(cluster * dimensions, (cluster + 1) * dimensions));
  });
}
