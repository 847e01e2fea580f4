import type { Projection } from '../core/map-positions.ts';

/** A map is scaled so that this share of the papers, on each axis, lies within the radius. */
const INNER_SHARE = 0.99;
/** How far the second of two papers on one place is moved, map units. */
const APART = 0.3;

/** Moves the median to 0 and scales both axes alike, in place. A place that is not finite goes to the middle. */
export function scaleToRadius(places: Projection, radius: number): void {
  for (const axis of [places.x, places.y]) {
    for (let i = 0; i < axis.length; i++) if (!Number.isFinite(axis[i])) axis[i] = 0;
  }
  const extents = [places.x, places.y].map((axis) => {
    const middle = Float32Array.from(axis).sort()[axis.length >> 1] ?? 0;
    for (let i = 0; i < axis.length; i++) axis[i] -= middle;
    return Float32Array.from(axis, Math.abs).sort()[Math.max(0, Math.ceil(axis.length * INNER_SHARE) - 1)] ?? 0;
  });
  const extent = Math.max(...extents);
  if (!(extent > 1e-6)) return;
  for (const axis of [places.x, places.y]) for (let i = 0; i < axis.length; i++) axis[i] *= radius / extent;
}

/**
 * Spreads papers that stand on one very place (equal texts) over a small sunflower spiral, so that each can be seen and
 * a layout can part them (Vogel, A better way to construct the sunflower head, 1979). In place; the first by row stays.
 *
 * @param fixed rows with 1 stay where they are
 */
export function separateEqualPlaces({ x, y }: Projection, fixed?: Uint8Array): void {
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
  const order = Int32Array.from(x, (_, row) => row).sort((a, b) => x[a] - x[b] || y[a] - y[b] || a - b);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const [left, top] = [x[order[from]], y[order[from]]];
    for (; to < order.length && x[order[to]] === left && y[order[to]] === top; to++) {
      const row = order[to];
      if (fixed?.[row]) continue;
      x[row] += APART * Math.sqrt(to - from) * Math.cos((to - from) * GOLDEN_ANGLE);
      y[row] += APART * Math.sqrt(to - from) * Math.sin((to - from) * GOLDEN_ANGLE);
    }
  }
}
