import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binNumbers } from '../../../../../pipeline/core/algorithms/number-bins.ts';

const bins = (...values: number[]) =>
  binNumbers(Float64Array.from(values).sort()).map(({ from, to, count }) => `${from}–${to}: ${count}`);

test('bins have equal width and round borders', () => {
  expect(bins(1, 2, 2, 9)).toEqual(['1–2: 1', '2–3: 2', '9–10: 1']);
  expect(bins(0.05, 0.31, 0.99)).toEqual(['0–0.1: 1', '0.3–0.4: 1', '0.9–1: 1']);
  expect(bins(7, 7)).toEqual(['7–7: 2']);
});

test('bins grow where few numbers are much larger than the others, as for citations', () => {
  expect(bins(0, 0, 1, 3, 4, 12, 900)).toEqual(['0–1: 2', '1–2: 1', '2–5: 2', '10–20: 1', '500–1000: 1']);
});

test('every number is in one bin', () => {
  const numbers = fc.array(
    fc.oneof(fc.integer(), fc.nat(50), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(numbers, (values) => {
      const sorted = Float64Array.from(values).sort();
      const found = binNumbers(sorted);
      expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(found.length).toBeLessThanOrEqual(60);
      let at = 0;
      for (const { from, to, count } of found) {
        for (const value of sorted.subarray(at, at + count)) expect(value >= from && value <= to).toBe(true);
        at += count;
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});
