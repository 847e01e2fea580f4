/**
 * The papers in the order of a grid: what is near on the map is near in memory. Drawing leaves out the cells that are
 * out of sight and writes its pixels line by line; the paper under the pointer is looked for in few cells.
 */
import type { World } from '../world.ts';

export interface PointIndex {
  n: number;
  /** Places in the order of the cells, and the row of each. */
  x: Float32Array;
  y: Float32Array;
  row: Uint32Array;
  /** A column by row, put into the order of the cells. */
  ordered(column: Uint8Array): Uint8Array;
  /** Papers around a paper, in the mean, for each square unit of the world. */
  density: number;
  /**
   * How many papers a map would hold that looks as crowded as those whose entry in `mask` (in the order of the cells) is 0:
   * between their number and what it were if all of the map was as crowded as it is around one of them.
   */
  crowd(mask: Uint8Array): number;
  /** From and to of the runs of places that a box of the world touches, flat. Holds all of the box and a little more. */
  runs(left: number, top: number, right: number, bottom: number): Uint32Array;
  /** The row nearest to a place of the world within a radius, or −1. */
  nearest(x: number, y: number, radius: number): number;
}

/** Papers a cell, where they lie evenly. */
const CROWD = 24;
const MOST_CELLS = 320;

export function createPointIndex(world: Pick<World, 'n' | 'x' | 'y'>): PointIndex {
  const { n } = world;
  const side = Math.max(1, Math.min(MOST_CELLS, Math.ceil(Math.sqrt(n / CROWD))));
  // The world's longer side is 1, its middle 0.
  const cellOf = (value: number) => Math.min(side - 1, Math.max(0, Math.floor((value + 0.5) * side)));
  const cells = new Uint32Array(n);
  const starts = new Uint32Array(side * side + 1);
  for (let i = 0; i < n; i++) {
    const cell = cellOf(world.y[i]!) * side + cellOf(world.x[i]!);
    cells[i] = cell;
    starts[cell + 1]!++;
  }
  for (let cell = 0; cell < side * side; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const row = new Uint32Array(n);
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const at = next[cells[i]!]!++;
    row[at] = i;
    x[at] = world.x[i]!;
    y[at] = world.y[i]!;
  }

  let pairs = 0;
  for (let cell = 0; cell < side * side; cell++) {
    const here = starts[cell + 1]! - starts[cell]!;
    pairs += here * (here - 1);
  }

  return {
    n,
    x,
    y,
    row,
    ordered(column) {
      const out = new Uint8Array(n);
      for (let i = 0; i < n; i++) out[i] = column[row[i]!]!;
      return out;
    },
    density: n > 0 ? (pairs / n) * side * side : 0,
    crowd(mask) {
      let left = 0;
      let near = 0;
      for (let cell = 0; cell < side * side; cell++) {
        let here = 0;
        for (let i = starts[cell]!, end = starts[cell + 1]!; i < end; i++) here += 1 - mask[i]!;
        left += here;
        near += here * (here - 1);
      }
      // Others in the cell of one of them in the mean, held against those of any paper.
      const around = left > 0 && pairs > 0 ? near / left / (pairs / n) : 0;
      return Math.sqrt(left * Math.min(n, Math.max(left, n * around)));
    },
    runs(left, top, right, bottom) {
      const [firstX, lastX] = [cellOf(left), cellOf(right)];
      const [firstY, lastY] = [cellOf(top), cellOf(bottom)];
      const out = new Uint32Array(2 * (lastY - firstY + 1));
      for (let cy = firstY; cy <= lastY; cy++) {
        out[2 * (cy - firstY)] = starts[cy * side + firstX]!;
        out[2 * (cy - firstY) + 1] = starts[cy * side + lastX + 1]!;
      }
      return out;
    },
    nearest(atX, atY, radius) {
      const runs = this.runs(atX - radius, atY - radius, atX + radius, atY + radius);
      let best = -1;
      let bestSquare = radius * radius;
      for (let run = 0; run < runs.length; run += 2) {
        for (let i = runs[run]!; i < runs[run + 1]!; i++) {
          const square = (x[i]! - atX) ** 2 + (y[i]! - atY) ** 2;
          if (square < bestSquare) {
            bestSquare = square;
            best = row[i]!;
          }
        }
      }
      return best;
    },
  };
}
