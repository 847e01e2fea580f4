import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingRows } from '../../../../pipeline/search/region-mask.ts';

test('rows stand from the smallest value to the largest, equal ones as they were', () => {
  const few = fc.constantFrom(-2.5, -1e-40, -0, 0, 1e-40, 0.1, 3e38, -3e38, Infinity, -Infinity);
  fc.assert(
    fc.property(fc.array(fc.oneof(few, fc.float({ noNaN: true })), { maxLength: 60 }), (some) => {
      const values = Float32Array.from(some);
      const naive = [...values.keys()].sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b));
      expect([...ascendingRows(values)]).toEqual(naive);
    }),
    { seed: 1, numRuns: 500 },
  );
});
