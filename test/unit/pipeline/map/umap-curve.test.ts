import { findABParams } from 'umap-js/dist/umap.js';
import { expect, test } from 'vitest';
import { fitUmapCurve, type UmapCurve } from '../../../../pipeline/map/umap.ts';

/** The squared error of a curve over UMAP's own 300 points. */
function errorOf({ a, b }: UmapCurve, minDist: number): number {
  let sum = 0;
  for (let i = 0; i < 300; i++) {
    const x = (3 * i) / 299;
    const wanted = x < minDist ? 1 : Math.exp(minDist - x);
    sum += (wanted - 1 / (1 + a * x ** (2 * b))) ** 2;
  }
  return sum;
}

test.each([
  // What UMAP's reference implementation fits.
  [0.1, 1.5769, 0.8951],
  [0, 1.9328, 0.7905],
  [0.5, 0.583, 1.3342],
])('for minDist %s the curve is a = %s, b = %s', (minDist, a, b) => {
  const curve = fitUmapCurve(minDist);
  expect(curve.a).toBeCloseTo(a, 4);
  expect(curve.b).toBeCloseTo(b, 4);
});

test('fits no worse than umap-js whatever minDist is, and no other curve near by fits better', () => {
  for (let minDist = 0; minDist < 1; minDist += 0.09) {
    const curve = fitUmapCurve(minDist);
    const error = errorOf(curve, minDist);
    expect(error).toBeLessThanOrEqual(errorOf(findABParams(1, minDist), minDist) + 1e-12);
    for (const [da, db] of [
      [1.001, 1],
      [0.999, 1],
      [1, 1.001],
      [1, 0.999],
    ]) {
      expect(errorOf({ a: curve.a * da, b: curve.b * db }, minDist)).toBeGreaterThan(error);
    }
  }
});

test('a wider spread stretches the curve', () => {
  const { a, b } = fitUmapCurve(0.2, 2);
  const unit = fitUmapCurve(0.1, 1);
  expect(b).toBeCloseTo(unit.b, 6);
  expect(a * 2 ** (2 * b)).toBeCloseTo(unit.a, 6);
});
