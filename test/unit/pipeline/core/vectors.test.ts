import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocateVectors,
  dotWithRow,
  exactKnn,
  normalizeRows,
  type Vectors,
  vectorAt,
} from '../../../../pipeline/core/vectors.ts';
import { integerVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';

fc.configureGlobal({ seed: 8017 });

function naiveNeighbors(vectors: Vectors, query: Float32Array, k: number, except: number) {
  const all = Array.from({ length: vectors.count }, (_, row) => ({
    row,
    similarity: vectorAt(vectors, row).reduce((sum, value, i) => sum + value * query[i], 0),
  }));
  const best = all
    .filter(({ row }) => row !== except)
    .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
    .slice(0, k);
  return { rows: best.map(({ row }) => row), similarities: best.map(({ similarity }) => similarity) };
}

describe('exactKnn', () => {
  test('gives what a full sort gives: the most similar rows first, equal ones by row', () => {
    const cases = integerVectors(30).chain((vectors) =>
      fc.record({
        vectors: fc.constant(vectors),
        query: fc
          .array(fc.integer({ min: -3, max: 3 }), { minLength: vectors.dimensions, maxLength: vectors.dimensions })
          .map((values) => Float32Array.from(values)),
        k: fc.nat(35),
        except: fc.integer({ min: -1, max: Math.max(-1, vectors.count - 1) }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ vectors, query, k, except }) => {
        const { rows, similarities } = exactKnn(vectors, query, k, except);
        const expected = naiveNeighbors(vectors, query, k, except);
        expect([...rows]).toEqual(expected.rows);
        expect([...similarities]).toEqual(expected.similarities.map((value) => value + 0));
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps equal rows in their order if only some of them fit', () => {
    const vectors = vectorsOf([[1], [2], [1], [2], [1], [2]]);
    expect([...exactKnn(vectors, Float32Array.of(1), 4).rows]).toEqual([1, 3, 5, 0]);
    expect([...exactKnn(vectors, Float32Array.of(1), 4, 3).rows]).toEqual([1, 5, 0, 2]);
  });

  test('gives all rows if there are fewer than k, and none of no rows', () => {
    const query = Float32Array.of(1, 0);
    expect([...exactKnn(vectorsOf([[0, 1]]), query, 10).rows]).toEqual([0]);
    expect([...exactKnn(vectorsOf([[0, 1]]), query, 10, 0).rows]).toEqual([]);
    expect([...exactKnn(allocateVectors(0, 2), query, 10).rows]).toEqual([]);
    expect([...exactKnn(vectorsOf([[0, 1]]), query, 0).rows]).toEqual([]);
  });
});

test('dotWithRow is the dot product, for any remainder of dimensions modulo four', () => {
  const value = fc.float({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 21 }), (columns) => {
      const rows = [columns.map(([a]) => a), columns.map(([, b]) => b)];
      const query = Float32Array.from(columns, ([, , c]) => c);
      for (const row of [0, 1]) {
        const naive = rows[row].reduce((sum, part, i) => sum + part * query[i], 0);
        expect(dotWithRow(vectorsOf(rows), row, query)).toBeCloseTo(naive, 9);
      }
    }),
  );
});

test('vectorAt is a view: writing to it changes the block', () => {
  const vectors = allocateVectors(3, 2);
  vectorAt(vectors, 1).set([3, 4]);
  expect([...vectors.data]).toEqual([0, 0, 3, 4, 0, 0]);
});

describe('normalizeRows', () => {
  test('makes every row a unit vector of the same direction, for any magnitude', () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const data = Float32Array.from(rows.flat());
        normalizeRows(data, 3);
        rows.forEach((before, i) => {
          const length = Math.hypot(...before);
          for (let d = 0; d < 3; d++) {
            expect(data[i * 3 + d]).toBeCloseTo(length === 0 ? 0 : before[d] / length, 5);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  test('leaves a zero row unchanged', () => {
    const data = Float32Array.of(0, 0, 3, 4, 0, 0);
    normalizeRows(data, 2);
    expect([...data]).toEqual([0, 0, Math.fround(0.6), Math.fround(0.8), 0, 0]);
  });
});
