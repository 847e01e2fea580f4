import { allocateVectors, dotWithRow, normalizeRows, type Vectors, vectorAt } from '../vectors.ts';
import { type Random, seededRandom } from './random.ts';

/** Rounds after which a run ends even if papers still change sides. */
const MOST_ROUNDS = 50;

/** Starts tried; the tightest result is kept, because one start may settle badly. */
const STARTS = 4;

/**
 * Spherical k-means (Dhillon & Modha, 2001) from k-means++ starts (Arthur & Vassilvitskii, 2007): the cluster of each
 * row, by cosine; of a few starts the one whose rows are nearest to their centers. With fewer rows than `k`, every row is
 * its own cluster.
 */
export function kMeans(vectors: Vectors, k: number, seed: number): Int32Array {
  if (vectors.count <= k) return Int32Array.from({ length: vectors.count }, (_, row) => row);
  const random = seededRandom(seed);
  let best = settle(vectors, startingCenters(vectors, k, random));
  for (let start = 1; start < STARTS; start++) {
    const next = settle(vectors, startingCenters(vectors, k, random));
    if (next.tightness > best.tightness) best = next;
  }
  return best.clusterOfRow;
}

/** Moves centers and rows in turn until no row changes sides. */
function settle(vectors: Vectors, centers: Vectors): { clusterOfRow: Int32Array; tightness: number } {
  const clusterOfRow = new Int32Array(vectors.count).fill(-1);
  let tightness = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = 0;
    tightness = 0;
    for (let row = 0; row < vectors.count; row++) {
      const { center, similarity } = nearestCenter(centers, vectorAt(vectors, row));
      if (center !== clusterOfRow[row]) moved++;
      clusterOfRow[row] = center;
      tightness += similarity;
    }
    if (moved === 0) break;
    moveCenters(vectors, clusterOfRow, centers);
  }
  return { clusterOfRow, tightness };
}

function nearestCenter(centers: Vectors, vector: Float32Array): { center: number; similarity: number } {
  let nearest = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let center = 0; center < centers.count; center++) {
    const similarity = dotWithRow(centers, center, vector);
    if (similarity > most) {
      most = similarity;
      nearest = center;
    }
  }
  return { center: nearest, similarity: most };
}

function startingCenters(vectors: Vectors, k: number, random: Random): Vectors {
  const centers = allocateVectors(k, vectors.dimensions);
  const distance = new Float64Array(vectors.count).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.floor(random() * vectors.count);
  for (let center = 0; center < k; center++) {
    vectorAt(centers, center).set(vectorAt(vectors, chosen));
    let total = 0;
    for (let row = 0; row < vectors.count; row++) {
      // Squared Euclidean distance of unit vectors, up to the factor 2.
      distance[row] = Math.min(distance[row], Math.max(0, 1 - dotWithRow(vectors, row, vectorAt(centers, center))));
      total += distance[row];
    }
    let left = random() * total;
    chosen = vectors.count - 1;
    for (let row = 0; row < vectors.count; row++) {
      left -= distance[row];
      if (left <= 0) {
        chosen = row;
        break;
      }
    }
  }
  return centers;
}

/** The mean direction of each of `count` clusters, a zero vector for one without rows; a row of cluster −1 is in none. */
export function centersOf(vectors: Vectors, clusterOfRow: Int32Array, count: number): Vectors {
  const centers = allocateVectors(count, vectors.dimensions);
  moveCenters(vectors, clusterOfRow, centers);
  return centers;
}

function moveCenters(vectors: Vectors, clusterOfRow: Int32Array, centers: Vectors): void {
  const sums = new Float32Array(centers.data.length);
  const sizes = new Int32Array(centers.count);
  for (let row = 0; row < vectors.count; row++) {
    const cluster = clusterOfRow[row];
    if (cluster < 0) continue;
    sizes[cluster]++;
    const to = cluster * vectors.dimensions;
    const from = row * vectors.dimensions;
    for (let i = 0; i < vectors.dimensions; i++) sums[to + i] += vectors.data[from + i];
  }
  normalizeRows(sums, vectors.dimensions);
  sizes.forEach((size, cluster) => {
    // A center that lost all its rows stays where it was.
    if (size > 0)
      vectorAt(centers, cluster).set(sums.subarray(cluster * vectors.dimensions, (cluster + 1) * vectors.dimensions));
  });
}
