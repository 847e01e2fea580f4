import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpatialIndex } from '../../../../web/map/spatial-index.ts';

const unit = fc.float({ min: Math.fround(-0.5), max: Math.fround(0.5), noNaN: true });
const places = fc.array(fc.tuple(unit, unit), { maxLength: 300 });

function world(all: readonly (readonly [number, number])[]) {
  return { n: all.length, x: Float32Array.from(all, (p) => p[0]), y: Float32Array.from(all, (p) => p[1]) };
}

describe('papers in the order of a grid', () => {
  it('find the nearest within reach, as a look at every paper does', () => {
    fc.assert(
      fc.property(places, unit, unit, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (all, x, y, radius) => {
        const columns = world(all);
        const distance = (row: number) => Math.hypot(columns.x[row]! - x, columns.y[row]! - y);
        const nearest = Math.min(Infinity, ...all.map((_, row) => distance(row)));
        const found = createSpatialIndex(columns).nearest(x, y, radius);
        if (nearest >= radius) expect(found).toBe(-1);
        else expect(distance(found)).toBe(nearest);
      }),
    );
  });

  it('hold every paper once, and miss none in a box', () => {
    const corner = fc.tuple(
      fc.double({ min: -0.7, max: 0.7, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(places, corner, corner, (all, [left, width], [top, height]) => {
        const columns = world(all);
        const index = createSpatialIndex(columns);
        expect([...index.row].sort((a, b) => a - b)).toEqual(all.map((_, row) => row));
        expect([...index.x]).toEqual(Array.from(index.row, (row) => columns.x[row]));
        const runs = index.rangesInBox(left, top, left + width, top + height);
        const touched = new Set<number>();
        for (let i = 0; i < runs.length; i += 2)
          for (let at = runs[i]!; at < runs[i + 1]!; at++) touched.add(index.row[at]!);
        all.forEach(([x, y], row) => {
          const isInside = x >= left && x <= left + width && y >= top && y <= top + height;
          if (isInside) expect(touched).toContain(row);
        });
      }),
    );
  });
});
