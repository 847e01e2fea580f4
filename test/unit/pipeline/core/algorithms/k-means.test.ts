import { describe, expect, test } from 'vitest';
import { vMeasure } from '../../../../../pipeline/core/algorithms/clustering-agreement.ts';
import { kMeans } from '../../../../../pipeline/core/algorithms/k-means.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { clusteredVectors } from '../../../../fixtures/arbitrary-vectors.ts';

describe('kMeans', () => {
  test('finds well separated clusters with any seed', () => {
    const vectors = clusteredVectors(120, 16, 4, 0.05, createSeededRandom(5));
    const first = kMeans(vectors, 4, 1);
    expect(new Set(first).size).toBe(4);
    for (const seed of [2, 3, 4]) expect(vMeasure(first, kMeans(vectors, 4, seed))).toBeGreaterThan(0.99);
  });

  test('is equal for equal seeds', () => {
    const vectors = clusteredVectors(200, 8, 5, 0.8, createSeededRandom(6));
    expect(kMeans(vectors, 7, 9)).toEqual(kMeans(vectors, 7, 9));
  });

  test('puts each row into its own cluster if there are no more rows than clusters', () => {
    const vectors = clusteredVectors(3, 8, 3, 0.1, createSeededRandom(7));
    expect([...kMeans(vectors, 5, 1)]).toEqual([0, 1, 2]);
  });

  test('ends if all rows are equal', () => {
    const vectors = { count: 30, dimensions: 2, data: new Float32Array(60).fill(Math.SQRT1_2) };
    expect(kMeans(vectors, 3, 1)).toHaveLength(30);
  });
});
