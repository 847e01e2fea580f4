import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildKdTree } from '../../../../../pipeline/core/algorithms/kd-tree.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { kdTreeOf } from '../../../../fixtures/map-measures.ts';

fc.configureGlobal({ seed: 8017 });

/** Small whole numbers: equal points and equal distances are common, and distances exact. */
const maps = fc
  .array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 })), { minLength: 1, maxLength: 80 })
  .map((points) => ({ x: Float32Array.from(points, ([x]) => x), y: Float32Array.from(points, ([, y]) => y) }));

test('finds the same neighbors as a comparison with every point, the nearest first', () => {
  fc.assert(
    fc.property(maps, fc.nat(90), ({ x, y }, k) => {
      const tree = kdTreeOf({ x, y });
      for (let row = 0; row < x.length; row++) {
        const squareTo = (other: number) => (x[row] - x[other]) ** 2 + (y[row] - y[other]) ** 2;
        const naive = [...x.keys()].filter((other) => other !== row).map(squareTo);
        const found = [...tree.nearest(row, k)];
        expect(found.map(squareTo)).toEqual(naive.sort((a, b) => a - b).slice(0, k));
        expect(new Set(found).size).toBe(found.length);
        expect(found).not.toContain(row);
      }
    }),
    { numRuns: 300 },
  );
});

test('finds the neighbors among thousands of clustered points, for one k after another', () => {
  const random = createSeededRandom(4);
  const x = Float32Array.from({ length: 3000 }, (_, row) => (row % 7) + random() ** 4);
  const y = Float32Array.from({ length: 3000 }, (_, row) => (row % 5) + random() ** 4);
  const tree = kdTreeOf({ x, y });
  for (const [row, k] of [
    [0, 3],
    [17, 50],
    [2999, 15],
    [1234, 1],
  ]) {
    const squareTo = (other: number) => (x[row] - x[other]) ** 2 + (y[row] - y[other]) ** 2;
    const naive = [...x.keys()].filter((other) => other !== row).sort((a, b) => squareTo(a) - squareTo(b));
    expect([...tree.nearest(row, k)].map(squareTo)).toEqual(naive.slice(0, k).map(squareTo));
  }
});

test('stays fast if all points are equal', () => {
  const axis = new Float32Array(20_000);
  const tree = kdTreeOf({ x: axis, y: axis });
  const start = performance.now();
  let found = 0;
  for (let row = 0; row < 20_000; row++) found += tree.nearest(row, 5).length;
  expect(found).toBe(100_000);
  // A comparison of every pair would take minutes.
  expect(performance.now() - start).toBeLessThan(10_000);
});

test.each([0, 1, 5, 50_000])('reports rising progress in [0, 1] while it is built of %i points', (count) => {
  const random = createSeededRandom(5);
  const axis = () => Float32Array.from({ length: count }, random);
  const reported = [...buildKdTree({ x: axis(), y: axis() })];
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));
  for (const progress of reported) expect(progress).toSatisfy((share: number) => share >= 0 && share <= 1);
});
