import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSorted } from '../../../../../pipeline/core/algorithms/merge-sort.ts';
import { finished } from '../../../../../pipeline/core/cooperative.ts';

test('sorting in steps is sorting: any length, equal values in the order in which they came', () => {
  fc.assert(
    fc.property(fc.nat(60_000), fc.integer({ min: 1, max: 5000 }), fc.nat(), (length, different, seed) => {
      const values = Array.from({ length }, (_, at) => ({ key: ((at + seed) * 2_654_435_761) % different, at }));
      const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;
      expect(finished(mergeSorted(values, byKey))).toEqual(values.toSorted(byKey));
    }),
    { seed: 5, numRuns: 30 },
  );
});

test.each([0, 1, 8192, 8193, 16_384, 40_000])(
  '%i values are sorted in shares that rise from 0 and stay below 1',
  (n) => {
    const values = Array.from({ length: n }, (_, at) => (at * 7919) % 10_007);
    const shares = [...mergeSorted(values, (a, b) => a - b)];
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    for (const share of shares) expect(share).toBeLessThan(1);
    if (n > 8192) expect(shares.length).toBeGreaterThan(3);
  },
);
