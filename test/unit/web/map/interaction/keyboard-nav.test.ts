import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Direction, nearestInDirection, stepInDirection } from '../../../../../web/map/interaction/keyboard-nav.ts';

const place = fc.integer({ min: -20, max: 20 });
const worlds = fc.array(fc.tuple(place, place), { minLength: 2, maxLength: 40 }).map((places) => ({
  n: places.length,
  x: Float32Array.from(places, ([x]) => x),
  y: Float32Array.from(places, ([, y]) => y),
}));
const directions = fc.constantFrom<Direction>('left', 'right', 'up', 'down');
const all = (n: number) => Array.from({ length: n }, (_, row) => row);

/** The angle between where a paper lies and where the arrow points, in degrees. */
function aside(dx: number, dy: number, direction: Direction): number {
  const arrow = { right: 0, down: 90, left: 180, up: 270 }[direction];
  const at = ((Math.atan2(dy, dx) * 180) / Math.PI + 360) % 360;
  return Math.min(Math.abs(at - arrow), 360 - Math.abs(at - arrow));
}

describe('a step on the map', () => {
  it('goes to a paper within 45 degrees of the arrow, and to some wherever one is there', () => {
    fc.assert(
      fc.property(worlds, directions, (world, direction) => {
        const from = { x: world.x[0]!, y: world.y[0]! };
        const found = nearestInDirection(world, from, direction, all(world.n));
        const ahead = all(world.n).filter((row) => {
          const [dx, dy] = [world.x[row]! - from.x, world.y[row]! - from.y];
          return (dx !== 0 || dy !== 0) && aside(dx, dy, direction) < 45 + 1e-9;
        });
        if (found >= 0) expect(ahead).toContain(found);
        else expect(ahead).toEqual([]);
      }),
    );
  });

  it('never passes over a paper that lies straight ahead for one twice as far', () => {
    fc.assert(
      fc.property(worlds, directions, (world, direction) => {
        const found = nearestInDirection(world, { x: 0, y: 0 }, direction, all(world.n));
        if (found < 0) return;
        const far = (row: number) => Math.hypot(world.x[row]!, world.y[row]!);
        for (let row = 0; row < world.n; row++) {
          const straight = far(row) > 0 && aside(world.x[row]!, world.y[row]!, direction) < 1e-6;
          if (straight) expect(far(found)).toBeLessThanOrEqual(2 * far(row));
        }
      }),
    );
  });

  it('goes to a true neighbor where one lies that way, else to the nearest on the map', () => {
    const world = { n: 4, x: Float32Array.of(0, 1, 5, -3), y: Float32Array.of(0, 0, 1, 0) };
    expect(stepInDirection(world, 0, 'right', [2, 3])).toEqual({ row: 2, isNeighbor: true });
    expect(stepInDirection(world, 0, 'right', [3])).toEqual({ row: 1, isNeighbor: false });
    expect(stepInDirection(world, 0, 'up', [1, 2, 3])).toEqual({ row: -1, isNeighbor: false });
  });
});
