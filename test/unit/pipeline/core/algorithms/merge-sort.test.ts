import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSort } from '../../../../../pipeline/core/algorithms/merge-sort.ts';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';

test('sorts any number of values as toSorted does, equal ones in their original order', () => {
  fc.assert(
    fc.property(fc.nat(60_000), fc.integer({ min: 1, max: 5000 }), fc.nat(), (length, distinctKeys, seed) => {
      const values = Array.from({ length }, (_, at) => ({ key: ((at + seed) * 2_654_435_761) % distinctKeys, at }));
      const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;
      expect(runToCompletion(mergeSort(values, byKey))).toEqual(values.toSorted(byKey));
    }),
    { seed: 5, numRuns: 30 },
  );
});

test.each([0, 1, 8192, 8193, 16_384, 40_000])('reports rising progress in [0, 1) while it sorts %i values', (count) => {
  const values = Array.from({ length: count }, (_, at) => (at * 7919) % 10_007);
  const reported = [...mergeSort(values, (a, b) => a - b)];
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));
  for (const progress of reported) expect(progress).toSatisfy((share: number) => share >= 0 && share < 1);
  if (count > 8192) expect(reported.length).toBeGreaterThan(3);
});
