import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateMean, ndcgAt, recallAt, reciprocalRankAt } from '../../../../pipeline/evaluation/ranking-metrics.ts';

const ids = [...'abcdefghijkl'];
const judgments = fc
  .array(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 })
  .map((pairs) => new Map(pairs));
const rankings = fc.shuffledSubarray(ids);

describe('ndcgAt', () => {
  test('is what trec_eval computes, calculated by hand', () => {
    const judged = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    // Found at ranks 2 and 3: 1/log2(3) + 2/log2(4); ideal: 2/log2(2) + 1/log2(3).
    const expected = (1 / Math.log2(3) + 2 / 2) / (2 + 1 / Math.log2(3));
    expect(ndcgAt(10, ['x', 'b', 'a'], judged)).toBeCloseTo(expected, 12);
    expect(ndcgAt(2, ['x', 'b', 'a'], judged)).toBeCloseTo(1 / Math.log2(3) / (2 + 1 / Math.log2(3)), 12);
  });

  test('is 1 for the ideal order and never more', () => {
    fc.assert(
      fc.property(judgments, rankings, fc.integer({ min: 1, max: 15 }), (judged, ranked, k) => {
        const ideal = [...judged].sort((a, b) => b[1] - a[1]).map(([id]) => id);
        const isAnyRelevant = [...judged.values()].some((relevance) => relevance > 0);
        expect(ndcgAt(k, ideal, judged)).toBeCloseTo(isAnyRelevant ? 1 : 0, 12);
        expect(ndcgAt(k, ranked, judged)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('falls if a relevant document moves down', () => {
    const judged = new Map([['a', 1]]);
    expect(ndcgAt(10, ['a', 'x'], judged)).toBeGreaterThan(ndcgAt(10, ['x', 'a'], judged));
  });
});

describe('reciprocalRankAt and recallAt', () => {
  test('agree with a naive count for any ranking', () => {
    fc.assert(
      fc.property(judgments, rankings, fc.integer({ min: 1, max: 15 }), (judged, ranked, k) => {
        let first = 0;
        let found = 0;
        let relevant = 0;
        for (const [id, relevance] of judged) {
          if (relevance === 0) continue;
          relevant++;
          const index = ranked.indexOf(id);
          if (index < 0 || index >= k) continue;
          found++;
          first = Math.max(first, 1 / (index + 1));
        }
        expect(reciprocalRankAt(k, ranked, judged)).toBe(first);
        expect(recallAt(k, ranked, judged)).toBe(relevant > 0 ? found / relevant : 0);
      }),
    );
  });
});

describe('estimateMean', () => {
  test('has an interval around the mean, which is a point if all values are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (list) => {
        const { mean, low, high } = estimateMean(Float64Array.from(list), 1);
        expect(mean).toBeCloseTo(list.reduce((sum, value) => sum + value, 0) / list.length, 9);
        // The interval always contains the mean, except for rounding.
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
      { numRuns: 30 },
    );
    expect(estimateMean(new Float64Array(20).fill(0.25), 1)).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
  });

  test('has an interval of about two standard errors to each side', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const { mean, low, high } = estimateMean(values, 7);
    const error = Math.sqrt((0.25 * 0.75) / 400);
    expect((mean - low) / error).toBeCloseTo(1.96, 0);
    expect((high - mean) / error).toBeCloseTo(1.96, 0);
  });
});
