import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../../../../web/map/camera.ts';
import { createSpatialIndex } from '../../../../web/map/spatial-index.ts';

const unit = fc.float({ min: Math.fround(-0.5), max: Math.fround(0.5), noNaN: true });
const positions = fc.array(fc.tuple(unit, unit), { maxLength: 300 });

function worldOf(all: readonly (readonly [number, number])[]) {
  return { n: all.length, x: Float32Array.from(all, ([x]) => x), y: Float32Array.from(all, ([, y]) => y) };
}

describe('the spatial index', () => {
  test('finds the nearest paper within a radius, as a linear search does', () => {
    const radii = fc.double({ min: 0.01, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(positions, unit, unit, radii, (all, x, y, radius) => {
        const world = worldOf(all);
        const distance = (row: number) => Math.hypot(world.x[row] - x, world.y[row] - y);
        const expected = Math.min(Infinity, ...all.map((_, row) => distance(row)));
        const nearest = createSpatialIndex(world).nearest(x, y, radius);
        if (expected >= radius) expect(nearest).toBe(-1);
        else expect(distance(nearest)).toBe(expected);
      }),
    );
  });

  test('contains every paper once, and its ranges miss none in a box', () => {
    const start = fc.double({ min: -0.7, max: 0.7, noNaN: true });
    const side = fc.tuple(start, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(positions, side, side, (all, [left, width], [top, height]) => {
        const world = worldOf(all);
        const index = createSpatialIndex(world);
        expect([...index.row].sort((a, b) => a - b)).toEqual(all.map((_, row) => row));
        expect([...index.x]).toEqual(Array.from(index.row, (row) => world.x[row]));
        const ranges = index.rangesInBox(left, top, left + width, top + height);
        const rows = new Set<number>();
        for (let range = 0; range < ranges.length; range += 2)
          for (let i = ranges[range]; i < ranges[range + 1]; i++) rows.add(index.row[i]);
        all.forEach(([x, y], row) => {
          const isInside = x >= left && x <= left + width && y >= top && y <= top + height;
          if (isInside) expect(rows).toContain(row);
        });
      }),
    );
  });
});

describe('the apparent number of papers', () => {
  test('is between their number and that of all papers', () => {
    const n = 120;
    const column = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n });
    const masks = fc.uint8Array({ min: 0, max: 1, minLength: n, maxLength: n });
    fc.assert(
      fc.property(column, column, masks, (x, y, mask) => {
        const index = createSpatialIndex(createWorld({ x: Float32Array.from(x), y: Float32Array.from(y) }));
        const included = mask.filter((value) => value === 0).length;
        const count = index.apparentCount(mask);
        expect(count).toBeGreaterThanOrEqual(included - 1e-6);
        expect(count).toBeLessThanOrEqual(n);
      }),
    );
  });

  test('is larger if they are close together than if they are scattered', () => {
    const cells = Array.from({ length: 2500 }, (_, i) => ({ x: i % 50, y: Math.floor(i / 50) }));
    const index = createSpatialIndex(
      createWorld({ x: Float32Array.from(cells, ({ x }) => x), y: Float32Array.from(cells, ({ y }) => y) }),
    );
    const countOf = (isIncluded: (x: number, y: number) => boolean) =>
      index.apparentCount(index.toIndexOrder(Uint8Array.from(cells, ({ x, y }) => (isIncluded(x, y) ? 0 : 1))));
    const together = countOf((x, y) => x < 10 && y < 10);
    const scattered = countOf((x, y) => x % 5 === 0 && y % 5 === 0);
    expect(together).toBeGreaterThan(2 * scattered);
    expect(scattered).toBeLessThan(150);
  });
});
