import type { KnnGraph } from '../core/knn-graph.ts';

/**
 * How much each two of `count` rows belong together, in [0, 1] and the same both ways round: row i's others stand at
 * offsets[i] … offsets[i+1]−1, first those it named itself, then those that named it. Always the same order.
 */
export interface FuzzyGraph {
  readonly count: number;
  readonly offsets: Int32Array;
  readonly others: Int32Array;
  readonly weights: Float32Array;
}

/** UMAP's own constants: how near the sum of memberships must come to its target, and the least width of a membership. */
const TOLERANCE = 1e-5;
const LEAST_SHARE_OF_MEAN = 1e-3;
const HALVINGS = 64;

/**
 * The fuzzy simplicial set of a kNN graph (McInnes, Healy & Melville, UMAP, 2018, algorithms 2 and 3): distances are
 * 1 − similarity, and the two memberships of a pair are united by a + b − a·b.
 */
export function fuzzyGraph(graph: KnnGraph): FuzzyGraph {
  return unite(graph, memberships(graph));
}

/** How much row i's j-th neighbor belongs to row i, by the graph's own positions. The nearest one's is 1. */
export function memberships(graph: KnnGraph): Float32Array {
  const { count, k, similarities } = graph;
  const found = new Float32Array(count * k);
  // Rounding can make two equal texts a hair more similar than 1.
  const distances = Float64Array.from(similarities, (similarity) => Math.max(0, 1 - similarity));
  const meanOfAll = mean(distances, 0, distances.length, count * (k + 1));
  for (let row = 0, from = 0; row < count; row++, from += k) {
    const end = from + k;
    let nearest = 0;
    for (let at = from; at < end && nearest === 0; at++) nearest = distances[at];
    // As in UMAP a row is its own first neighbor, at distance 0: it counts for means and for the target.
    const floor = LEAST_SHARE_OF_MEAN * (nearest > 0 ? mean(distances, from, end, k + 1) : meanOfAll);
    const width = Math.max(floor, smoothWidth(distances, from, end, nearest));
    for (let at = from; at < end; at++) {
      found[at] = distances[at] <= nearest ? 1 : Math.exp((nearest - distances[at]) / width);
    }
  }
  return found;
}

/** σ of a row: the width at which its neighbors' memberships add up to log₂(k + 1), by halving (algorithm 3). */
function smoothWidth(distances: Float64Array, from: number, end: number, nearest: number): number {
  const target = Math.log2(end - from + 1);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let width = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    let sum = 0;
    for (let at = from; at < end; at++) {
      sum += distances[at] <= nearest ? 1 : Math.exp((nearest - distances[at]) / width);
    }
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = width;
    else low = width;
    width = high === Number.POSITIVE_INFINITY ? 2 * width : (low + high) / 2;
  }
  return width;
}

function mean(values: Float64Array, from: number, end: number, count: number): number {
  let sum = 0;
  for (let at = from; at < end; at++) sum += values[at];
  return sum / Math.max(1, count);
}

function unite({ count, k, rows }: KnnGraph, strengths: Float32Array): FuzzyGraph {
  const placeOf = (row: number, other: number) => {
    for (let at = row * k; at < (row + 1) * k; at++) if (rows[at] === other) return at;
    return -1;
  };
  const offsets = new Int32Array(count + 1).fill(k, 1);
  for (let row = 0; row < count; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) if (placeOf(rows[at], row) < 0) offsets[rows[at] + 1]++;
  }
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row];
  const others = new Int32Array(offsets[count]);
  const weights = new Float32Array(offsets[count]);
  const filled = Int32Array.from({ length: count }, (_, row) => offsets[row] + k);
  for (let row = 0; row < count; row++) {
    for (let at = row * k, own = offsets[row]; at < (row + 1) * k; at++, own++) {
      const other = rows[at];
      const back = placeOf(other, row);
      others[own] = other;
      weights[own] = strengths[at];
      if (back >= 0) {
        const returned = strengths[back];
        weights[own] = strengths[at] + returned - strengths[at] * returned;
      } else {
        others[filled[other]] = row;
        weights[filled[other]++] = strengths[at];
      }
    }
  }
  return { count, offsets, others, weights };
}
