/**
 * A uniform grid over the papers. Points are stored in the order of its cells, so that what is near on the map is near in memory:
 * drawing skips invisible cells and writes pixels row by row, and the paper under the pointer is searched in a few cells.
 */
import type { World } from './camera.ts';

export interface SpatialIndex {
  n: number;
  /** Positions in the order of the cells, and the row of each. */
  x: Float32Array;
  y: Float32Array;
  row: Uint32Array;
  /** A column by row, in the order of the cells. */
  toIndexOrder(column: Uint8Array): Uint8Array;
  /** Mean number of papers around a paper, per square unit of the world. */
  density: number;
  /**
   * How many papers a map would have that looks as crowded as the papers whose entry in `mask` (in the order of the cells) is 0:
   * the geometric mean of their number and of the number there would be if the map were everywhere as dense as around them.
   */
  apparentCount(mask: Uint8Array): number;
  /** From and to of the index ranges that contain all points in a box of the world, and a few others; flat. */
  rangesInBox(left: number, top: number, right: number, bottom: number): Uint32Array;
  /** The row nearest to a world position within a radius, or −1. */
  nearest(x: number, y: number, radius: number): number;
}

/** Papers per cell, if they were spread evenly. */
const PAPERS_PER_CELL = 24;
/** Cells per side, at most: beyond that, counting cells would cost more than it saves. */
const MAX_SIDE = 320;

export function createSpatialIndex(world: Pick<World, 'n' | 'x' | 'y'>): SpatialIndex {
  const { n } = world;
  const side = Math.max(1, Math.min(MAX_SIDE, Math.ceil(Math.sqrt(n / PAPERS_PER_CELL))));
  // World coordinates are from −0.5 to 0.5.
  const cellOf = (value: number) => Math.min(side - 1, Math.max(0, Math.floor((value + 0.5) * side)));

  // Counting sort by cell. `starts`: the first index of each cell.
  const cells = new Uint32Array(n);
  const starts = new Uint32Array(side * side + 1);
  for (let i = 0; i < n; i++) {
    const cell = cellOf(world.y[i]) * side + cellOf(world.x[i]);
    cells[i] = cell;
    starts[cell + 1]++;
  }
  for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice();
  const row = new Uint32Array(n);
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const index = next[cells[i]]++;
    row[index] = i;
    x[index] = world.x[i];
    y[index] = world.y[i];
  }

  /** Ordered pairs of papers that share a cell. */
  let pairs = 0;
  for (let cell = 0; cell < side * side; cell++) {
    const count = starts[cell + 1] - starts[cell];
    pairs += count * (count - 1);
  }

  return {
    n,
    x,
    y,
    row,
    toIndexOrder(column) {
      const ordered = new Uint8Array(n);
      for (let i = 0; i < n; i++) ordered[i] = column[row[i]];
      return ordered;
    },
    density: n > 0 ? (pairs / n) * side * side : 0,
    apparentCount(mask) {
      let included = 0;
      let includedPairs = 0;
      for (let cell = 0; cell < side * side; cell++) {
        let count = 0;
        for (let i = starts[cell], end = starts[cell + 1]; i < end; i++) count += 1 - mask[i];
        included += count;
        includedPairs += count * (count - 1);
      }
      // How many included papers share the cell of an included one, relative to all papers around any paper.
      const relativeDensity = included > 0 && pairs > 0 ? includedPairs / included / (pairs / n) : 0;
      return Math.sqrt(included * Math.min(n, Math.max(included, n * relativeDensity)));
    },
    rangesInBox(left, top, right, bottom) {
      const [firstX, lastX] = [cellOf(left), cellOf(right)];
      const [firstY, lastY] = [cellOf(top), cellOf(bottom)];
      const ranges = new Uint32Array(2 * (lastY - firstY + 1));
      for (let cellY = firstY; cellY <= lastY; cellY++) {
        ranges[2 * (cellY - firstY)] = starts[cellY * side + firstX];
        ranges[2 * (cellY - firstY) + 1] = starts[cellY * side + lastX + 1];
      }
      return ranges;
    },
    nearest(atX, atY, radius) {
      const ranges = this.rangesInBox(atX - radius, atY - radius, atX + radius, atY + radius);
      let nearest = -1;
      let minSquare = radius * radius;
      for (let range = 0; range < ranges.length; range += 2) {
        for (let i = ranges[range]; i < ranges[range + 1]; i++) {
          const square = (x[i] - atX) ** 2 + (y[i] - atY) ** 2;
          if (square < minSquare) {
            minSquare = square;
            nearest = row[i];
          }
        }
      }
      return nearest;
    },
  };
}
