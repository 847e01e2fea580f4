/** Which paper is under the pointer. */
import { type Quadtree, quadtree } from 'd3';
import type { World } from './world.ts';

export interface HitTest {
  /** The row nearest to a place of the world within a radius, or −1. */
  nearest(x: number, y: number, radius: number): number;
}

export function createHitTest(world: Pick<World, 'n' | 'x' | 'y'>): HitTest {
  const rows = Array.from({ length: world.n }, (_, row) => row);
  const tree: Quadtree<number> = quadtree<number>(
    rows,
    (row) => world.x[row]!,
    (row) => world.y[row]!,
  );
  return { nearest: (x, y, radius) => tree.find(x, y, radius) ?? -1 };
}
