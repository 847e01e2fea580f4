import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { mapNeighbors } from '../../../../pipeline/map/map-neighbors.ts';

fc.configureGlobal({ seed: 8017 });

/** Small whole numbers: equal places and equal distances are common, and distances exact. */
const maps = fc
  .array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 })), { minLength: 1, maxLength: 80 })
  .map((places) => ({ x: Float32Array.from(places, ([x]) => x), y: Float32Array.from(places, ([, y]) => y) }));

test('finds the papers that a look at every one of them finds, the nearest first', () => {
  fc.assert(
    fc.property(maps, fc.nat(90), ({ x, y }, k) => {
      const near = mapNeighbors({ x, y });
      for (let row = 0; row < x.length; row++) {
        const squareTo = (other: number) => (x[row] - x[other]) ** 2 + (y[row] - y[other]) ** 2;
        const naive = [...x.keys()].filter((other) => other !== row).map(squareTo);
        const found = [...near.nearest(row, k)];
        expect(found.map(squareTo)).toEqual(naive.sort((a, b) => a - b).slice(0, k));
        expect(new Set(found).size).toBe(found.length);
        expect(found).not.toContain(row);
      }
    }),
    { numRuns: 300 },
  );
});

test('finds them among thousands in clumps, for one number of neighbors after another', () => {
  const random = seededRandom(4);
  const x = Float32Array.from({ length: 3000 }, (_, row) => (row % 7) + random() ** 4);
  const y = Float32Array.from({ length: 3000 }, (_, row) => (row % 5) + random() ** 4);
  const near = mapNeighbors({ x, y });
  for (const [row, k] of [
    [0, 3],
    [17, 50],
    [2999, 15],
    [1234, 1],
  ]) {
    const squareTo = (other: number) => (x[row] - x[other]) ** 2 + (y[row] - y[other]) ** 2;
    const naive = [...x.keys()].filter((other) => other !== row).sort((a, b) => squareTo(a) - squareTo(b));
    expect([...near.nearest(row, k)].map(squareTo)).toEqual(naive.slice(0, k).map(squareTo));
  }
});

test('stays quick where all papers stand on one place', () => {
  const all = new Float32Array(20_000);
  const near = mapNeighbors({ x: all, y: all });
  const began = performance.now();
  let found = 0;
  for (let row = 0; row < 20_000; row++) found += near.nearest(row, 5).length;
  expect(found).toBe(100_000);
  // A look at every pair would take minutes.
  expect(performance.now() - began).toBeLessThan(10_000);
});
