import type { Projection } from '../core/map-positions.ts';

/** A similarity of the plane: (x, y) → scale · (cos·x ∓ sin·y, sin·x ± cos·y) + (dx, dy), mirrored where `mirror` is −1. */
export interface Alignment {
  readonly scale: number;
  readonly cos: number;
  readonly sin: number;
  readonly mirror: 1 | -1;
  readonly dx: number;
  readonly dy: number;
}

const IDENTITY: Alignment = { scale: 1, cos: 1, sin: 0, mirror: 1, dx: 0, dy: 0 };

/** Two rows of two maps that are the same paper. */
export interface SharedRows {
  readonly previous: Int32Array;
  readonly next: Int32Array;
}

/**
 * The turn, mirroring and shift of a map that brings shared papers nearest to where they were, by squared distance, with
 * their spread made what it was (orthogonal Procrustes; in the plane its solution is closed: Schönemann & Carroll 1970).
 * The scale that is best by squares would be smaller the more papers moved, and a map that is rebuilt every night would
 * shrink. The identity for fewer than three papers, or papers that all stand on one place.
 */
export function alignmentTo(previous: Projection, next: Projection, shared: SharedRows): Alignment {
  const count = shared.next.length;
  if (count < 3) return IDENTITY;
  const mean = (axis: Float32Array, rows: Int32Array) => rows.reduce((sum, row) => sum + axis[row], 0) / count;
  const [ax, ay] = [mean(next.x, shared.next), mean(next.y, shared.next)];
  const [bx, by] = [mean(previous.x, shared.previous), mean(previous.y, shared.previous)];
  // The four sums of products of centered places, and the spread of both maps.
  let [xx, xy, yx, yy, spread, previousSpread] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [px, py] = [next.x[shared.next[i]] - ax, next.y[shared.next[i]] - ay];
    const [qx, qy] = [previous.x[shared.previous[i]] - bx, previous.y[shared.previous[i]] - by];
    xx += px * qx;
    xy += px * qy;
    yx += py * qx;
    yy += py * qy;
    spread += px * px + py * py;
    previousSpread += qx * qx + qy * qy;
  }
  // Of a pure rotation by t the sum to make largest is (xx + yy)·cos t + (xy − yx)·sin t; mirrored, y counts negative.
  const turned = Math.hypot(xx + yy, xy - yx);
  const mirrored = Math.hypot(xx - yy, xy + yx);
  const best = Math.max(turned, mirrored);
  if (!(spread > 1e-12) || !(best > 1e-12)) return IDENTITY;
  const mirror = mirrored > turned ? -1 : 1;
  const cos = (xx + mirror * yy) / best;
  const sin = (xy - mirror * yx) / best;
  const scale = Math.sqrt(previousSpread / spread);
  const [mx, my] = [scale * (cos * ax - sin * mirror * ay), scale * (sin * ax + cos * mirror * ay)];
  return { scale, cos, sin, mirror, dx: bx - mx, dy: by - my };
}

/** The map, moved. */
export function aligned({ x, y }: Projection, { scale, cos, sin, mirror, dx, dy }: Alignment): Projection {
  return {
    x: x.map((_, i) => scale * (cos * x[i] - sin * mirror * y[i]) + dx),
    y: x.map((_, i) => scale * (sin * x[i] + cos * mirror * y[i]) + dy),
  };
}

/** How far shared papers moved, in shares of the previous map's width (the larger of its two extents, 98 % of papers). */
export interface Drift {
  readonly median: number;
  readonly p95: number;
  /** How many papers both maps hold. */
  readonly shared: number;
}

/** null where no paper is shared, or the previous map has no extent. */
export function driftBetween(previous: Projection, next: Projection, shared: SharedRows): Drift | null {
  const count = shared.next.length;
  const width = Math.max(extentOf(previous.x), extentOf(previous.y));
  if (count === 0 || !(width > 0)) return null;
  const moved = Float64Array.from(shared.next, (row, i) =>
    Math.hypot(next.x[row] - previous.x[shared.previous[i]], next.y[row] - previous.y[shared.previous[i]]),
  ).sort();
  const at = (share: number) => Math.round((moved[Math.min(count - 1, Math.floor(share * count))] / width) * 1e5) / 1e5;
  return { median: at(0.5), p95: at(0.95), shared: count };
}

/** Of the middle 98 %: a few papers far out say nothing about a map's width. */
function extentOf(axis: Float32Array): number {
  const sorted = Float32Array.from(axis).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return sorted.length === 0 ? 0 : at(0.99) - at(0.01);
}
