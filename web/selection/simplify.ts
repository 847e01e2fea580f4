/** A lasso drawn by hand as few points: short enough for an address, the same line to the eye. Pure. */

import type { Camera } from '../map/map.ts';
import type { World } from '../map/world.ts';

/** Pixels per map unit. */
export function pixelsPerUnit({ transform }: Pick<Camera, 'transform'>, world: Pick<World, 'fromMap'>): number {
  return Math.abs(world.fromMap(1, 0)[0] - world.fromMap(0, 0)[0]) * transform.k;
}

/** As many corners a lasso has at most. */
const MOST_POINTS = 32;

/** Squared distance of point p from the piece of line between a and b. */
function distanceTo(points: readonly number[], p: number, a: number, b: number): number {
  const [ax, ay] = [points[2 * a]!, points[2 * a + 1]!];
  const [dx, dy] = [points[2 * b]! - ax, points[2 * b + 1]! - ay];
  const [px, py] = [points[2 * p]! - ax, points[2 * p + 1]! - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}

/** Ramer (1972), Douglas and Peucker (1973): what is left out lies within `tolerance` of what is kept. */
function keep(points: readonly number[], tolerance: number): number[] {
  const last = points.length / 2 - 1;
  const kept = new Uint8Array(last + 1);
  kept[0] = kept[last] = 1;
  const waiting: [number, number][] = [[0, last]];
  for (let span = waiting.pop(); span; span = waiting.pop()) {
    const [from, to] = span;
    let farthest = -1;
    let most = tolerance * tolerance;
    for (let i = from + 1; i < to; i++) {
      const away = distanceTo(points, i, from, to);
      if (away > most) [farthest, most] = [i, away];
    }
    if (farthest < 0) continue;
    kept[farthest] = 1;
    waiting.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept[i >> 1] === 1);
}

/**
 * @param points x and y by turns, as the hand went
 * @param tolerance in their unit; doubled until few enough are left
 */
export function simplify(points: readonly number[], tolerance: number): number[] {
  if (points.length <= 6) return [...points];
  let allowed = tolerance;
  let kept = keep(points, allowed);
  while (kept.length > 2 * MOST_POINTS) {
    allowed *= 2;
    kept = keep(points, allowed);
  }
  return kept;
}

/**
 * Numbers cut to as many decimals as tell half a pixel apart.
 *
 * @param scale pixels per unit
 */
export function roundTo(scale: number, values: readonly number[]): number[] {
  const digits = Math.min(8, Math.max(0, Math.ceil(Math.log10(2 * scale))));
  const ten = 10 ** digits;
  return values.map((value) => Math.round(value * ten) / ten + 0);
}
