/** How close papers stand, on a grid: counted into cells, then blurred. */
import { blur2 } from 'd3';
import type { Rows } from '../scene.ts';
import type { World } from '../world.ts';

/** The grid covers the world from −REACH to REACH both ways: papers lie within ±½, and their blur a little beyond. */
export const REACH = 0.65;
/** Cells either way. */
export const CELLS = 200;

export interface Density {
  values: Float32Array;
  max: number;
}

/**
 * @param rows null: all papers
 * @param blur in cells: half the width of the box that three passes of blurring take
 */
export function densityOf(world: Pick<World, 'n' | 'x' | 'y'>, rows: Rows | null, blur: number): Density {
  const values = new Float32Array(CELLS * CELLS);
  const scale = CELLS / (2 * REACH);
  const add = (row: number) => {
    const column = Math.floor((world.x[row]! + REACH) * scale);
    const line = Math.floor((world.y[row]! + REACH) * scale);
    values[line * CELLS + column]!++;
  };
  if (rows === null) for (let row = 0; row < world.n; row++) add(row);
  else for (const row of rows) add(row);
  blur2({ data: values, width: CELLS, height: CELLS }, blur);
  let max = 0;
  for (const value of values) if (value > max) max = value;
  return { values, max };
}
