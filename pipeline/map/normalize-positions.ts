/** Scales map positions, and separates papers that have the same position. */
import type { MapPositions } from '../core/map-positions.ts';

/**
 * The share of papers that scaling puts within the given radius on each axis. The rest may lie outside, so that a few
 * outliers do not make everything else small.
 */
const INNER_SHARE = 0.99;

/**
 * Moves the median of each axis to 0 and scales both axes by the same factor, so that 99 % of the papers are within
 * `radius` on either axis. In place. Before that, coordinates that are not finite are set to 0.
 */
export function centerAndScale(positions: MapPositions, radius: number): void {
  for (const axis of [positions.x, positions.y]) {
    for (let i = 0; i < axis.length; i++) if (!Number.isFinite(axis[i])) axis[i] = 0;
  }
  const extents = [positions.x, positions.y].map((axis) => {
    const median = Float32Array.from(axis).sort()[axis.length >> 1] ?? 0;
    for (let i = 0; i < axis.length; i++) axis[i] -= median;
    return Float32Array.from(axis, Math.abs).sort()[Math.max(0, Math.ceil(axis.length * INNER_SHARE) - 1)] ?? 0;
  });
  const extent = Math.max(...extents);
  if (!(extent > 1e-6)) return;
  for (const axis of [positions.x, positions.y]) for (let i = 0; i < axis.length; i++) axis[i] *= radius / extent;
}

/** Distance in map units between the first two of several papers that had the same position. */
const DUPLICATE_SPACING = 0.3;
/** The golden angle: radians between consecutive points of a sunflower spiral. */
export const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Spreads papers with exactly equal positions (equal texts) over a small sunflower spiral (Vogel, A better way to
 * construct the sunflower head, 1979), so that each can be seen and a layout can separate them. In place. Of papers
 * with equal positions, the one with the lowest row stays.
 *
 * @param fixed 1 for each row that must stay where it is
 */
export function spreadDuplicates({ x, y }: MapPositions, fixed?: Uint8Array): void {
  const order = Int32Array.from(x, (_, row) => row).sort((a, b) => x[a] - x[b] || y[a] - y[b] || a - b);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const [sharedX, sharedY] = [x[order[from]], y[order[from]]];
    for (; to < order.length && x[order[to]] === sharedX && y[order[to]] === sharedY; to++) {
      const row = order[to];
      if (fixed?.[row]) continue;
      x[row] += DUPLICATE_SPACING * Math.sqrt(to - from) * Math.cos((to - from) * GOLDEN_ANGLE);
      y[row] += DUPLICATE_SPACING * Math.sqrt(to - from) * Math.sin((to - from) * GOLDEN_ANGLE);
    }
  }
}
