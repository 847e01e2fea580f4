import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapPositions } from '../../../../pipeline/core/map-positions.ts';
import {
  applyAlignment,
  type MapAlignment,
  measureDrift,
  procrustesAlignment,
} from '../../../../pipeline/map/extend-or-refit-map.ts';

const coordinate = fc.float({ min: -10, max: 10, noNaN: true });
const maps = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 30 })
  .filter((all) => all.some(([x, y]) => Math.hypot(x - all[0][0], y - all[0][1]) > 1))
  .map(
    (all): MapPositions => ({
      x: Float32Array.from(all, ([x]) => x),
      y: Float32Array.from(all, ([, y]) => y),
    }),
  );
const transforms = fc
  .tuple(
    fc.double({ min: 0.2, max: 5, noNaN: true }),
    fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    fc.constantFrom<1 | -1>(1, -1),
    fc.double({ min: -5, max: 5, noNaN: true }),
    fc.double({ min: -5, max: 5, noNaN: true }),
  )
  .map(
    ([scale, angle, mirror, dx, dy]): MapAlignment => ({
      scale,
      cos: Math.cos(angle),
      sin: Math.sin(angle),
      mirror,
      dx,
      dy,
    }),
  );
const allShared = ({ x }: MapPositions) => ({ previous: Int32Array.from(x.keys()), next: Int32Array.from(x.keys()) });
const sumOfSquares = (a: MapPositions, b: MapPositions) =>
  a.x.reduce((sum, _, i) => sum + (a.x[i] - b.x[i]) ** 2 + (a.y[i] - b.y[i]) ** 2, 0);

function varianceOf({ x, y }: MapPositions): number {
  const mean = (axis: Float32Array) => axis.reduce((sum, one) => sum + one, 0) / axis.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, _, i) => sum + (x[i] - mx) ** 2 + (y[i] - my) ** 2, 0);
}

describe('Procrustes alignment', () => {
  test('undoes any rotation, reflection, scaling and translation', () => {
    fc.assert(
      fc.property(maps, transforms, (previous, change) => {
        const next = applyAlignment(previous, change);
        const back = applyAlignment(next, procrustesAlignment(previous, next, allShared(previous)));
        for (const [i, x] of previous.x.entries()) {
          expect(back.x[i]).toBeCloseTo(x, 2);
          expect(back.y[i]).toBeCloseTo(previous.y[i], 2);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('brings the papers of both maps at least as near as any other rotation and reflection, and keeps their previous variance', () => {
    fc.assert(
      fc.property(maps, maps, transforms, (a, b, other) => {
        const count = Math.min(a.x.length, b.x.length);
        const [previous, next] = [a, b].map(({ x, y }) => ({ x: x.slice(0, count), y: y.slice(0, count) }));
        fc.pre([previous, next].every((map) => varianceOf(map) > 1));
        const best = procrustesAlignment(previous, next, allShared(next));
        const aligned = applyAlignment(next, best);
        expect(varianceOf(aligned) / varianceOf(previous)).toBeCloseTo(1, 3);
        const otherwise = sumOfSquares(previous, applyAlignment(next, { ...other, scale: best.scale }));
        expect(sumOfSquares(previous, aligned)).toBeLessThanOrEqual(otherwise * (1 + 1e-4) + 1e-3);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('is the identity if fewer than three papers are shared, or all are at one position', () => {
    const map = { x: Float32Array.of(1, 2, 3), y: Float32Array.of(0, 5, 1) };
    const point = { x: Float32Array.of(1, 1, 1), y: Float32Array.of(2, 2, 2) };
    const two = { previous: Int32Array.of(0, 1), next: Int32Array.of(1, 2) };
    expect(applyAlignment(map, procrustesAlignment(map, map, two))).toEqual(map);
    expect(applyAlignment(point, procrustesAlignment(map, point, allShared(map)))).toEqual(point);
  });
});

describe('the drift of a map', () => {
  const previous = { x: Float32Array.from({ length: 101 }, (_, i) => i), y: new Float32Array(101) };

  test('is the median and the 95th percentile of distances, as shares of the previous width', () => {
    const next = { x: previous.x.map((x, i) => (i < 90 ? x + 0.98 : x + 9.8)), y: previous.y };
    expect(measureDrift(previous, next, allShared(previous))).toEqual({ median: 0.01, p95: 0.1, shared: 101 });
  });

  test('is 0 for an equal map, and null without shared papers or extent', () => {
    expect(measureDrift(previous, previous, allShared(previous))).toEqual({ median: 0, p95: 0, shared: 101 });
    const none = { previous: new Int32Array(0), next: new Int32Array(0) };
    expect(measureDrift(previous, previous, none)).toBeNull();
    const point = { x: new Float32Array(5), y: new Float32Array(5) };
    expect(measureDrift(point, point, allShared(point))).toBeNull();
  });
});
