import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { pcaPlane } from '../../../../pipeline/map/layout.ts';
import { vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';

fc.configureGlobal({ seed: 8017 });

const planeOf = (vectors: Vectors, seed: number) => runToCompletion(pcaPlane(vectors, seed));

/** Points a·u + b·v + w in five dimensions; u and v are orthogonal unit vectors. */
function planeInFive(points: readonly (readonly [number, number])[]) {
  const u = [0.6, 0, 0.8, 0, 0];
  const v = [0, 0, 0, 0.28, -0.96];
  return vectorsOf(points.map(([a, b]) => u.map((_, i) => a * u[i] + b * v[i] + 0.1 * i)));
}

describe('the PCA plane', () => {
  test('is the plane that the vectors lie in: all distances are kept, and x has the larger variance', () => {
    const random = createSeededRandom(5);
    const points = Array.from({ length: 40 }, () => [8 * random(), 2 * random()] as const);
    const { x, y } = planeOf(planeInFive(points), 1);
    const sumOfSquares = (axis: Float32Array) => axis.reduce((sum, value) => sum + value * value, 0);
    expect(sumOfSquares(x)).toBeGreaterThan(4 * sumOfSquares(y));
    for (let i = 1; i < points.length; i++) {
      const distance = Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
      expect(Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1])).toBeCloseTo(distance, 2);
    }
  });

  test('of more vectors than its sample is nearly that of all of them', () => {
    const random = createSeededRandom(7);
    const points = Array.from({ length: 6000 }, () => [8 * random(), 2 * random()] as const);
    const { x, y } = planeOf(planeInFive(points), 1);
    for (let i = 1; i < points.length; i += 17) {
      const distance = Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
      expect(Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1])).toBeCloseTo(distance, 2);
    }
  });

  test('is centered, and its signs are fixed: another seed gives the same plane', () => {
    const random = createSeededRandom(6);
    const vectors = planeInFive(Array.from({ length: 30 }, () => [9 * random(), random()] as const));
    const plane = planeOf(vectors, 1);
    expect(plane.x.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 3);
    expect(plane.y.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 3);
    const other = planeOf(vectors, 999);
    plane.x.forEach((value, i) => {
      expect(other.x[i]).toBeCloseTo(value, 3);
      expect(other.y[i]).toBeCloseTo(plane.y[i], 3);
    });
    expect(planeOf(vectors, 1)).toEqual(plane);
  });

  test('has zeros where there is no variance', () => {
    expect(planeOf(allocateVectors(0, 3), 1)).toEqual({ x: new Float32Array(0), y: new Float32Array(0) });
    expect(planeOf(vectorsOf([[0.6, 0.8]]), 1)).toEqual({ x: Float32Array.of(0), y: Float32Array.of(0) });
    const equal = vectorsOf(Array.from({ length: 5 }, () => [0.1, 0.7, 0.3]));
    for (const axis of Object.values(planeOf(equal, 1))) {
      for (const value of axis) expect(Math.abs(value)).toBeLessThan(1e-6);
    }
    const line = planeInFive([0, 1, 2, 3, 9].map((a) => [a, 0] as const));
    const { x, y } = planeOf(line, 1);
    expect(Math.abs(x[4] - x[0])).toBeCloseTo(9, 4);
    for (const value of y) expect(Math.abs(value)).toBeLessThan(1e-3);
  });

  test('is finite for any vectors', () => {
    const row = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.nat(), (rows, seed) => {
        const { x, y } = planeOf(vectorsOf(rows, 4), seed);
        expect([x.length, y.length]).toEqual([rows.length, rows.length]);
        expect([...x, ...y].every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
