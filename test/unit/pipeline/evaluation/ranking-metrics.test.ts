import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateMean, ndcgAt, recallAt, reciprocalRankAt } from '../../../../pipeline/evaluation/ranking-metrics.ts';

const ids = [...'abcdefghijkl'];
const judgments = fc
  .array(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 })
  .map((pairs) => new Map(pairs));
const rankings = fc.shuffledSubarray(ids);

describe('ndcgAt', () => {
  test('is what trec_eval computes, worked out by hand', () => {
    const judged = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    // Found at places 2 and 3: 1/log2(3) + 2/log2(4); best: 2/log2(2) + 1/log2(3).
    const expected = (1 / Math.log2(3) + 2 / 2) / (2 + 1 / Math.log2(3));
    expect(ndcgAt(10, ['x', 'b', 'a'], judged)).toBeCloseTo(expected, 12);
    expect(ndcgAt(2, ['x', 'b', 'a'], judged)).toBeCloseTo(1 / Math.log2(3) / (2 + 1 / Math.log2(3)), 12);
  });

  test('is 1 for the best order there is and never more', () => {
    fc.assert(
      fc.property(judgments, rankings, fc.integer({ min: 1, max: 15 }), (judged, ranked, k) => {
        const best = [...judged].sort((a, b) => b[1] - a[1]).map(([id]) => id);
        const isAnything = [...judged.values()].some((relevance) => relevance > 0);
        expect(ndcgAt(k, best, judged)).toBeCloseTo(isAnything ? 1 : 0, 12);
        expect(ndcgAt(k, ranked, judged)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('falls where a relevant document goes down a place', () => {
    const judged = new Map([['a', 1]]);
    expect(ndcgAt(10, ['a', 'x'], judged)).toBeGreaterThan(ndcgAt(10, ['x', 'a'], judged));
  });
});

describe('reciprocalRankAt and recallAt', () => {
  test('agree with a count by hand, whatever the ranking', () => {
    fc.assert(
      fc.property(judgments, rankings, fc.integer({ min: 1, max: 15 }), (judged, ranked, k) => {
        let first = 0;
        let found = 0;
        let relevant = 0;
        for (const [id, relevance] of judged) {
          if (relevance === 0) continue;
          relevant++;
          const place = ranked.indexOf(id);
          if (place < 0 || place >= k) continue;
          found++;
          first = Math.max(first, 1 / (place + 1));
        }
        expect(reciprocalRankAt(k, ranked, judged)).toBe(first);
        expect(recallAt(k, ranked, judged)).toBe(relevant > 0 ? found / relevant : 0);
      }),
    );
  });
});

describe('estimateMean', () => {
  test('holds the mean between its ends, and is a point where all values are one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (list) => {
        const { mean, low, high } = estimateMean(Float64Array.from(list), 1);
        expect(mean).toBeCloseTo(list.reduce((sum, value) => sum + value, 0) / list.length, 9);
        // An interval of few and skewed values can end short of their mean by a hair of rounding only.
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
      { numRuns: 30 },
    );
    expect(estimateMean(new Float64Array(20).fill(0.25), 1)).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
  });

  test('is about two standard errors wide to each side', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const { mean, low, high } = estimateMean(values, 7);
    const error = Math.sqrt((0.25 * 0.75) / 400);
    expect((mean - low) / error).toBeCloseTo(1.96, 0);
    expect((high - mean) / error).toBeCloseTo(1.96, 0);
  });
});
