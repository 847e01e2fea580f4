import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { filteredKnn, type RowFilter } from '../../../../../pipeline/search/retrieve.ts';
import { buildHnsw, type VectorIndex } from '../../../../../pipeline/search/vector/hnsw.ts';
import { clusteredVectors, integerVectors } from '../../../../fixtures/arbitrary-vectors.ts';

const filterOf = (mask: Uint8Array): RowFilter => ({ mask, count: mask.reduce((sum, one) => sum + one, 0) });

function naive(vectors: Vectors, query: Float32Array, k: number, mask?: Uint8Array): number[] {
  const scores = Array.from({ length: vectors.count }, (_, row) => dotWithRow(vectors, row, query));
  return [...scores.keys()]
    .filter((row) => mask === undefined || mask[row] !== 0)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, k);
}

const unasked: VectorIndex = {
  count: 0,
  search: () => expect.unreachable('the index was asked'),
  save: () => Promise.resolve(),
};

test('among few papers the nearest are those of a scan of all that the filter lets through; the index is not asked', () => {
  const masked = integerVectors(60).chain((vectors) =>
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
    fc.property(masked, ({ vectors, query, mask, k }) => {
      const bytes = mask && Uint8Array.from(mask);
      const asked = Float32Array.from(query);
      const { rows, similarities } = filteredKnn(
        { vectors, vectorIndex: unasked, efSearch: 10 },
        asked,
        k,
        bytes && filterOf(bytes),
      );
      expect([...rows]).toEqual(naive(vectors, asked, k, bytes));
      expect([...similarities]).toEqual([...rows].map((row) => dotWithRow(vectors, row, asked)));
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('among more papers than are looked at one by one', () => {
  const count = 9_000;
  const vectors = clusteredVectors(count, 12, 30, 0.5, seededRandom(5));
  const index = buildHnsw(vectors, { m: 12, efConstruction: 80, seed: 1 });
  const corpus = { vectors, vectorIndex: index, efSearch: 200 };
  /** Lets `of` of every hundred papers through, whole clusters or none where `byCluster`. */
  const maskOf = (of: number, byCluster: boolean) =>
    Uint8Array.from({ length: count }, (_, row) =>
      (byCluster ? row % 30 : (row * 37) % 1000) * (byCluster ? 100 / 30 : 0.1) < of ? 1 : 0,
    );

  test.each([
    ['no filter', undefined, 0.97],
    ['a filter that shuts few out', maskOf(95, false), 0.97],
    ['a filter that shuts few of the clusters out', maskOf(94, true), 0.97],
    ['a filter that shuts half of them out', maskOf(50, false), 1],
    ['a filter that shuts nearly all out', maskOf(1, false), 1],
    ['a filter that leaves one cluster', maskOf(3, true), 1],
  ])('with %s nearly all of the nearest are found, and nothing that is shut out', (_, mask, share) => {
    const filter = mask && filterOf(mask);
    let found = 0;
    let wanted = 0;
    for (let row = 0; row < count; row += 450) {
      const query = vectorAt(vectors, row);
      const { rows, similarities } = filteredKnn(corpus, query, 50, filter);
      const truth = new Set(naive(vectors, query, 50, mask));
      expect(new Set(rows).size).toBe(rows.length);
      expect(rows).toHaveLength(truth.size);
      rows.forEach((near, i) => {
        if (mask) expect(mask[near]).toBe(1);
        expect(similarities[i]).toBeCloseTo(dotWithRow(vectors, near, query), 5);
        if (truth.has(near)) found++;
      });
      wanted += truth.size;
    }
    expect(found / wanted).toBeGreaterThanOrEqual(share);
  });

  test('the limit is at 8,192 that are let through: up to there every one is looked at', () => {
    for (const [open, isExact] of [
      [8_192, true],
      [8_193, false],
    ] as const) {
      let asked = 0;
      const counting = {
        ...index,
        search: (...args: Parameters<typeof index.search>) => {
          asked++;
          return index.search(...args);
        },
      };
      const mask = Uint8Array.from({ length: count }, (_, row) => (row < open ? 1 : 0));
      const { rows } = filteredKnn({ ...corpus, vectorIndex: counting }, vectorAt(vectors, 8_999), 10, filterOf(mask));
      expect(rows.every((row) => row < open)).toBe(true);
      expect(asked === 0).toBe(isExact);
    }
  });
});
