import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapGrid, rowsFromCells, smoothedField } from '../../../../pipeline/map/heatmap.ts';

const place = fc.float({ min: -10, max: 10, noNaN: true });
const maps = fc
  .array(fc.record({ x: place, y: place, value: fc.float({ min: 0, max: 1, noNaN: true }) }), { maxLength: 60 })
  .map((papers) => ({
    x: Float32Array.from(papers, ({ x }) => x),
    y: Float32Array.from(papers, ({ y }) => y),
    values: Float32Array.from(papers, ({ value }) => value),
  }));

describe('the grid of a map', () => {
  it('has every paper in the one cell that it lies in', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 20 }), (map, most) => {
        const { columns, rows, bounds, cell, cellOf, starts, members } = mapGrid(map, most);
        expect(Math.max(columns, rows)).toBeLessThanOrEqual(most);
        expect(Array.from(members).sort((a, b) => a - b)).toEqual(Array.from(map.x.keys()));
        for (let c = 0; c < columns * rows; c++) {
          for (const row of members.subarray(starts[c], starts[c + 1])) {
            expect(cellOf[row]).toBe(c);
            const [column, line] = [c % columns, Math.floor(c / columns)];
            const fromLeft = (map.x[row] - bounds.x0) / cell;
            const fromTop = (map.y[row] - bounds.y0) / cell;
            // The last cell holds what lies on the far edge.
            expect(fromLeft).toBeGreaterThanOrEqual(column);
            expect(fromLeft).toBeLessThan(column + 1 + (column === columns - 1 ? 1e-6 : 0));
            expect(fromTop).toBeGreaterThanOrEqual(line);
            expect(fromTop).toBeLessThan(line + 1 + (line === rows - 1 ? 1e-6 : 0));
          }
        }
      }),
    );
  });

  it('gives rows that stand for every cell, no cell more than another that has as many', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 80 }), (map, most) => {
        const grid = mapGrid(map, 6);
        const chosen = rowsFromCells(grid, most);
        const occupied = new Set(grid.cellOf);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(new Set(Array.from(chosen, (row) => grid.cellOf[row]))).toEqual(occupied);
        expect(chosen.length).toBeLessThanOrEqual(Math.max(most, occupied.size));
        if (map.x.length <= most) expect(chosen.length).toBe(map.x.length);
        const taken = [...occupied].map((c) => {
          const size = grid.starts[c + 1] - grid.starts[c];
          const from = Array.from(chosen).filter((row) => grid.cellOf[row] === c).length;
          return { size, from };
        });
        const perCell = Math.max(0, ...taken.map(({ from }) => from));
        for (const { size, from } of taken) expect(from).toBe(Math.min(size, perCell));
      }),
    );
  });
});

/** Every paper's say in every cell, one by one. */
function slowly({ x, values }: { x: Float32Array; values: Float32Array }, grid: ReturnType<typeof mapGrid>): number[] {
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

describe('a smoothed field', () => {
  it('is the weighed mean of the papers around each cell, and nothing where none is near', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const grid = mapGrid(map, 12);
        const field = smoothedField(grid, Int32Array.from(map.x.keys()), map.values);
        slowly(map, grid).forEach((expected, c) => {
          if (Number.isNaN(expected)) expect(field[c]).toBeNaN();
          else expect(field[c]).toBeCloseTo(expected, 5);
        });
      }),
    );
  });

  it('stays between the least and the largest value, and is even where all values are', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 1, max: 40 }), (map, most) => {
        const grid = mapGrid(map, 12);
        const rows = rowsFromCells(grid, most);
        const values = Array.from(rows, (row) => map.values[row]);
        for (const value of smoothedField(grid, rows, values)) {
          if (Number.isNaN(value)) continue;
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        }
        const even = smoothedField(grid, rows, new Float32Array(rows.length).fill(0.5));
        expect(even.every((value) => Number.isNaN(value) || Math.abs(value - 0.5) < 1e-6)).toBe(true);
      }),
    );
  });
});
