/** Areas of the map, and which papers lie in them. */
import { ascendingRows } from './ascending-rows.ts';
import type { Projection } from './projection.ts';

/** In map units. */
export type MapArea =
  /** x and y of two opposite corners. The rim is inside. */
  | { readonly kind: 'rectangle'; readonly points: readonly number[] }
  /** x and y of each corner by turns; the last is joined to the first. */
  | { readonly kind: 'lasso'; readonly points: readonly number[] };

/**
 * A function that tells by row which papers lie in an area: 1, or 0. Papers are sorted by height once, when a lasso first
 * asks for it.
 *
 * What a lasso holds is told by the even-odd rule: a ray to the right crosses the rim an odd number of times (Shimrat, 1962,
 * CACM algorithm 112, as corrected by Hacker), so that what it goes around twice is outside. Each edge is held against the
 * papers between the heights of its ends alone, O(log n) and one look a paper there: a lasso costs about two looks a paper
 * of its height.
 */
export function openAreas(map: Projection): (area: MapArea) => Uint8Array {
  let sorted: ByHeight | undefined;
  return (area) => {
    if (area.kind === 'rectangle') return inRectangle(map, area.points);
    sorted ??= byHeight(map);
    return inLasso(sorted, area.points);
  };
}

/** The rows from the lowest y to the highest, and their places in that order. */
interface ByHeight extends Projection {
  readonly rows: Int32Array;
}

function byHeight({ x, y }: Projection): ByHeight {
  const rows = ascendingRows(y);
  return { rows, x: Float32Array.from(rows, (row) => x[row]), y: Float32Array.from(rows, (row) => y[row]) };
}

function inRectangle({ x, y }: Projection, [x0, y0, x1, y1]: readonly number[]): Uint8Array {
  const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)];
  const [low, high] = [Math.min(y0, y1), Math.max(y0, y1)];
  const mask = new Uint8Array(x.length);
  for (let row = 0; row < mask.length; row++) {
    if (x[row] >= left && x[row] <= right && y[row] >= low && y[row] <= high) mask[row] = 1;
  }
  return mask;
}

function inLasso({ rows, x, y }: ByHeight, points: readonly number[]): Uint8Array {
  const crossed = new Uint8Array(rows.length);
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    const [x0, y0, x1, y1] = [points[i], points[i + 1], points[j], points[j + 1]];
    // A level edge is crossed by no level ray, and of two edges that meet at a height one has it.
    const from = firstFrom(y, Math.min(y0, y1));
    const to = firstFrom(y, Math.max(y0, y1));
    const slope = (x1 - x0) / (y1 - y0);
    for (let at = from; at < to; at++) if (x[at] < x0 + (y[at] - y0) * slope) crossed[at] ^= 1;
  }
  const mask = new Uint8Array(rows.length);
  for (let at = 0; at < crossed.length; at++) mask[rows[at]] = crossed[at];
  return mask;
}

/** The first place of ascending numbers that holds `least` or more; their length where none does. */
function firstFrom(numbers: Float32Array, least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
