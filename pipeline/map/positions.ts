/** Scaling of map positions, and separation of equal ones. */
import type { MapPositions } from '../core/map-positions.ts';

/** This share of the papers is to be within the radius on each axis: a few outliers do not make everything else small. */
const INNER_SHARE = 0.99;

/**
 * Moves the median of each axis to 0 and scales both axes by the same factor, so that 99 % of the papers are within
 * `radius` on either axis. In place. A coordinate that is not finite becomes that of the center.
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

/** Distance between the first two of several papers at one position, map units. */
const DUPLICATE_SPACING = 0.3;
/** Radians between consecutive points of a sunflower spiral. */
export const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Spreads papers with exactly equal positions (equal texts) over a small sunflower spiral (Vogel, A better way to
 * construct the sunflower head, 1979), so that each can be seen and a layout can separate them. In place; the first by row
 * stays.
 *
 * @param fixed rows with 1 stay where they are
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
