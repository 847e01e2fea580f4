import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, sampleRows } from '../../../../pipeline/core/algorithms/random.ts';
import { cosineWithRow, dotWithRow, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { cosineStats, semanticScores } from '../../../../pipeline/search/candidates.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';

const vectors = clusteredVectors(60, 6, 4, 0.5, createSeededRandom(2));
const corpus = { vectors, sample: sampleRows(60, 20, createSeededRandom(3)), parts: [{ dimensions: 6, weight: 1 }] };
const rows = Int32Array.from({ length: 60 }, (_, row) => row);

const cosine = (row: number, vector: Float32Array) => dotWithRow(vectors, row, vector);
/** The z-score of the cosine over the sample. */
function zScoredCosine(row: number, vector: Float32Array): number {
  const sampled = [...corpus.sample].map((one) => cosine(one, vector));
  const mean = sampled.reduce((sum, value) => sum + value, 0) / sampled.length;
  const deviation = Math.sqrt(sampled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sampled.length);
  return (cosine(row, vector) - mean) / deviation;
}
const vectorSets = (minLength: number, maxLength: number) =>
  fc.uniqueArray(fc.nat(59), { minLength, maxLength }).map((list) => list.map((row) => vectorAt(vectors, row)));

describe('semantic scores', () => {
  test('with one vector are its cosines, with their statistics over the sample', () => {
    fc.assert(
      fc.property(vectorSets(1, 1), fc.subarray([...rows]), ([vector], some) => {
        const semantic = semanticScores(corpus, Int32Array.from(some), [vector], []);
        expect(semantic.cosine).toEqual(Float32Array.from(some, (row) => cosine(row, vector)));
        expect(semantic.cosineStats).toEqual(
          cosineStats(corpus.sample, (row) => cosineWithRow(corpus.vectors, row, vector)),
        );
        some.forEach((row, i) => {
          const standard = (semantic.cosine[i] - semantic.cosineStats.mean) / semantic.cosineStats.deviation;
          expect(standard).toBeCloseTo(zScoredCosine(row, vector), 3);
        });
        expect(semantic.parts).toEqual([{ cosine: semantic.cosine, stats: semantic.cosineStats }]);
      }),
      { seed: 1 },
    );
  });

  test('with one vector of two models are also the cosines of each, with their statistics over the sample', () => {
    const weights = [0.2, 0.8];
    const unit = (values: readonly number[]) => {
      const length = Math.hypot(...values);
      return values.map((value) => (length === 0 ? 0 : value / length));
    };
    const halves = (maxLength: number) => {
      const half = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 });
      const nonZero = half.filter((values) => values.some((value) => value !== 0)).map(unit);
      return fc.array(fc.tuple(nonZero, nonZero), { minLength: 1, maxLength });
    };
    const combined = (parts: readonly (readonly number[])[]) =>
      unit(parts.flatMap((part, i) => part.map((value) => value * Math.sqrt(weights[i]))));
    const dotOf = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, d) => sum + value * b[d], 0);
    // A model that knows none of the words of a query has no vector for it.
    const unknown = fc.constantFrom<readonly boolean[]>([false, false], [true, false], [false, true]);
    fc.assert(
      fc.property(halves(12), halves(1), unknown, (papers, [words], isUnknown) => {
        const query = words.map((part, i) => (isUnknown[i] ? [0, 0, 0] : part));
        const all = Int32Array.from(papers.keys());
        const index = {
          vectors: vectorsOf(papers.map(combined)),
          sample: all,
          parts: weights.map((weight) => ({ dimensions: 3, weight })),
        };
        const { parts, cosine: whole } = semanticScores(index, all, [Float32Array.from(combined(query))], []);
        expect(parts).toHaveLength(2);
        for (const [i, { cosine: ofPart, stats }] of parts.entries()) {
          const naive = papers.map((paper) => dotOf(paper[i], query[i]));
          const mean = naive.reduce((sum, value) => sum + value, 0) / naive.length;
          naive.forEach((value, row) => {
            expect(ofPart[row]).toBeCloseTo(value, 5);
          });
          expect(stats.mean).toBeCloseTo(mean, 5);
        }
        if (isUnknown.includes(true)) return;
        for (const row of all) {
          expect(whole[row]).toBeCloseTo(weights[0] * parts[0].cosine[row] + weights[1] * parts[1].cosine[row], 5);
        }
      }),
      { seed: 4 },
    );
  });

  test('with several vectors are half the mean and half the minimum of the z-scores, minus half the highest of the unwanted ones', () => {
    fc.assert(
      fc.property(vectorSets(0, 4), vectorSets(0, 3), (wanted, unwanted) => {
        if (wanted.length + unwanted.length === 0 || (wanted.length === 1 && unwanted.length === 0)) return;
        const { cosine: scores, cosineStats, parts } = semanticScores(corpus, rows, wanted, unwanted);
        expect(cosineStats).toEqual({ mean: 0, deviation: 1 });
        expect(parts).toEqual([{ cosine: scores, stats: cosineStats }]);
        for (const row of rows) {
          const zScores = wanted.map((vector) => zScoredCosine(row, vector));
          const mean = zScores.reduce((sum, value) => sum + value, 0) / zScores.length;
          const combined = wanted.length === 0 ? 0 : (mean + Math.min(...zScores)) / 2;
          const highestUnwanted = Math.max(0, ...unwanted.map((vector) => zScoredCosine(row, vector)));
          expect(scores[row]).toBeCloseTo(combined - 0.5 * highestUnwanted, 3);
        }
      }),
      { seed: 2 },
    );
  });

  test('do not depend on the order of the vectors', () => {
    fc.assert(
      fc.property(vectorSets(2, 4), vectorSets(0, 3), (wanted, unwanted) => {
        const scores = semanticScores(corpus, rows, wanted, unwanted).cosine;
        const reversed = semanticScores(corpus, rows, wanted.toReversed(), unwanted.toReversed()).cosine;
        for (const row of rows) expect(reversed[row]).toBeCloseTo(scores[row], 5);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  test('are 0 without vectors', () => {
    const [cosine, stats] = [new Float32Array(2), { mean: 0, deviation: 0 }];
    expect(semanticScores(corpus, Int32Array.of(4, 2), [], [])).toEqual({
      cosine,
      cosineStats: stats,
      parts: [{ cosine, stats }],
    });
  });
});

describe('semantic scores of a paper about two subjects', () => {
  // Two orthogonal subjects: two papers of each, one of both, and three of others.
  const half = Math.SQRT1_2;
  const subjectVectors = vectorsOf([
    [1, 0, 0],
    [0.96, 0.28, 0],
    [0, 1, 0],
    [0.28, 0.96, 0],
    [half, half, 0],
    [0, 0, 1],
    [0, 0, -1],
    [0, 0.28, 0.96],
  ]);
  const all = {
    vectors: subjectVectors,
    sample: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    parts: [{ dimensions: 3, weight: 1 }],
  };
  const order = (wanted: number[], unwanted: number[]) => {
    const [positive, negative] = [wanted, unwanted].map((list) => list.map((row) => vectorAt(subjectVectors, row)));
    const { cosine: scores } = semanticScores(all, all.sample, positive, negative);
    return [...all.sample].sort((a, b) => scores[b] - scores[a] || a - b);
  };

  test('are the highest for a query with both, above papers of one subject', () => {
    expect(order([0, 2], [])[0]).toBe(4);
    expect(order([0], [])[0]).toBe(0);
  });

  test('are below papers of one subject if the other is unwanted', () => {
    const ranked = order([0], [2]);
    expect(ranked[0]).toBe(0);
    expect(ranked.indexOf(1)).toBeLessThan(ranked.indexOf(4));
    expect(ranked.at(-1)).toBe(2);
    expect(order([0], []).at(-1)).not.toBe(2);
  });

  test('are not raised by distance from an unwanted vector', () => {
    const { cosine: scores } = semanticScores(all, all.sample, [], [vectorAt(subjectVectors, 0)]);
    expect([...scores].filter((value) => value === 0)).toHaveLength(5);
    expect(Math.max(...scores)).toBe(0);
    expect(order([], [0]).at(-1)).toBe(0);
  });
});
