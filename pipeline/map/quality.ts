import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { finished, type Steps, spans, stretch } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { Projection } from '../core/map-positions.ts';
import { dotWithRow, type Vectors, vectorAt } from '../core/vectors.ts';
import { inSteps } from '../runtime/scheduling.ts';
import { type MapNeighbors, mapNeighbors } from './map-neighbors.ts';

/** How far a map can be believed: by paper, and in three figures for the whole of it. */

/** Neighbors a paper that every figure looks at, fewer where there are not so many papers. */
export const NEIGHBORS = 15;
/** A paper is near another on the map that is among so many papers nearest to it there. */
export const NEAR = 50;
/** Up to so many papers trustworthiness is exact. */
const EXACT_UP_TO = 2_000;
/** Beyond, so many rows are looked at, and so many papers say how far down another one is. */
const LOOKED_AT = 2_000;
const JUDGES = 1_000;
/** Pairs whose distances are compared. */
const PAIRS = 20_000;

/** Rows between two steps: some milliseconds of looking for places, and of comparing with a thousand judges. */
const PLACES_AT_ONCE = 256;
const ROWS_AT_ONCE = 8;
/** The share of the time that is over when neighbors are counted, for 312,997 papers. */
const SHARE_OF_NEIGHBORS = 0.55;

export interface MapTrust {
  /** By row: the share of its nearest papers, at most 15, that are among the 50 nearest to it on the map; 1 for a paper alone. */
  readonly rows: Float32Array;
  /** Venna & Kaski's, k = 15, at most 1: 1 where papers that are near on the map are neighbors in truth. null below four papers. */
  readonly trustworthiness: number | null;
  /** The share of the 15 nearest papers, in [0, 1], that are among the 15 nearest on the map. null below two papers. */
  readonly neighborRecall: number | null;
  /** Spearman's correlation of true and map distance over random pairs. null where all distances are equal. */
  readonly distanceCorrelation: number | null;
}

/**
 * @param graph each row's true neighbors; only the first 15 are looked at
 * @param seed chooses the rows and pairs that are looked at where there are many
 */
export function* measureMap(vectors: Vectors, graph: KnnGraph, map: Projection, seed: number): Steps<MapTrust> {
  const random = seededRandom(seed);
  const few = vectors.count <= EXACT_UP_TO;
  const looked = sampleRows(vectors.count, few ? EXACT_UP_TO : LOOKED_AT, random);
  const judges = sampleRows(vectors.count, few ? EXACT_UP_TO : JUDGES, random);
  const near = mapNeighbors(map);
  const kept = yield* stretch(countKept(graph, near), 0, SHARE_OF_NEIGHBORS);
  return {
    ...kept,
    trustworthiness: yield* stretch(trusted(vectors, near, NEIGHBORS, looked, judges), SHARE_OF_NEIGHBORS, 1),
    distanceCorrelation: distanceCorrelation(vectors, map, PAIRS, seed),
  };
}

/** What of each row's true neighbors the map keeps near, and among just as many. */
export function keptNeighbors(graph: KnnGraph, map: Projection): Kept {
  return finished(countKept(graph, mapNeighbors(map)));
}

type Kept = Pick<MapTrust, 'rows' | 'neighborRecall'>;

function* countKept(graph: KnnGraph, near: MapNeighbors): Steps<Kept> {
  const { count, k } = graph;
  const wanted = Math.min(k, NEIGHBORS);
  const rows = new Float32Array(count).fill(1);
  // Where a row stands among another's nearest on the map; of which other, so that nothing needs clearing.
  const rank = new Int32Array(count);
  const rankedFor = new Int32Array(count).fill(-1);
  let preserved = 0;
  const countOf = (row: number) => {
    near.nearest(row, NEAR).forEach((other, at) => {
      rank[other] = at;
      rankedFor[other] = row;
    });
    let kept = 0;
    for (let at = row * k; at < row * k + wanted; at++) {
      const other = graph.rows[at];
      if (rankedFor[other] !== row) continue;
      kept++;
      if (rank[other] < wanted) preserved++;
    }
    rows[row] = kept / wanted;
  };
  yield* spans(wanted > 0 ? count : 0, PLACES_AT_ONCE, (from, to) => {
    for (let row = from; row < to; row++) countOf(row);
  });
  return { rows, neighborRecall: wanted === 0 ? null : preserved / (count * wanted) };
}

/**
 * How far papers that the map shows near are so in truth (Venna & Kaski, Neighborhood preservation in nonlinear
 * projection methods, 2001, equation 1): 1 less what each of a row's k nearest on the map is beyond the k-th in truth.
 *
 * @param rows are looked at, O(dimensions × judges) each
 * @param judges rows that ranks are counted among; fewer than all give ranks that are right on average, and so far from
 *   the thousands that bad ones are that the figure's third digit keeps still
 * @returns null where there are too few rows for the measure: it wants k below half of them, and takes a smaller k
 */
export function trustworthiness(
  vectors: Vectors,
  map: Projection,
  most: number,
  rows: Int32Array,
  judges: Int32Array,
): number | null {
  return finished(trusted(vectors, mapNeighbors(map), most, rows, judges));
}

function* trusted(
  vectors: Vectors,
  near: MapNeighbors,
  most: number,
  rows: Int32Array,
  judges: Int32Array,
): Steps<number | null> {
  const { count } = vectors;
  const k = Math.min(most, Math.floor((count - 1) / 2));
  if (k < 1 || rows.length === 0 || count < 4) return null;
  let beyond = 0;
  const lookAt = (row: number) => {
    const query = vectorAt(vectors, row);
    // A row is not its own neighbor, whatever its vector.
    const others = judges.filter((other) => other !== row);
    const similarities = Float64Array.from(others, (other) => dotWithRow(vectors, other, query)).sort();
    const judged = (count - 1) / Math.max(1, others.length);
    for (const other of near.nearest(row, k)) {
      // Of equally similar papers each has the best rank.
      const rank = 1 + judged * countAbove(similarities, dotWithRow(vectors, other, query));
      if (rank > k) beyond += rank - k;
    }
  };
  yield* spans(rows.length, ROWS_AT_ONCE, (from, to) => rows.subarray(from, to).forEach(lookAt));
  return 1 - (2 * beyond) / (rows.length * k * (2 * count - 3 * k - 1));
}

/** How many of the values, ascending, are above one. */
function countAbove(values: Float64Array, bar: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > bar) high = middle;
    else low = middle + 1;
  }
  return values.length - low;
}

/** Spearman's rank correlation between 1 − similarity and distance on the map, over random pairs of two rows. */
export function distanceCorrelation(vectors: Vectors, map: Projection, pairs: number, seed: number): number | null {
  const { count } = vectors;
  if (count < 3) return null;
  const random = seededRandom(seed);
  const truth = new Float64Array(pairs);
  const shown = new Float64Array(pairs);
  for (let at = 0; at < pairs; at++) {
    const a = Math.floor(random() * count);
    const b = (a + 1 + Math.floor(random() * (count - 1))) % count;
    truth[at] = 1 - dotWithRow(vectors, a, vectorAt(vectors, b));
    shown[at] = Math.hypot(map.x[a] - map.x[b], map.y[a] - map.y[b]);
  }
  return correlation(ranks(truth), ranks(shown));
}

/** Ranks from 0; equal values share the mean of theirs. */
function ranks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, at) => at).sort((a, b) => values[a] - values[b] || a - b);
  const found = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) found[order[at]] = (from + to - 1) / 2;
  }
  return found;
}

/** Pearson's; null where one side does not vary. */
function correlation(a: Float64Array, b: Float64Array): number | null {
  const middle = (a.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += (a[at] - middle) * (b[at] - middle);
    aa += (a[at] - middle) ** 2;
    bb += (b[at] - middle) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

/** Progress is told in this many parts: neighbors on the map are counted, then a sample is held against the vectors. */
const PARTS = 100;

/** How far the map can be believed, paper by paper and as a whole. */
export async function measureTrust(
  vectors: Vectors,
  graph: KnnGraph,
  map: Projection,
  seed: number,
  effects: Effects,
): Promise<MapTrust> {
  const progress = effects.begin('trust', PARTS);
  const at = (share: number) => progress.at(Math.floor(share * PARTS));
  const trust = await inSteps(measureMap(vectors, graph, map, seed), at, effects.signal);
  const told = (value: number | null) => (value === null ? 'unknown' : value.toFixed(3));
  progress.end(`trustworthiness ${told(trust.trustworthiness)}, neighbors kept ${told(trust.neighborRecall)}`);
  return trust;
}
