import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { dotWithRow, exactKnn, type Vectors, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import {
  buildHnsw,
  openHnsw,
  truncateAndNormalize,
  withReranking,
} from '../../../../../pipeline/search/vector/hnsw.ts';
import { clusteredVectors } from '../../../../fixtures/arbitrary-vectors.ts';
import { tempFolders } from '../../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const options = { m: 8, efConstruction: 100, seed: 3 };
const build = (vectors: Vectors, leading?: number) => buildHnsw(vectors, { ...options, leadingDimensions: leading });

/** Random vectors: neighbors by the leading dimensions differ from neighbors by all dimensions. */
const vectors = clusteredVectors(90, 16, 90, 1, createSeededRandom(4));
const queries = clusteredVectors(30, 16, 30, 1, createSeededRandom(5));

describe('truncateAndNormalize', () => {
  test('returns the first dimensions, scaled to unit length', () => {
    const component = fc.float({ min: -8, max: 8, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(component, { minLength: 1, maxLength: 12 }).filter((list) => Math.abs(list[0]) > 0.01),
        fc.integer({ min: 1, max: 14 }),
        (list, dimensions) => {
          const vector = Float32Array.from(list);
          const part = truncateAndNormalize(vector, dimensions);
          if (dimensions >= list.length) {
            expect(part).toEqual(vector);
            return;
          }
          expect(part).toHaveLength(dimensions);
          expect(Math.hypot(...part)).toBeCloseTo(1, 5);
          const length = Math.hypot(...list.slice(0, dimensions));
          part.forEach((value, d) => {
            expect(value * length).toBeCloseTo(list[d], 4);
          });
          expect([...vector]).toEqual(list.map(Math.fround));
        },
      ),
      { seed: 1 },
    );
  });

  test('returns zeros if the leading dimensions are zero', () => {
    expect(truncateAndNormalize(Float32Array.of(0, 0, 1), 2)).toEqual(Float32Array.of(0, 0));
  });
});

describe('an index over the leading dimensions', () => {
  const whole = build(vectors);
  const index = build(vectors, 4);

  test('returns exactly the neighbors by full vectors if ef covers the whole index', () => {
    for (let at = 0; at < queries.count; at++) {
      const query = vectorAt(queries, at);
      for (const k of [1, 10, 90, 200]) {
        const exact = exactKnn(vectors, query, k);
        const { rows, similarities } = index.search(query, k, 200);
        expect([...rows]).toEqual([...exact.rows]);
        expect(similarities).toEqual(exact.similarities);
      }
    }
  });

  test('would return other neighbors without reranking', () => {
    const withoutReranking = build({ count: 90, dimensions: 4, data: Float32Array.from(firstFour()) });
    const query = vectorAt(queries, 0);
    expect([...withoutReranking.search(truncateAndNormalize(query, 4), 10, 200).rows]).not.toEqual([
      ...index.search(query, 10, 200).rows,
    ]);
  });
  function* firstFour() {
    for (let row = 0; row < 90; row++) yield* truncateAndNormalize(vectorAt(vectors, row), 4);
  }

  test('with a mask returns the exact neighbors among the rows that pass, and no others', () => {
    const masks = fc.uint8Array({ minLength: 90, maxLength: 90, max: 1 });
    fc.assert(
      fc.property(masks, fc.nat(29), fc.integer({ min: 0, max: 100 }), fc.boolean(), (mask, at, k, isLeading) => {
        const query = vectorAt(queries, at);
        const { rows, similarities } = (isLeading ? index : whole).search(query, k, 400, mask);
        const truth = [...exactKnn(vectors, query, 90).rows].filter((row) => mask[row] === 1).slice(0, k);
        expect([...rows]).toEqual(truth);
        rows.forEach((row, i) => {
          expect(similarities[i]).toBeCloseTo(dotWithRow(vectors, row, query), 5);
        });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('is smaller, and returns the same after it was saved and opened', async () => {
    const paths = [0, 1].map((i) => join(newFolder(), `${i}.bin`));
    await whole.save(paths[0]);
    await index.save(paths[1]);
    await expect(openHnsw(paths[1], 90, 16)).rejects.toThrow(expect.objectContaining({ kind: 'corrupt' }));
    const opened = withReranking(await openHnsw(paths[1], 90, 4), vectors, 4);
    for (let at = 0; at < queries.count; at++) {
      const query = vectorAt(queries, at);
      expect(opened.search(query, 12, 100)).toEqual(index.search(query, 12, 100));
    }
  });

  test('over all dimensions or more is the index itself', () => {
    expect(withReranking(whole, vectors, 16)).toBe(whole);
    expect(withReranking(whole, vectors, 17)).toBe(whole);
    const query = vectorAt(queries, 1);
    expect(build(vectors, 99).search(query, 7, 50)).toEqual(whole.search(query, 7, 50));
  });

  test('of no vectors returns none', () => {
    const empty = build({ count: 0, dimensions: 16, data: new Float32Array(0) }, 4);
    expect(empty.search(vectorAt(queries, 0), 5, 10)).toEqual({
      rows: new Int32Array(0),
      similarities: new Float32Array(0),
    });
  });
});

describe('search with a mask', () => {
  const vectors = clusteredVectors(4_000, 8, 40, 0.3, createSeededRandom(6));
  const index = build(vectors);

  test.each([
    ['one row in two', (row: number) => row % 2 === 0],
    ['one row in a hundred', (row: number) => row % 100 === 7],
    ['one cluster', (row: number) => row % 40 === 3],
    ['a single row', (row: number) => row === 1234],
    ['no row', () => false],
  ])('of %s returns only rows that pass, from any query', (_, passes) => {
    const mask = Uint8Array.from({ length: 4_000 }, (_, row) => (passes(row) ? 1 : 0));
    let found = 0;
    for (let row = 0; row < 4_000; row += 100) {
      const { rows } = index.search(vectorAt(vectors, row), 10, 100, mask);
      for (const near of rows) expect(mask[near]).toBe(1);
      found += rows.length;
    }
    if (mask.includes(1)) expect(found).toBeGreaterThan(0);
    else expect(found).toBe(0);
  });
});
