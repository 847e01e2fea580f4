/** UMAP's fuzzy simplicial set: the symmetric weighted graph that a layout is made from. */
import type { KnnGraph } from '../core/knn-graph.ts';

/**
 * UMAP's fuzzy simplicial set as a symmetric weighted graph of `count` rows: row i is joined to `neighbors[j]` with
 * weight `weights[j]` in (0, 1], for j from `offsets[i]` to `offsets[i + 1]` − 1. The nearest neighbors of a row come
 * first, then, ascending, other rows whose nearest neighbors include the row.
 */
export interface FuzzySimplicialSet {
  readonly count: number;
  readonly offsets: Int32Array;
  readonly neighbors: Int32Array;
  readonly weights: Float32Array;
}

/** UMAP's SMOOTH_K_TOLERANCE: how near the sum of membership strengths must come to its target. */
const SUM_TOLERANCE = 1e-5;
/** UMAP's MIN_K_DIST_SCALE: the smallest σ, as a share of the mean distance. */
const MIN_SIGMA_SHARE = 1e-3;
const MAX_BISECTIONS = 64;

/**
 * The fuzzy simplicial set of a kNN graph (McInnes, Healy & Melville, UMAP, 2018, algorithms 2 and 3). Distances are
 * 1 − similarity; the two directed membership strengths a and b of a pair are combined to a + b − a·b.
 */
export function fuzzySimplicialSet(graph: KnnGraph): FuzzySimplicialSet {
  return symmetrized(graph, membershipStrengths(graph));
}

/**
 * The directed membership strength of each neighbor in [0, 1], in the order of `graph.neighbors`. The nearest neighbor
 * of a row has strength 1.
 */
export function membershipStrengths(graph: KnnGraph): Float32Array {
  const { count, k, similarities } = graph;
  const strengths = new Float32Array(count * k);
  // By rounding, the similarity of equal texts can be slightly above 1.
  const distances = Float64Array.from(similarities, (similarity) => Math.max(0, 1 - similarity));
  const meanOfAll = mean(distances, 0, distances.length, count * (k + 1));
  for (let row = 0, from = 0; row < count; row++, from += k) {
    const end = from + k;
    // UMAP's ρ: the distance to the nearest neighbor that is not at distance 0.
    let rho = 0;
    for (let at = from; at < end && rho === 0; at++) rho = distances[at];
    // UMAP counts a row as its own first neighbor at distance 0, in means and in the target of the sum.
    const minSigma = MIN_SIGMA_SHARE * (rho > 0 ? mean(distances, from, end, k + 1) : meanOfAll);
    const sigma = Math.max(minSigma, smoothKnnDistance(distances, from, end, rho));
    for (let at = from; at < end; at++) {
      strengths[at] = distances[at] <= rho ? 1 : Math.exp((rho - distances[at]) / sigma);
    }
  }
  return strengths;
}

/** UMAP's σ of a row: the width at which its membership strengths add up to log₂(k + 1), by bisection (algorithm 3). */
function smoothKnnDistance(distances: Float64Array, from: number, end: number, rho: number): number {
  const target = Math.log2(end - from + 1);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let sigma = 1;
  for (let bisection = 0; bisection < MAX_BISECTIONS; bisection++) {
    let sum = 0;
    for (let at = from; at < end; at++) {
      sum += distances[at] <= rho ? 1 : Math.exp((rho - distances[at]) / sigma);
    }
    if (Math.abs(sum - target) < SUM_TOLERANCE) break;
    if (sum > target) high = sigma;
    else low = sigma;
    sigma = high === Number.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2;
  }
  return sigma;
}

function mean(values: Float64Array, from: number, end: number, count: number): number {
  let sum = 0;
  for (let at = from; at < end; at++) sum += values[at];
  return sum / Math.max(1, count);
}

/** UMAP's fuzzy set union of the directed graph and its transpose. */
function symmetrized({ count, k, neighbors: nearest }: KnnGraph, strengths: Float32Array): FuzzySimplicialSet {
  const indexOf = (row: number, other: number) => {
    for (let at = row * k; at < (row + 1) * k; at++) if (nearest[at] === other) return at;
    return -1;
  };
  const offsets = new Int32Array(count + 1).fill(k, 1);
  for (let row = 0; row < count; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) if (indexOf(nearest[at], row) < 0) offsets[nearest[at] + 1]++;
  }
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row];
  const neighbors = new Int32Array(offsets[count]);
  const weights = new Float32Array(offsets[count]);
  const nextReverse = Int32Array.from({ length: count }, (_, row) => offsets[row] + k);
  for (let row = 0; row < count; row++) {
    for (let at = row * k, to = offsets[row]; at < (row + 1) * k; at++, to++) {
      const other = nearest[at];
      const reverse = indexOf(other, row);
      neighbors[to] = other;
      weights[to] = strengths[at];
      if (reverse >= 0) {
        weights[to] = strengths[at] + strengths[reverse] - strengths[at] * strengths[reverse];
      } else {
        neighbors[nextReverse[other]] = row;
        weights[nextReverse[other]++] = strengths[at];
      }
    }
  }
  return { count, offsets, neighbors, weights };
}
