import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centerAndScale, spreadDuplicates } from '../../../../pipeline/map/normalize-positions.ts';

fc.configureGlobal({ seed: 8017 });

const axis = (values: readonly number[]) => Float32Array.from(values);
const distinctPositions = ({ x, y }: { x: Float32Array; y: Float32Array }) =>
  new Set([...x].map((value, i) => `${value},${y[i]}`));

test('a scaled map has its median at 0, and all but one paper in a hundred within the radius', () => {
  const axes = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 300 });
  fc.assert(
    fc.property(axes, (values) => {
      const map = { x: axis(values), y: axis(values.map((value) => value / 3)) };
      centerAndScale(map, 10);
      const sorted = map.x.slice().sort();
      expect(sorted[sorted.length >> 1]).toBe(0);
      const beyond = map.x.filter((value) => Math.abs(value) > 10.001).length;
      expect(beyond).toBeLessThanOrEqual(values.length / 100);
    }),
  );
});

test('both axes are scaled by the same factor, and coordinates that are not finite become 0', () => {
  const map = { x: axis([-2, 0, Number.NaN, 2]), y: axis([1, 0, 0, Number.POSITIVE_INFINITY]) };
  centerAndScale(map, 10);
  expect(map).toEqual({ x: axis([-10, 0, 0, 10]), y: axis([5, 0, 0, 0]) });
  const onePosition = { x: axis([3, 3, 3]), y: axis([1, 1, 1]) };
  centerAndScale(onePosition, 10);
  expect(onePosition).toEqual({ x: axis([0, 0, 0]), y: axis([0, 0, 0]) });
});

test('equal positions are spread a little, except for the first of them and fixed rows', () => {
  const cells = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
  fc.assert(
    fc.property(cells, (given) => {
      const map = { x: axis(given.map(([x]) => 100 * x)), y: axis(given.map(([, y]) => 100 * y)) };
      const before = { x: map.x.slice(), y: map.y.slice() };
      spreadDuplicates(map);
      expect(distinctPositions(map).size).toBe(given.length);
      const seen = new Set<string>();
      given.forEach((cell, i) => {
        const moved = Math.hypot(map.x[i] - before.x[i], map.y[i] - before.y[i]);
        expect(moved).toBeLessThan(3);
        if (!seen.has(`${cell}`)) expect(moved).toBe(0);
        seen.add(`${cell}`);
      });
    }),
  );
  const map = { x: axis([5, 5, 5]), y: axis([1, 1, 1]) };
  spreadDuplicates(map, Uint8Array.of(0, 1, 0));
  expect([map.x[1], map.y[1]]).toEqual([5, 1]);
  expect(distinctPositions(map).size).toBe(2);
});
