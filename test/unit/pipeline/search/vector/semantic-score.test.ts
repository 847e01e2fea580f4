import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleRows, seededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { dotWithRow, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { cosineStats, semanticScores } from '../../../../../pipeline/search/retrieve.ts';
import { clusteredVectors, vectorsOf } from '../../../../fixtures/arbitrary-vectors.ts';

const vectors = clusteredVectors(60, 6, 4, 0.5, seededRandom(2));
const corpus = { vectors, sample: sampleRows(60, 20, seededRandom(3)) };
const rows = Int32Array.from({ length: 60 }, (_, row) => row);

const cosine = (row: number, vector: Float32Array) => dotWithRow(vectors, row, vector);
/** In deviations above the mean over the sample. */
function unusual(row: number, vector: Float32Array): number {
  const usual = [...corpus.sample].map((one) => cosine(one, vector));
  const mean = usual.reduce((sum, one) => sum + one, 0) / usual.length;
  const deviation = Math.sqrt(usual.reduce((sum, one) => sum + (one - mean) ** 2, 0) / usual.length);
  return (cosine(row, vector) - mean) / deviation;
}
const papers = (from: number, most: number) =>
  fc
    .uniqueArray(fc.nat(59), { minLength: from, maxLength: most })
    .map((list) => list.map((row) => vectorAt(vectors, row)));

describe('nearness in meaning', () => {
  test('to one vector is its cosine, on the scale that is usual for it', () => {
    fc.assert(
      fc.property(papers(1, 1), fc.subarray([...rows]), ([vector], some) => {
        const meant = semanticScores(corpus, Int32Array.from(some), [vector], []);
        expect(meant.cosine).toEqual(Float32Array.from(some, (row) => cosine(row, vector)));
        expect(meant.cosineStats).toEqual(cosineStats(corpus, vector));
        some.forEach((row, i) => {
          const standard = (meant.cosine[i] - meant.cosineStats.mean) / meant.cosineStats.deviation;
          expect(standard).toBeCloseTo(unusual(row, vector), 3);
        });
      }),
      { seed: 1 },
    );
  });

  test('to several is half the mean and half the least, less half of what is nearest to what it shall not be like', () => {
    fc.assert(
      fc.property(papers(0, 4), papers(0, 3), (near, far) => {
        if (near.length + far.length === 0 || (near.length === 1 && far.length === 0)) return;
        const { cosine: nearness, cosineStats } = semanticScores(corpus, rows, near, far);
        expect(cosineStats).toEqual({ mean: 0, deviation: 1 });
        for (const row of rows) {
          const wanted = near.map((vector) => unusual(row, vector));
          const mean = wanted.reduce((sum, one) => sum + one, 0) / wanted.length;
          const shared = near.length === 0 ? 0 : (mean + Math.min(...wanted)) / 2;
          const pushed = Math.max(0, ...far.map((vector) => unusual(row, vector)));
          expect(nearness[row]).toBeCloseTo(shared - 0.5 * pushed, 3);
        }
      }),
      { seed: 2 },
    );
  });

  test('does not depend on the order of what is asked for', () => {
    fc.assert(
      fc.property(papers(2, 4), papers(0, 3), (near, far) => {
        const one = semanticScores(corpus, rows, near, far).cosine;
        const other = semanticScores(corpus, rows, near.toReversed(), far.toReversed()).cosine;
        for (const row of rows) expect(other[row]).toBeCloseTo(one[row], 5);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  test('is nothing where nothing is asked for', () => {
    expect(semanticScores(corpus, Int32Array.of(4, 2), [], [])).toEqual({
      cosine: new Float32Array(2),
      cosineStats: { mean: 0, deviation: 0 },
    });
  });
});

describe('among papers of which one has something of both', () => {
  // Two subjects at right angles, two papers of each, one of both, and three of others.
  const half = Math.SQRT1_2;
  const few = vectorsOf([
    [1, 0, 0],
    [0.96, 0.28, 0],
    [0, 1, 0],
    [0.28, 0.96, 0],
    [half, half, 0],
    [0, 0, 1],
    [0, 0, -1],
    [0, 0.28, 0.96],
  ]);
  const all = { vectors: few, sample: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
  const order = (near: number[], far: number[]) => {
    const [to, from] = [near, far].map((list) => list.map((row) => vectorAt(few, row)));
    const { cosine: nearness } = semanticScores(all, all.sample, to, from);
    return [...all.sample].sort((a, b) => nearness[b] - nearness[a] || a - b);
  };

  test('it comes first for both, before those that are very near to one', () => {
    expect(order([0, 2], [])[0]).toBe(4);
    expect(order([0], [])[0]).toBe(0);
  });

  test('it falls behind the purer ones where one of the two is not wanted', () => {
    const ranked = order([0], [2]);
    expect(ranked[0]).toBe(0);
    expect(ranked.indexOf(1)).toBeLessThan(ranked.indexOf(4));
    expect(ranked.at(-1)).toBe(2);
    expect(order([0], []).at(-1)).not.toBe(2);
  });

  test('what is far from the unwanted is not liked for it: all of them are equals where nothing is wanted', () => {
    const { cosine: nearness } = semanticScores(all, all.sample, [], [vectorAt(few, 0)]);
    expect([...nearness].filter((value) => value === 0)).toHaveLength(5);
    expect(Math.max(...nearness)).toBe(0);
    expect(order([], [0]).at(-1)).toBe(0);
  });
});
