import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import {
  clusteredStandardError,
  computeScoreStats,
  roundToDigits,
  zScore,
} from '../../../../../pipeline/core/algorithms/statistics.ts';

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

describe('score statistics', () => {
  const score = fc.float({ min: -1000, max: 1000, noNaN: true });
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const deviation = (list: readonly number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));

  test('are the mean and standard deviation, with unlisted scores as 0', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), fc.nat(40), (list, others) => {
        const all = [...list, ...new Array<number>(others).fill(0)];
        const stats = computeScoreStats(Float32Array.from(list), others);
        expect(stats.mean).toBeCloseTo(mean(all), 6);
        expect(stats.deviation).toBeCloseTo(deviation(all), 3);
      }),
      { seed: 1 },
    );
  });

  test('are 0 without scores, and for zeros only', () => {
    expect(computeScoreStats(new Float32Array(0))).toEqual({ mean: 0, deviation: 0 });
    expect(computeScoreStats(new Float32Array(0), 9)).toEqual({ mean: 0, deviation: 0 });
  });

  test('never have a NaN deviation, even if all scores are equal', () => {
    fc.assert(
      fc.property(score, fc.integer({ min: 1, max: 300 }), (value, count) => {
        const stats = computeScoreStats(new Float32Array(count).fill(value));
        // 0 up to rounding.
        expect(stats.deviation).toBeGreaterThanOrEqual(0);
        expect(stats.deviation).toBeLessThanOrEqual(1e-4);
      }),
      { seed: 2 },
    );
  });
});

test.each([
  [3, { mean: 1, deviation: 2 }, 1],
  [1, { mean: 1, deviation: 2 }, 0],
  [-3, { mean: 1, deviation: 0.5 }, -8],
  [5, { mean: 1, deviation: 0 }, 0],
])('the z-score of %s with %j is %s', (value, stats, expected) => {
  expect(zScore(value, stats)).toBe(expected);
});
