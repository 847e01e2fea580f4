import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHitTest } from '../../web/map/hit-test.ts';

const unit = fc.float({ min: Math.fround(-0.5), max: Math.fround(0.5), noNaN: true });

describe('the paper under the pointer', () => {
  it('is the nearest within reach, as a look at every paper finds it', () => {
    const points = fc.array(fc.tuple(unit, unit), { maxLength: 60 });
    fc.assert(
      fc.property(points, unit, unit, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (all, x, y, radius) => {
        const columns = {
          n: all.length,
          x: Float32Array.from(all, (p) => p[0]),
          y: Float32Array.from(all, (p) => p[1]),
        };
        const distance = (row: number) => Math.hypot(columns.x[row]! - x, columns.y[row]! - y);
        const nearest = Math.min(Infinity, ...all.map((_, row) => distance(row)));
        const found = createHitTest(columns).nearest(x, y, radius);
        if (nearest >= radius) expect(found).toBe(-1);
        else expect(distance(found)).toBe(nearest);
      }),
    );
  });
});
