import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMapGrid, kernelRegression, sampleFromCells } from '../../../../server/explore/heatmap.ts';

const coordinate = fc.float({ min: -10, max: 10, noNaN: true });
const maps = fc
  .array(fc.record({ x: coordinate, y: coordinate, value: fc.float({ min: 0, max: 1, noNaN: true }) }), {
    maxLength: 60,
  })
  .map((papers) => ({
    x: Float32Array.from(papers, ({ x }) => x),
    y: Float32Array.from(papers, ({ y }) => y),
    values: Float32Array.from(papers, ({ value }) => value),
  }));

describe('the grid of a map', () => {
  test('has each paper in exactly the cell that it is in', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 20 }), (map, maxCells) => {
        const { columns, rows, bounds, cellSize: cell, cellOf, starts, members } = createMapGrid(map, maxCells);
        expect(Math.max(columns, rows)).toBeLessThanOrEqual(maxCells);
        expect(Array.from(members).sort((a, b) => a - b)).toEqual(Array.from(map.x.keys()));
        for (let c = 0; c < columns * rows; c++) {
          for (const row of members.subarray(starts[c], starts[c + 1])) {
            expect(cellOf[row]).toBe(c);
            const [column, line] = [c % columns, Math.floor(c / columns)];
            const fromLeft = (map.x[row] - bounds.x0) / cell;
            const fromTop = (map.y[row] - bounds.y0) / cell;
            // Papers on the far edge are in the last cell.
            expect(fromLeft).toBeGreaterThanOrEqual(column);
            expect(fromLeft).toBeLessThan(column + 1 + (column === columns - 1 ? 1e-6 : 0));
            expect(fromTop).toBeGreaterThanOrEqual(line);
            expect(fromTop).toBeLessThan(line + 1 + (line === rows - 1 ? 1e-6 : 0));
          }
        }
      }),
    );
  });

  test('gives a sample of every cell, as large for one cell as for any other of its size', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 80 }), (map, maxRows) => {
        const grid = createMapGrid(map, 6);
        const sample = sampleFromCells(grid, maxRows);
        const occupied = new Set(grid.cellOf);
        expect(new Set(sample).size).toBe(sample.length);
        expect(new Set(Array.from(sample, (row) => grid.cellOf[row]))).toEqual(occupied);
        expect(sample.length).toBeLessThanOrEqual(Math.max(maxRows, occupied.size));
        if (map.x.length <= maxRows) expect(sample.length).toBe(map.x.length);
        const taken = [...occupied].map((c) => {
          const size = grid.starts[c + 1] - grid.starts[c];
          const from = Array.from(sample).filter((row) => grid.cellOf[row] === c).length;
          return { size, from };
        });
        const perCell = Math.max(0, ...taken.map(({ from }) => from));
        for (const { size, from } of taken) expect(from).toBe(Math.min(size, perCell));
      }),
    );
  });
});

/** The naive form: every paper's weight in every cell. */
function naiveRegression(
  { x, values }: { x: Float32Array; values: Float32Array },
  grid: ReturnType<typeof createMapGrid>,
): number[] {
  const { columns, rows, cellOf } = grid;
  const cells = columns * rows;
  const width = Math.max(1.2, Math.min(4, Math.sqrt((3 * cells) / (2 * Math.PI * Math.max(1, x.length)))));
  return Array.from({ length: cells }, (_, c) => {
    let [sum, weight] = [0, 0];
    for (const row of x.keys()) {
      const across = Math.abs((cellOf[row] % columns) - (c % columns));
      const along = Math.abs(Math.floor(cellOf[row] / columns) - Math.floor(c / columns));
      if (Math.max(across, along) > Math.ceil(3 * width)) continue;
      const near = Math.exp(-(across ** 2 + along ** 2) / (2 * width ** 2));
      weight += near;
      sum += near * values[row];
    }
    return weight >= Math.exp(-2) ? sum / weight : Number.NaN;
  });
}

describe('kernel regression', () => {
  test('is the weighted mean of the papers around each cell, and NaN where no paper is near', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const grid = createMapGrid(map, 12);
        const heatmap = kernelRegression(grid, Int32Array.from(map.x.keys()), map.values);
        naiveRegression(map, grid).forEach((expected, c) => {
          if (Number.isNaN(expected)) expect(heatmap[c]).toBeNaN();
          else expect(heatmap[c]).toBeCloseTo(expected, 5);
        });
      }),
    );
  });

  test('is between the smallest and the largest value, and constant if all values are equal', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 40 }), (map, maxRows) => {
        const grid = createMapGrid(map, 12);
        const rows = sampleFromCells(grid, maxRows);
        const values = Array.from(rows, (row) => map.values[row]);
        for (const value of kernelRegression(grid, rows, values)) {
          if (Number.isNaN(value)) continue;
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        }
        const constant = kernelRegression(grid, rows, new Float32Array(rows.length).fill(0.5));
        expect(constant.every((value) => Number.isNaN(value) || Math.abs(value - 0.5) < 1e-6)).toBe(true);
      }),
    );
  });
});
