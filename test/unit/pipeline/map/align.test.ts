import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Projection } from '../../../../pipeline/core/map-positions.ts';
import { type Alignment, aligned, alignmentTo, driftBetween } from '../../../../pipeline/map/align.ts';

const coordinate = fc.float({ min: -10, max: 10, noNaN: true });
const places = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 30 })
  .filter((all) => all.some(([x, y]) => Math.hypot(x - all[0][0], y - all[0][1]) > 1))
  .map(
    (all): Projection => ({
      x: Float32Array.from(all, ([x]) => x),
      y: Float32Array.from(all, ([, y]) => y),
    }),
  );
const similarity = fc
  .tuple(
    fc.double({ min: 0.2, max: 5, noNaN: true }),
    fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    fc.constantFrom<1 | -1>(1, -1),
    fc.double({ min: -5, max: 5, noNaN: true }),
    fc.double({ min: -5, max: 5, noNaN: true }),
  )
  .map(
    ([scale, turn, mirror, dx, dy]): Alignment => ({ scale, cos: Math.cos(turn), sin: Math.sin(turn), mirror, dx, dy }),
  );
const all = ({ x }: Projection) => ({ previous: Int32Array.from(x.keys()), next: Int32Array.from(x.keys()) });
const squares = (a: Projection, b: Projection) =>
  a.x.reduce((sum, _, i) => sum + (a.x[i] - b.x[i]) ** 2 + (a.y[i] - b.y[i]) ** 2, 0);

function spreadOf({ x, y }: Projection): number {
  const mean = (axis: Float32Array) => axis.reduce((sum, one) => sum + one, 0) / axis.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, _, i) => sum + (x[i] - mx) ** 2 + (y[i] - my) ** 2, 0);
}

describe('aligning a map to the previous one', () => {
  test('undoes any turn, mirroring, stretching and shift', () => {
    fc.assert(
      fc.property(places, similarity, (previous, change) => {
        const next = aligned(previous, change);
        const back = aligned(next, alignmentTo(previous, next, all(previous)));
        for (const [i, x] of previous.x.entries()) {
          expect(back.x[i]).toBeCloseTo(x, 2);
          expect(back.y[i]).toBeCloseTo(previous.y[i], 2);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('brings shared papers at least as near as any other turn and shift does, and leaves their spread as it was', () => {
    fc.assert(
      fc.property(places, places, similarity, (a, b, other) => {
        const count = Math.min(a.x.length, b.x.length);
        const [previous, next] = [a, b].map(({ x, y }) => ({ x: x.slice(0, count), y: y.slice(0, count) }));
        fc.pre([previous, next].every((map) => spreadOf(map) > 1));
        const best = alignmentTo(previous, next, all(next));
        const moved = aligned(next, best);
        expect(spreadOf(moved) / spreadOf(previous)).toBeCloseTo(1, 3);
        const turned = squares(previous, aligned(next, { ...other, scale: best.scale }));
        expect(squares(previous, moved)).toBeLessThanOrEqual(turned * (1 + 1e-4) + 1e-3);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('leaves a map as it is where fewer than three papers are shared, or all stand on one place', () => {
    const map = { x: Float32Array.of(1, 2, 3), y: Float32Array.of(0, 5, 1) };
    const point = { x: Float32Array.of(1, 1, 1), y: Float32Array.of(2, 2, 2) };
    const two = { previous: Int32Array.of(0, 1), next: Int32Array.of(1, 2) };
    expect(aligned(map, alignmentTo(map, map, two))).toEqual(map);
    expect(aligned(point, alignmentTo(map, point, all(map)))).toEqual(point);
  });
});

describe('the drift of a map', () => {
  const previous = { x: Float32Array.from({ length: 101 }, (_, i) => i), y: new Float32Array(101) };

  test('is told in shares of the previous width, by the middle and the most of the papers', () => {
    const next = { x: previous.x.map((x, i) => (i < 90 ? x + 0.98 : x + 9.8)), y: previous.y };
    expect(driftBetween(previous, next, all(previous))).toEqual({ median: 0.01, p95: 0.1, shared: 101 });
  });

  test('is nothing for a map that stayed, and null without a shared paper or any extent', () => {
    expect(driftBetween(previous, previous, all(previous))).toEqual({ median: 0, p95: 0, shared: 101 });
    const none = { previous: new Int32Array(0), next: new Int32Array(0) };
    expect(driftBetween(previous, previous, none)).toBeNull();
    const point = { x: new Float32Array(5), y: new Float32Array(5) };
    expect(driftBetween(point, point, all(point))).toBeNull();
  });
});
