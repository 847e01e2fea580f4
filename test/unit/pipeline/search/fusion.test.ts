import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_WEIGHTS,
  type Evidence,
  fuse,
  LENGTHS,
  ranking,
  scaleOf,
  standardized,
  weightsFor,
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
        const scale = scaleOf(Float32Array.from(list), others);
        expect(scale.mean).toBeCloseTo(mean(all), 6);
        expect(scale.deviation).toBeCloseTo(deviation(all), 3);
      }),
      { seed: 1 },
    );
  });

  test('of no scores is nothing, and of zeros alone too', () => {
    expect(scaleOf(new Float32Array(0))).toEqual({ mean: 0, deviation: 0 });
    expect(scaleOf(new Float32Array(0), 9)).toEqual({ mean: 0, deviation: 0 });
  });

  test('never has a deviation that is no number, however equal the scores are', () => {
    fc.assert(
      fc.property(score, fc.integer({ min: 1, max: 300 }), (value, count) => {
        const scale = scaleOf(new Float32Array(count).fill(value));
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
  expect(standardized(value, scale)).toBe(expected);
});

describe('fusing', () => {
  const scale = fc.record({ mean: score, deviation: fc.constantFrom(0, 0.5, 1, 40) });
  const evidence: fc.Arbitrary<Evidence> = fc
    .record({
      candidates: fc.uniqueArray(fc.tuple(fc.nat(99), score, score, score), {
        maxLength: 30,
        selector: ([row]) => row,
      }),
      keywordScale: scale,
      cosineScale: scale,
    })
    .map(({ candidates, ...scales }) => ({
      rows: Int32Array.from(candidates, ([row]) => row),
      keyword: Float32Array.from(candidates, ([, keyword]) => keyword),
      pairs: Float32Array.from(candidates, ([, , pairs]) => pairs),
      cosine: Float32Array.from(candidates, ([, , , cosine]) => cosine),
      ...scales,
    }));

  test('adds words with their pairs and meaning, each in deviations from what is usual, by weight', () => {
    fc.assert(
      fc.property(evidence, share, share, (some, keyword, pairs) => {
        const fused = fuse(some, { keyword, pairs });
        expect(fused).toHaveLength(some.rows.length);
        const part = (value: number, { mean: usual, deviation: by }: typeof some.keywordScale) =>
          by === 0 ? 0 : (value - usual) / by;
        fused.forEach((value, i) => {
          const words = part(some.keyword[i] + pairs * some.pairs[i], some.keywordScale);
          const naive = keyword * words + (1 - keyword) * part(some.cosine[i], some.cosineScale);
          expect(Math.abs(value - naive)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(naive)));
        });
      }),
      { seed: 3 },
    );
  });

  test('with all the weight on one kind gives its order', () => {
    fc.assert(
      fc.property(evidence, (some) => {
        const scaled = { ...some, keywordScale: { mean: 3, deviation: 2 }, cosineScale: { mean: 0.1, deviation: 4 } };
        for (const [keyword, own] of [
          [1, some.keyword],
          [0, some.cosine],
        ] as const) {
          const order = [...ranking(some.rows, fuse(scaled, { keyword, pairs: 0 }))];
          // Scores nearer than float32 can tell once they are standardized may change places.
          for (let i = 1; i < order.length; i++)
            expect(own[order[i - 1]] - own[order[i]]).toBeGreaterThanOrEqual(-1e-3);
        }
      }),
      { seed: 4 },
    );
  });

  test('hears nothing of a kind whose scores do not differ', () => {
    const flat: Evidence = {
      rows: Int32Array.of(4, 5),
      keyword: Float32Array.of(7, 7),
      pairs: Float32Array.of(0, 0),
      cosine: Float32Array.of(0.25, 0.75),
      keywordScale: { mean: 7, deviation: 0 },
      cosineScale: { mean: 0.5, deviation: 0.25 },
    };
    expect(fuse(flat, { keyword: 0.5, pairs: 1 })).toEqual(Float32Array.of(-0.5, 0.5));
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
      expect(Array.from(ranking(rows, scores), (at) => rows[at])).toEqual(naive);
    }),
    { seed: 6 },
  );
});

describe('the weights for a query', () => {
  const learned = LENGTHS.map((upToWords, i) => ({ upToWords, keyword: i / 10, pairs: i / 20 }));

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
