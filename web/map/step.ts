/** From one paper of the map to the next by an arrow key: pure. */
import type { World } from './world.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** On the screen, y downwards. */
const ways: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/**
 * The row nearest to a place among those that lie in a direction, no farther aside than onwards; −1 where none does. What
 * lies straight ahead counts as nearer than what lies aside.
 */
export function nearestTowards(
  world: Pick<World, 'x' | 'y'>,
  from: { x: number; y: number },
  direction: Direction,
  rows: Iterable<number>,
): number {
  const [wayX, wayY] = ways[direction];
  let best = -1;
  let least = Infinity;
  for (const row of rows) {
    const [dx, dy] = [world.x[row]! - from.x, world.y[row]! - from.y];
    const onwards = dx * wayX + dy * wayY;
    const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
    if (!(onwards > 0) || aside > onwards) continue;
    const far = Math.hypot(onwards, aside) * (1 + aside / onwards);
    if (far < least) [best, least] = [row, far];
  }
  return best;
}

/** A step from a paper: to a true neighbour where one lies that way, else to the nearest paper of the map that does. */
export function step(
  world: Pick<World, 'n' | 'x' | 'y'>,
  row: number,
  direction: Direction,
  neighbors: readonly number[],
): { row: number; isNeighbor: boolean } {
  const from = { x: world.x[row]!, y: world.y[row]! };
  const neighbor = nearestTowards(world, from, direction, neighbors);
  if (neighbor >= 0) return { row: neighbor, isNeighbor: true };
  return { row: nearestTowards(world, from, direction, allRows(world.n)), isNeighbor: false };
}

function* allRows(n: number): Iterable<number> {
  for (let row = 0; row < n; row++) yield row;
}
