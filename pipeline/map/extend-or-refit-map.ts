/** Updates the map of the previous snapshot to the papers of the next one. */

import { roundToDigits } from '../core/algorithms/statistics.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapDrift, MapUpdateKind } from '../core/manifest.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import { MAX_NEW_PAPERS_SHARE, NO_PREVIOUS_ROW } from '../core/snapshot-update.ts';
import type { Vectors } from '../core/vectors.ts';
import { type LayoutOptions, layOutPapers } from './layout.ts';
import { placeNewPapers } from './place-new-papers.ts';

// Alignment of a new map to the previous one, so that people find papers where they were.

/** A similarity transform of a map: (x, y) → scale · (cos·x − sin·mirror·y, sin·x + cos·mirror·y) + (dx, dy). */
export interface MapAlignment {
  readonly scale: number;
  readonly cos: number;
  readonly sin: number;
  /** −1 if the map is reflected, else 1. */
  readonly mirror: 1 | -1;
  readonly dx: number;
  readonly dy: number;
}

const IDENTITY: MapAlignment = { scale: 1, cos: 1, sin: 0, mirror: 1, dx: 0, dy: 0 };

/** The papers that are on both maps: `previous[i]` and `next[i]` are the rows of one paper. */
export interface SharedRows {
  readonly previous: Int32Array;
  readonly next: Int32Array;
}

/**
 * Orthogonal Procrustes alignment: the rotation, reflection and translation of `next` that bring shared papers nearest
 * to where they were, by squared distance (in the plane it has a closed form: Schönemann & Carroll, 1970). The scale
 * gives the shared papers the same variance as on the previous map. A least-squares scale would be smaller the more
 * papers moved, and a map that is updated every night would shrink.
 *
 * @returns the identity for fewer than three shared papers, or if all of them are at one position
 */
export function procrustesAlignment(previous: MapPositions, next: MapPositions, shared: SharedRows): MapAlignment {
  const count = shared.next.length;
  if (count < 3) return IDENTITY;
  const mean = (axis: Float32Array, rows: Int32Array) => rows.reduce((sum, row) => sum + axis[row], 0) / count;
  const [ax, ay] = [mean(next.x, shared.next), mean(next.y, shared.next)];
  const [bx, by] = [mean(previous.x, shared.previous), mean(previous.y, shared.previous)];
  // The cross-covariance of the centered positions, and the total variance of each map.
  let [xx, xy, yx, yy, variance, previousVariance] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [px, py] = [next.x[shared.next[i]] - ax, next.y[shared.next[i]] - ay];
    const [qx, qy] = [previous.x[shared.previous[i]] - bx, previous.y[shared.previous[i]] - by];
    xx += px * qx;
    xy += px * qy;
    yx += py * qx;
    yy += py * qy;
    variance += px * px + py * py;
    previousVariance += qx * qx + qy * qy;
  }
  // A rotation by t maximizes (xx + yy)·cos t + (xy − yx)·sin t; with a reflection, y counts negative.
  const rotated = Math.hypot(xx + yy, xy - yx);
  const reflected = Math.hypot(xx - yy, xy + yx);
  const best = Math.max(rotated, reflected);
  if (!(variance > 1e-12) || !(best > 1e-12)) return IDENTITY;
  const mirror = reflected > rotated ? -1 : 1;
  const cos = (xx + mirror * yy) / best;
  const sin = (xy - mirror * yx) / best;
  const scale = Math.sqrt(previousVariance / variance);
  const [centerX, centerY] = [scale * (cos * ax - sin * mirror * ay), scale * (sin * ax + cos * mirror * ay)];
  return { scale, cos, sin, mirror, dx: bx - centerX, dy: by - centerY };
}

/** Applies an alignment to a map. Returns a new map; the given one is not changed. */
export function applyAlignment(
  { x, y }: MapPositions,
  { scale, cos, sin, mirror, dx, dy }: MapAlignment,
): MapPositions {
  return {
    x: x.map((_, i) => scale * (cos * x[i] - sin * mirror * y[i]) + dx),
    y: x.map((_, i) => scale * (sin * x[i] + cos * mirror * y[i]) + dy),
  };
}

/**
 * How far shared papers moved from the previous map to the next one; null if no paper is shared, or all papers of the
 * previous map are at one position.
 */
export function measureDrift(previous: MapPositions, next: MapPositions, shared: SharedRows): MapDrift | null {
  const count = shared.next.length;
  const width = Math.max(extentOf(previous.x), extentOf(previous.y));
  if (count === 0 || !(width > 0)) return null;
  const distances = Float64Array.from(shared.next, (row, i) =>
    Math.hypot(next.x[row] - previous.x[shared.previous[i]], next.y[row] - previous.y[shared.previous[i]]),
  ).sort();
  const quantile = (q: number) => roundToDigits(distances[Math.min(count - 1, Math.floor(q * count))] / width, 5);
  return { median: quantile(0.5), p95: quantile(0.95), shared: count };
}

/**
 * The extent of a map along an axis, from the 1st to the 99th percentile, because a few outliers say nothing about the
 * width of the map.
 */
function extentOf(axis: Float32Array): number {
  const sorted = Float32Array.from(axis).sort();
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return sorted.length === 0 ? 0 : quantile(0.99) - quantile(0.01);
}

// Making the next map.

export interface UpdateMapOptions extends LayoutOptions {
  /**
   * Largest median drift, as a share of the map's width. If a new layout moves papers further, the old positions are
   * kept.
   */
  readonly maxDrift: number;
}

export interface PreviousMap {
  readonly map: MapPositions;
  /** For each row of the new snapshot, the same paper's row in the previous one; NO_PREVIOUS_ROW for a new paper. */
  readonly previousRowOf: Int32Array;
  /**
   * True if the previous map was laid out with the same options. If not, the next map is laid out from scratch and then
   * only aligned to the previous one.
   */
  readonly isComparable: boolean;
  /** Number of papers that were placed on the previous map since it was last laid out as a whole. */
  readonly newPapers: number;
}

export interface UpdatedMap {
  readonly map: MapPositions;
  /** How far papers moved from the previous map; null if no paper is on both maps. */
  readonly drift: MapDrift | null;
  readonly update: MapUpdateKind;
  /** Number of papers that were placed on the map since it was last laid out as a whole. */
  readonly newPapers: number;
}

/**
 * If a smaller share of the papers of the next map is on the previous one, the previous positions are not worth
 * keeping.
 */
const MIN_SHARED = 0.5;

/**
 * Makes the next map. A few new papers are placed among the others, which stay where they are. With more new papers,
 * all are laid out again, starting from the previous positions, and the new map is aligned to the previous one. See
 * `MapUpdateKind` for all cases.
 */
export async function updateMap(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousMap | undefined,
  options: UpdateMapOptions,
  effects: Effects,
): Promise<UpdatedMap> {
  const fresh = { update: 'fresh', newPapers: 0 } as const;
  if (!previous) {
    effects.debug('map: fresh, because there is no previous map');
    return { map: await layOutPapers(vectors, graph, options, effects), drift: null, ...fresh };
  }
  const shared = sharedRows(previous.previousRowOf);
  const isUsable = previous.isComparable && shared.next.length >= MIN_SHARED * vectors.count;
  const start = isUsable ? knownPositions(previous) : undefined;
  const newPapers = previous.newPapers + vectors.count - shared.next.length;
  const extend = (known: KnownPositions) => {
    const map = placeNewPapers(graph, known, options);
    return { map, drift: measureDrift(previous.map, map, shared), newPapers };
  };
  const news = `${newPapers} papers new since the last layout, ${percent(MAX_NEW_PAPERS_SHARE)} are placed without another`;
  if (start && newPapers <= MAX_NEW_PAPERS_SHARE * vectors.count) {
    effects.debug(`map: extended (${news})`);
    return { ...extend(start), update: 'extended' };
  }
  const layout = await layOutPapers(vectors, graph, { ...options, start }, effects);
  const map = applyAlignment(layout, procrustesAlignment(previous.map, layout, shared));
  const drift = measureDrift(previous.map, map, shared);
  if (!start || !drift) {
    const reason = previous.isComparable ? 'fewer than half of the papers are on the previous map' : 'options changed';
    effects.debug(`map: fresh, because ${reason}; aligned to the previous map`);
    return { map, drift, ...fresh };
  }
  const moved = `median drift ${percent(drift.median)} of the map's width, maxDrift ${percent(options.maxDrift)}`;
  effects.debug(`map: ${drift.median <= options.maxDrift ? 'refit' : 'frozen'} (${news}; ${moved})`);
  if (drift.median <= options.maxDrift) return { map, drift, update: 'refit', newPapers: 0 };
  effects.warn(
    `the previous map is kept: in a new layout half of the papers would move by ${percent(drift.median)} of the map's ` +
      `width or more, and maxDrift is ${percent(options.maxDrift)}`,
  );
  return { ...extend(start), update: 'frozen' };
}

function sharedRows(previousRowOf: Int32Array): SharedRows {
  const next = Int32Array.from(previousRowOf.keys()).filter((row) => previousRowOf[row] !== NO_PREVIOUS_ROW);
  return { next, previous: next.map((row) => previousRowOf[row]) };
}

function knownPositions({ map, previousRowOf }: PreviousMap): KnownPositions {
  const take = (axis: Float32Array) =>
    Float32Array.from(previousRowOf, (row) => (row === NO_PREVIOUS_ROW ? 0 : axis[row]));
  return {
    x: take(map.x),
    y: take(map.y),
    known: Uint8Array.from(previousRowOf, (row) => (row === NO_PREVIOUS_ROW ? 0 : 1)),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
