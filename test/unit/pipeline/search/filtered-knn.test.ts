import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { filteredKnn, type RowFilter } from '../../../../pipeline/search/candidates.ts';
import { buildHnsw, type VectorIndex } from '../../../../pipeline/search/vector/hnsw.ts';
import { clusteredVectors, integerVectors } from '../../../fixtures/arbitrary-vectors.ts';

const filterOf = (mask: Uint8Array): RowFilter => ({ mask, count: mask.reduce((sum, bit) => sum + bit, 0) });

function naiveKnn(vectors: Vectors, query: Float32Array, k: number, mask?: Uint8Array): number[] {
  const scores = Array.from({ length: vectors.count }, (_, row) => dotWithRow(vectors, row, query));
  return [...scores.keys()]
    .filter((row) => mask === undefined || mask[row] !== 0)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, k);
}

const unusedIndex: VectorIndex = {
  count: 0,
  search: () => expect.unreachable('the index was searched'),
  save: () => Promise.resolve(),
};

test('filteredKnn scans few papers exactly, without the index', () => {
  const searches = integerVectors(60).chain((vectors) =>
    fc.record({
      vectors: fc.constant(vectors),
      query: fc.array(fc.integer({ min: -2, max: 2 }), {
        minLength: vectors.dimensions,
        maxLength: vectors.dimensions,
      }),
      mask: fc.option(fc.array(fc.constantFrom(0, 1, 1), { minLength: vectors.count, maxLength: vectors.count }), {
        nil: undefined,
      }),
      k: fc.nat(70),
    }),
  );
  fc.assert(
    fc.property(searches, ({ vectors, query, mask, k }) => {
      const maskBytes = mask && Uint8Array.from(mask);
      const vector = Float32Array.from(query);
      const { rows, similarities } = filteredKnn(
        { vectors, vectorIndex: unusedIndex, efSearch: 10 },
        vector,
        k,
        maskBytes && filterOf(maskBytes),
      );
      expect([...rows]).toEqual(naiveKnn(vectors, vector, k, maskBytes));
      expect([...similarities]).toEqual([...rows].map((row) => dotWithRow(vectors, row, vector)));
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('filteredKnn among many papers', () => {
  const count = 9_000;
  const vectors = clusteredVectors(count, 12, 30, 0.5, createSeededRandom(5));
  const index = buildHnsw(vectors, { m: 12, efConstruction: 80, seed: 1 });
  const corpus = { vectors, vectorIndex: index, efSearch: 200 };
  /** Passes `percent` of the papers; with `byCluster`, whole clusters or none. */
  const maskOf = (percent: number, byCluster: boolean) =>
    Uint8Array.from({ length: count }, (_, row) =>
      (byCluster ? row % 30 : (row * 37) % 1000) * (byCluster ? 100 / 30 : 0.1) < percent ? 1 : 0,
    );

  test.each([
    ['no filter', undefined, 0.97],
    ['a filter that passes most papers', maskOf(95, false), 0.97],
    ['a filter that passes most clusters', maskOf(94, true), 0.97],
    ['a filter that passes half of the papers', maskOf(50, false), 1],
    ['a filter that passes few papers', maskOf(1, false), 1],
    ['a filter that passes one cluster', maskOf(3, true), 1],
  ])('with %s finds nearly all true neighbors, and only papers that pass', (_, mask, minRecall) => {
    const filter = mask && filterOf(mask);
    let found = 0;
    let total = 0;
    for (let row = 0; row < count; row += 450) {
      const query = vectorAt(vectors, row);
      const { rows, similarities } = filteredKnn(corpus, query, 50, filter);
      const truth = new Set(naiveKnn(vectors, query, 50, mask));
      expect(new Set(rows).size).toBe(rows.length);
      expect(rows).toHaveLength(truth.size);
      rows.forEach((near, i) => {
        if (mask) expect(mask[near]).toBe(1);
        expect(similarities[i]).toBeCloseTo(dotWithRow(vectors, near, query), 5);
        if (truth.has(near)) found++;
      });
      total += truth.size;
    }
    expect(found / total).toBeGreaterThanOrEqual(minRecall);
  });

  test('scans all papers if at most 8,192 pass', () => {
    for (const [passing, isExact] of [
      [8_192, true],
      [8_193, false],
    ] as const) {
      let searches = 0;
      const counting = {
        ...index,
        search: (...args: Parameters<typeof index.search>) => {
          searches++;
          return index.search(...args);
        },
      };
      const mask = Uint8Array.from({ length: count }, (_, row) => (row < passing ? 1 : 0));
      const { rows } = filteredKnn({ ...corpus, vectorIndex: counting }, vectorAt(vectors, 8_999), 10, filterOf(mask));
      expect(rows.every((row) => row < passing)).toBe(true);
      expect(searches === 0).toBe(isExact);
    }
  });
});
