/**
 * A spatial index: a uniform grid over the papers. Papers are stored in the order of the grid's cells, so that papers
 * near on the map are near in memory. Drawing skips cells outside of the screen, and only a few cells are searched for
 * the paper under the pointer.
 */
import type { World } from './camera.ts';

export interface SpatialIndex {
  n: number;
  /** World coordinates of the papers, in index order: the order of the grid's cells. */
  x: Float32Array;
  y: Float32Array;
  /** The row of each paper, in index order. */
  row: Uint32Array;
  /** Reorders a column from row order to index order. */
  toIndexOrder(column: Uint8Array): Uint8Array;
  /** The mean density around a paper, in papers per unit of area in world coordinates. */
  density: number;
  /**
   * How many papers a map would have that looks as crowded as the papers whose entry in `mask` (in index order) is 0.
   * It is the geometric mean of the number of these papers, and of the number of papers that the map would have if it
   * were as dense everywhere as it is around these papers.
   */
  apparentCount(mask: Uint8Array): number;
  /**
   * Index ranges that contain all papers in a rectangle in world coordinates, and a few others; as alternating start
   * and end, which is exclusive.
   */
  rangesInBox(left: number, top: number, right: number, bottom: number): Uint32Array;
  /** The row of the paper nearest to a world position, within a radius; −1 if there is none. */
  nearest(x: number, y: number, radius: number): number;
}

/** The mean number of papers per cell. */
const PAPERS_PER_CELL = 24;
/** Maximum number of cells per side of the grid: with more, visiting cells would cost more than it saves. */
const MAX_SIDE = 320;

export function createSpatialIndex(world: Pick<World, 'n' | 'x' | 'y'>): SpatialIndex {
  const { n } = world;
  const side = Math.max(1, Math.min(MAX_SIDE, Math.ceil(Math.sqrt(n / PAPERS_PER_CELL))));
  // World coordinates are from −0.5 to 0.5.
  const cellOf = (value: number) => Math.min(side - 1, Math.max(0, Math.floor((value + 0.5) * side)));

  // Counting sort by cell. `starts[cell]` is the first index of a cell.
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

  /** The number of ordered pairs of papers that share a cell. */
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
      // The mean number of other included papers in the cell of an included paper, relative to the same mean over all
      // papers.
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
