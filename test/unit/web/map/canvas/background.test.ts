import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRID_SIZE, estimateDensity } from '../../../../../web/map/canvas/background.ts';

const unit = fc.float({ min: Math.fround(-0.5), max: Math.fround(0.5), noNaN: true });
const worlds = fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 80 }).map((places) => ({
  n: places.length,
  x: Float32Array.from(places, (p) => p[0]),
  y: Float32Array.from(places, (p) => p[1]),
}));

describe('how close papers stand', () => {
  it('counts each paper once, however it is blurred', () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 0.5, max: 5, noNaN: true }), (world, blur) => {
        const sum = estimateDensity(world, null, blur).values.reduce((all, value) => all + value, 0);
        expect(sum / world.n).toBeCloseTo(1, 2);
      }),
      { numRuns: 30 },
    );
  });

  it('is highest where the papers stand, and counts only the rows it is asked for', () => {
    const world = { n: 3, x: Float32Array.of(-0.4, 0.4, 0.4), y: Float32Array.of(-0.4, 0.4, 0.4) };
    const highest = (rows: number[] | null) => {
      const { values, max } = estimateDensity(world, rows, 2);
      const at = values.indexOf(max);
      return [at % GRID_SIZE < GRID_SIZE / 2, at < (GRID_SIZE * GRID_SIZE) / 2];
    };
    expect(highest(null)).toEqual([false, false]);
    expect(highest([0])).toEqual([true, true]);
  });
});
