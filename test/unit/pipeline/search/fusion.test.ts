import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { descendingOrder } from '../../../../pipeline/core/algorithms/sorting.ts';
import { computeScoreStats, zScore } from '../../../../pipeline/core/algorithms/statistics.ts';
import {
  type Candidates,
  DEFAULT_FUSION_WEIGHTS,
  fuseScores,
  fusionWeightsFor,
  QUERY_LENGTH_BUCKETS,
} from '../../../../pipeline/search/rank.ts';

const score = fc.float({ min: -1000, max: 1000, noNaN: true });
const share = fc.float({ min: 0, max: 1, noNaN: true });
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
const deviation = (list: readonly number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));

describe('score statistics', () => {
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

describe('fused scores', () => {
  const stats = fc.record({ mean: score, deviation: fc.constantFrom(0, 0.5, 1, 40) });
  const arbitraryCandidates: fc.Arbitrary<Candidates> = fc
    .record({
      candidates: fc.uniqueArray(fc.tuple(fc.nat(99), score, score, score), {
        maxLength: 30,
        selector: ([row]) => row,
      }),
      bm25Stats: stats,
      cosineStats: stats,
    })
    .map(({ candidates: list, ...stats }) => ({
      rows: Int32Array.from(list, ([row]) => row),
      bm25: Float32Array.from(list, ([, bm25]) => bm25),
      proximity: Float32Array.from(list, ([, , proximity]) => proximity),
      cosine: Float32Array.from(list, ([, , , cosine]) => cosine),
      ...stats,
    }));

  test('are the weighted sum of z-scored BM25 plus proximity and z-scored cosine', () => {
    fc.assert(
      fc.property(arbitraryCandidates, share, share, (candidates, lexical, proximity) => {
        const fused = fuseScores(candidates, { lexical, proximity });
        expect(fused).toHaveLength(candidates.rows.length);
        const z = (value: number, { mean, deviation }: typeof candidates.bm25Stats) =>
          deviation === 0 ? 0 : (value - mean) / deviation;
        fused.forEach((value, i) => {
          const naive =
            lexical * z(candidates.bm25[i] + proximity * candidates.proximity[i], candidates.bm25Stats) +
            (1 - lexical) * z(candidates.cosine[i], candidates.cosineStats);
          expect(Math.abs(value - naive)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(naive)));
        });
      }),
      { seed: 3 },
    );
  });

  test('have the order of one kind if it has all the weight', () => {
    fc.assert(
      fc.property(arbitraryCandidates, (candidates) => {
        const withStats = {
          ...candidates,
          bm25Stats: { mean: 3, deviation: 2 },
          cosineStats: { mean: 0.1, deviation: 4 },
        };
        for (const [lexical, kindScores] of [
          [1, candidates.bm25],
          [0, candidates.cosine],
        ] as const) {
          const order = [...descendingOrder(candidates.rows, fuseScores(withStats, { lexical, proximity: 0 }))];
          // Scores that are equal in float32 after z-scoring may swap.
          for (let i = 1; i < order.length; i++)
            expect(kindScores[order[i - 1]] - kindScores[order[i]]).toBeGreaterThanOrEqual(-1e-3);
        }
      }),
      { seed: 4 },
    );
  });

  test('ignore a kind whose scores are all equal', () => {
    const equalBm25: Candidates = {
      rows: Int32Array.of(4, 5),
      bm25: Float32Array.of(7, 7),
      proximity: Float32Array.of(0, 0),
      cosine: Float32Array.of(0.25, 0.75),
      bm25Stats: { mean: 7, deviation: 0 },
      cosineStats: { mean: 0.5, deviation: 0.25 },
    };
    expect(fuseScores(equalBm25, { lexical: 0.5, proximity: 1 })).toEqual(Float32Array.of(-0.5, 0.5));
  });
});

test('descendingOrder is a permutation by descending score, ties by row', () => {
  const scoredRows = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 4 })), {
    selector: ([row]) => row,
  });
  fc.assert(
    fc.property(scoredRows, (list) => {
      const rows = Int32Array.from(list, ([row]) => row);
      const scores = Float32Array.from(list, ([, value]) => value);
      const naive = [...list].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB).map(([row]) => row);
      expect(Array.from(descendingOrder(rows, scores), (at) => rows[at])).toEqual(naive);
    }),
    { seed: 6 },
  );
});

describe('the fusion weights of a query', () => {
  const learned = QUERY_LENGTH_BUCKETS.map((maxTerms, i) => ({ maxTerms, lexical: i / 10, proximity: i / 20 }));

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [9, 2],
    [10, 3],
    [24, 3],
    [25, 4],
    [100_000, 4],
    [Number.MAX_SAFE_INTEGER, 4],
  ])('with %i terms are those of length bucket %i', (termCount, bucket) => {
    expect(fusionWeightsFor(learned, termCount)).toBe(learned[bucket]);
  });

  test('longer than every bucket are those of the longest bucket, and the default without learned weights', () => {
    expect(fusionWeightsFor(learned.slice(0, 2), 4)).toBe(learned[1]);
    expect(fusionWeightsFor([], 4)).toBe(DEFAULT_FUSION_WEIGHTS);
  });
});
