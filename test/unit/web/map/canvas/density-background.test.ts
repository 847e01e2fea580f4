import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DENSITY_GRID_SIZE, estimateDensity } from '../../../../../web/map/canvas/density-background.ts';

const unit = fc.float({ min: Math.fround(-0.5), max: Math.fround(0.5), noNaN: true });
const worlds = fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 80 }).map((positions) => ({
  n: positions.length,
  x: Float32Array.from(positions, ([x]) => x),
  y: Float32Array.from(positions, ([, y]) => y),
}));

describe('the density of papers', () => {
  test('counts each paper once, whatever the blur', () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 0.5, max: 5, noNaN: true }), (world, blur) => {
        const sum = estimateDensity(world, null, blur).values.reduce((total, value) => total + value, 0);
        expect(sum / world.n).toBeCloseTo(1, 2);
      }),
      { numRuns: 30 },
    );
  });

  test('is highest where most of the given papers are', () => {
    const world = { n: 3, x: Float32Array.of(-0.4, 0.4, 0.4), y: Float32Array.of(-0.4, 0.4, 0.4) };
    const highest = (rows: number[] | null) => {
      const { values, max } = estimateDensity(world, rows, 2);
      const cell = values.indexOf(max);
      return {
        isLeft: cell % DENSITY_GRID_SIZE < DENSITY_GRID_SIZE / 2,
        isAbove: cell < (DENSITY_GRID_SIZE * DENSITY_GRID_SIZE) / 2,
      };
    };
    expect(highest(null)).toEqual({ isLeft: false, isAbove: false });
    expect(highest([0])).toEqual({ isLeft: true, isAbove: true });
  });
});
