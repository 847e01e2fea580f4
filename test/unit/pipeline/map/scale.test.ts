import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleToRadius, separateEqualPlaces } from '../../../../pipeline/map/scale.ts';

fc.configureGlobal({ seed: 8017 });

const axis = (values: readonly number[]) => Float32Array.from(values);
const distinct = ({ x, y }: { x: Float32Array; y: Float32Array }) =>
  new Set([...x].map((value, i) => `${value},${y[i]}`));

test('a scaled map has its median in the middle and all but one in a hundred within the radius', () => {
  const long = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 300 });
  fc.assert(
    fc.property(long, (values) => {
      const map = { x: axis(values), y: axis(values.map((value) => value / 3)) };
      scaleToRadius(map, 10);
      const sorted = map.x.slice().sort();
      expect(sorted[sorted.length >> 1]).toBe(0);
      const beyond = map.x.filter((value) => Math.abs(value) > 10.001).length;
      expect(beyond).toBeLessThanOrEqual(values.length / 100);
    }),
  );
});

test('both axes are scaled alike, and what is not finite goes to the middle', () => {
  const map = { x: axis([-2, 0, Number.NaN, 2]), y: axis([1, 0, 0, Number.POSITIVE_INFINITY]) };
  scaleToRadius(map, 10);
  expect(map).toEqual({ x: axis([-10, 0, 0, 10]), y: axis([5, 0, 0, 0]) });
  const still = { x: axis([3, 3, 3]), y: axis([1, 1, 1]) };
  scaleToRadius(still, 10);
  expect(still).toEqual({ x: axis([0, 0, 0]), y: axis([0, 0, 0]) });
});

test('equal places are spread near by, the first of them and what is fixed stays', () => {
  const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
  fc.assert(
    fc.property(places, (spots) => {
      const map = { x: axis(spots.map(([x]) => 100 * x)), y: axis(spots.map(([, y]) => 100 * y)) };
      const before = { x: map.x.slice(), y: map.y.slice() };
      separateEqualPlaces(map);
      expect(distinct(map).size).toBe(spots.length);
      const seen = new Set<string>();
      spots.forEach((spot, i) => {
        const moved = Math.hypot(map.x[i] - before.x[i], map.y[i] - before.y[i]);
        expect(moved).toBeLessThan(3);
        if (!seen.has(`${spot}`)) expect(moved).toBe(0);
        seen.add(`${spot}`);
      });
    }),
  );
  const map = { x: axis([5, 5, 5]), y: axis([1, 1, 1]) };
  separateEqualPlaces(map, Uint8Array.of(0, 1, 0));
  expect([map.x[1], map.y[1]]).toEqual([5, 1]);
  expect(distinct(map).size).toBe(2);
});
