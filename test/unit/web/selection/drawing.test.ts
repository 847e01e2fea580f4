import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundToPixel, simplifyPolygon } from '../../../../web/selection/drawing.ts';

describe('a lasso in an address', () => {
  const coordinate = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);

  test('has at most 32 corners, all from the stroke, with the same ends', () => {
    const strokes = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 400 });
    fc.assert(
      fc.property(strokes, fc.double({ min: 0.01, max: 1, noNaN: true }), (stroke, tolerance) => {
        const line = stroke.flat();
        const corners = simplifyPolygon(line, tolerance);
        expect(corners.length).toBeLessThanOrEqual(64);
        expect(corners.slice(0, 2)).toEqual(line.slice(0, 2));
        expect(corners.slice(-2)).toEqual(line.slice(-2));
        const drawn = stroke.map(([x, y]) => `${x},${y}`);
        for (let i = 0; i < corners.length; i += 2) expect(drawn).toContain(`${corners[i]},${corners[i + 1]}`);
      }),
    );
  });

  test('leaves out every point on a straight line', () => {
    const line = [0, 0, 1, 0, 2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 0, 3];
    expect(simplifyPolygon(line, 0.01)).toEqual([0, 0, 3, 0, 3, 3, 0, 3]);
  });

  test('has coordinates rounded to half a pixel or less, and no more digits than that takes', () => {
    const scales = fc.double({ min: 0.1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(scales, fc.double({ min: -500, max: 500, noNaN: true }), (scale, value) => {
        const [rounded] = roundToPixel(scale, [value]);
        expect(Math.abs(rounded - value) * scale).toBeLessThanOrEqual(0.25 + 1e-6);
        expect(Object.is(rounded, -0)).toBe(false);
      }),
    );
    expect(roundToPixel(60, [1.23456, -0.0001])).toEqual([1.235, 0]);
  });
});
