import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { clusteredStandardError, roundToDigits } from '../../../../../pipeline/core/algorithms/statistics.ts';

test.each([
  [0.123456, 4, 0.1235],
  [-0.123456, 4, -0.1235],
  [2.5, 0, 3],
  [1234.5, 2, 1234.5],
  [0.0004, 3, 0],
  [-0.0004, 3, 0],
])('%f rounded to %i digits is %f', (value, digits, expected) => {
  expect(roundToDigits(value, digits)).toBe(expected);
});

const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });

test('is the usual standard error if every value is a cluster of its own', () => {
  fc.assert(
    fc.property(values, (list) => {
      const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
      const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1);
      expect(clusteredStandardError(list, [...list.keys()])).toBeCloseTo(Math.sqrt(variance / list.length), 10);
    }),
  );
});

test('does not become smaller by repeating every value within its cluster', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 5 }), (list, copies) => {
      const repeated = list.flatMap((value) => new Array<number>(copies).fill(value));
      const clusters = list.flatMap((_, cluster) => new Array<number>(copies).fill(cluster));
      const expected = clusteredStandardError(list, [...list.keys()]) ?? Number.NaN;
      expect(clusteredStandardError(repeated, clusters)).toBeCloseTo(expected, 10);
    }),
  );
});

test('is how much the mean varies from sample to sample', () => {
  const random = createSeededRandom(5);
  const samples = Array.from({ length: 300 }, () => {
    // Fifty clusters of four values that share a part of their variation.
    const clusters = Array.from({ length: 200 }, (_, i) => i >> 2);
    const shared = Array.from({ length: 50 }, () => random());
    const sample = clusters.map((cluster) => shared[cluster] + 0.5 * random());
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
    return { mean, error: clusteredStandardError(sample, clusters) ?? Number.NaN };
  });
  const grandMean = samples.reduce((sum, { mean }) => sum + mean, 0) / samples.length;
  const deviation = Math.sqrt(samples.reduce((sum, { mean }) => sum + (mean - grandMean) ** 2, 0) / samples.length);
  const meanError = samples.reduce((sum, { error }) => sum + error, 0) / samples.length;
  expect(meanError / deviation).toBeGreaterThan(0.9);
  expect(meanError / deviation).toBeLessThan(1.1);
});

test.each([
  ['no values', [], []],
  ['one cluster', [1, 2], [7, 7]],
])('is unknown for %s', (_, list, clusters) => {
  expect(clusteredStandardError(list, clusters)).toBeNull();
});
