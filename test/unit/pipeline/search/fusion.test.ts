import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Candidates,
  DEFAULT_WEIGHTS,
  descendingOrder,
  fuseScores,
  LENGTH_BUCKETS,
  scoreStats,
  weightsFor,
  zScore,
} from '../../../../pipeline/search/fusion.ts';

const score = fc.float({ min: -1000, max: 1000, noNaN: true });
const share = fc.float({ min: 0, max: 1, noNaN: true });
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
const deviation = (list: readonly number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));

describe('the scale of scores', () => {
  test('is their mean and deviation, those that are not listed counting as 0', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), fc.nat(40), (list, others) => {
        const all = [...list, ...new Array<number>(others).fill(0)];
        const scale = scoreStats(Float32Array.from(list), others);
        expect(scale.mean).toBeCloseTo(mean(all), 6);
        expect(scale.deviation).toBeCloseTo(deviation(all), 3);
      }),
      { seed: 1 },
    );
  });

  test('of no scores is nothing, and of zeros alone too', () => {
    expect(scoreStats(new Float32Array(0))).toEqual({ mean: 0, deviation: 0 });
    expect(scoreStats(new Float32Array(0), 9)).toEqual({ mean: 0, deviation: 0 });
  });

  test('never has a deviation that is no number, however equal the scores are', () => {
    fc.assert(
      fc.property(score, fc.integer({ min: 1, max: 300 }), (value, count) => {
        const scale = scoreStats(new Float32Array(count).fill(value));
        // What rounding leaves of nothing.
        expect(scale.deviation).toBeGreaterThanOrEqual(0);
        expect(scale.deviation).toBeLessThanOrEqual(1e-4);
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
])('a score of %s on the scale %j is worth %s', (value, scale, expected) => {
  expect(zScore(value, scale)).toBe(expected);
});

describe('fusing', () => {
  const scale = fc.record({ mean: score, deviation: fc.constantFrom(0, 0.5, 1, 40) });
  const evidence: fc.Arbitrary<Candidates> = fc
    .record({
      candidates: fc.uniqueArray(fc.tuple(fc.nat(99), score, score, score), {
        maxLength: 30,
        selector: ([row]) => row,
      }),
      bm25Stats: scale,
      cosineStats: scale,
    })
    .map(({ candidates, ...scales }) => ({
      rows: Int32Array.from(candidates, ([row]) => row),
      bm25: Float32Array.from(candidates, ([, bm25]) => bm25),
      proximity: Float32Array.from(candidates, ([, , proximity]) => proximity),
      cosine: Float32Array.from(candidates, ([, , , cosine]) => cosine),
      ...scales,
    }));

  test('adds words with their pairs and meaning, each in deviations from what is usual, by weight', () => {
    fc.assert(
      fc.property(evidence, share, share, (some, keyword, pairs) => {
        const fused = fuseScores(some, { lexical: keyword, proximity: pairs });
        expect(fused).toHaveLength(some.rows.length);
        const part = (value: number, { mean: usual, deviation: by }: typeof some.bm25Stats) =>
          by === 0 ? 0 : (value - usual) / by;
        fused.forEach((value, i) => {
          const words = part(some.bm25[i] + pairs * some.proximity[i], some.bm25Stats);
          const naive = keyword * words + (1 - keyword) * part(some.cosine[i], some.cosineStats);
          expect(Math.abs(value - naive)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(naive)));
        });
      }),
      { seed: 3 },
    );
  });

  test('with all the weight on one kind gives its order', () => {
    fc.assert(
      fc.property(evidence, (some) => {
        const scaled = { ...some, bm25Stats: { mean: 3, deviation: 2 }, cosineStats: { mean: 0.1, deviation: 4 } };
        for (const [keyword, own] of [
          [1, some.bm25],
          [0, some.cosine],
        ] as const) {
          const order = [...descendingOrder(some.rows, fuseScores(scaled, { lexical: keyword, proximity: 0 }))];
          // Scores nearer than float32 can tell once they are standardized may change places.
          for (let i = 1; i < order.length; i++)
            expect(own[order[i - 1]] - own[order[i]]).toBeGreaterThanOrEqual(-1e-3);
        }
      }),
      { seed: 4 },
    );
  });

  test('hears nothing of a kind whose scores do not differ', () => {
    const flat: Candidates = {
      rows: Int32Array.of(4, 5),
      bm25: Float32Array.of(7, 7),
      proximity: Float32Array.of(0, 0),
      cosine: Float32Array.of(0.25, 0.75),
      bm25Stats: { mean: 7, deviation: 0 },
      cosineStats: { mean: 0.5, deviation: 0.25 },
    };
    expect(fuseScores(flat, { lexical: 0.5, proximity: 1 })).toEqual(Float32Array.of(-0.5, 0.5));
  });
});

test('a ranking is every place once, by score and then by row', () => {
  const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 4 })), {
    selector: ([row]) => row,
  });
  fc.assert(
    fc.property(pairs, (list) => {
      const rows = Int32Array.from(list, ([row]) => row);
      const scores = Float32Array.from(list, ([, value]) => value);
      const naive = [...list].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB).map(([row]) => row);
      expect(Array.from(descendingOrder(rows, scores), (at) => rows[at])).toEqual(naive);
    }),
    { seed: 6 },
  );
});

describe('the weights for a query', () => {
  const learned = LENGTH_BUCKETS.map((maxTerms, i) => ({ maxTerms, lexical: i / 10, proximity: i / 20 }));

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
  ])('of %i telling words are those of length %i', (words, length) => {
    expect(weightsFor(learned, words)).toBe(learned[length]);
  });

  test('that is longer than all that was learned are those of the longest, and the default where nothing was', () => {
    expect(weightsFor(learned.slice(0, 2), 4)).toBe(learned[1]);
    expect(weightsFor([], 4)).toBe(DEFAULT_WEIGHTS);
  });
});
