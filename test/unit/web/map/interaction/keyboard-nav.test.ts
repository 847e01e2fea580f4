import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Direction,
  findNearestRowInDirection,
  findNextPaperInDirection,
} from '../../../../../web/map/interaction/keyboard-nav.ts';

const coordinate = fc.integer({ min: -20, max: 20 });
const worlds = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 40 }).map((positions) => ({
  n: positions.length,
  x: Float32Array.from(positions, ([x]) => x),
  y: Float32Array.from(positions, ([, y]) => y),
}));
const directions = fc.constantFrom<Direction>('left', 'right', 'up', 'down');
const rowsOf = ({ n }: { n: number }) => Array.from({ length: n }, (_, row) => row);

/** The angle between an offset and an arrow, in degrees. */
function angle(dx: number, dy: number, direction: Direction): number {
  const arrow = { right: 0, down: 90, left: 180, up: 270 }[direction];
  const at = ((Math.atan2(dy, dx) * 180) / Math.PI + 360) % 360;
  return Math.min(Math.abs(at - arrow), 360 - Math.abs(at - arrow));
}

describe('an arrow key on the map', () => {
  test('goes to a paper within 45 degrees of the arrow, if there is one', () => {
    fc.assert(
      fc.property(worlds, directions, (world, direction) => {
        const from = { x: world.x[0], y: world.y[0] };
        const nearest = findNearestRowInDirection(world, from, direction, rowsOf(world));
        const ahead = rowsOf(world).filter((row) => {
          const [dx, dy] = [world.x[row] - from.x, world.y[row] - from.y];
          return (dx !== 0 || dy !== 0) && angle(dx, dy, direction) < 45 + 1e-9;
        });
        if (nearest >= 0) expect(ahead).toContain(nearest);
        else expect(ahead).toEqual([]);
      }),
    );
  });

  test('never skips a paper straight ahead for one more than twice as far', () => {
    fc.assert(
      fc.property(worlds, directions, (world, direction) => {
        const nearest = findNearestRowInDirection(world, { x: 0, y: 0 }, direction, rowsOf(world));
        if (nearest < 0) return;
        const distance = (row: number) => Math.hypot(world.x[row], world.y[row]);
        for (const row of rowsOf(world)) {
          const isStraightAhead = distance(row) > 0 && angle(world.x[row], world.y[row], direction) < 1e-6;
          if (isStraightAhead) expect(distance(nearest)).toBeLessThanOrEqual(2 * distance(row));
        }
      }),
    );
  });

  test('goes to a true neighbor if one is in that direction, otherwise to the nearest on the map', () => {
    const world = { n: 4, x: Float32Array.of(0, 1, 5, -3), y: Float32Array.of(0, 0, 1, 0) };
    expect(findNextPaperInDirection(world, 0, 'right', [2, 3])).toEqual({ row: 2, isNeighbor: true });
    expect(findNextPaperInDirection(world, 0, 'right', [3])).toEqual({ row: 1, isNeighbor: false });
    expect(findNextPaperInDirection(world, 0, 'up', [1, 2, 3])).toEqual({ row: -1, isNeighbor: false });
  });
});
