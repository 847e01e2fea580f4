import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { findKnnGraphFault } from '../../../../../pipeline/core/knn-graph.ts';
import { allocateVectors, exactKnn, type Vectors, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { buildKnnGraph } from '../../../../../pipeline/search/vector/build-knn-graph.ts';
import { buildHnsw, type VectorIndex } from '../../../../../pipeline/search/vector/hnsw.ts';
import { clusteredVectors } from '../../../../fixtures/arbitrary-vectors.ts';

const effects = silentEffects();
const buildIndex = (vectors: Vectors) => buildHnsw(vectors, { m: 8, efConstruction: 60, seed: 1 });
const graphOf = (vectors: Vectors, k: number, index: VectorIndex = buildIndex(vectors)) =>
  buildKnnGraph(vectors, index, { k }, effects);

describe('buildKnnGraph', () => {
  test.each([0, 1, 2, 5, 60])('of %s papers contains the exact neighbors of each, as many as exist', async (count) => {
    const vectors = clusteredVectors(count, 8, 3, 0.4, createSeededRandom(count));
    const graph = await graphOf(vectors, 15);
    expect(graph.count).toBe(count);
    expect(graph.k).toBe(Math.max(0, Math.min(15, count - 1)));
    expect(findKnnGraphFault(graph)).toBeUndefined();
    for (let row = 0; row < count; row++) {
      const exact = exactKnn(vectors, vectorAt(vectors, row), graph.k, row);
      expect(graph.neighbors.subarray(row * graph.k, (row + 1) * graph.k)).toEqual(exact.rows);
      expect(graph.similarities.subarray(row * graph.k, (row + 1) * graph.k)).toEqual(exact.similarities);
    }
  });

  test.each([
    ['equal', 0.5],
    ['zero', 0],
  ])('of papers whose vectors are all %s is valid', async (_, value) => {
    const vectors = allocateVectors(40, 4);
    vectors.data.fill(value);
    const graph = await graphOf(vectors, 15);
    expect(findKnnGraphFault(graph)).toBeUndefined();
    expect(graph.k).toBe(15);
  });

  test('of too many papers for a full scan is valid, reproducible, and nearly exact', async () => {
    const vectors = clusteredVectors(2200, 16, 20, 0.4, createSeededRandom(3));
    const graph = await graphOf(vectors, 10);
    expect(findKnnGraphFault(graph)).toBeUndefined();
    expect(await graphOf(vectors, 10)).toEqual(graph);
    let found = 0;
    for (let row = 0; row < 2200; row += 11) {
      const truth = new Set(exactKnn(vectors, vectorAt(vectors, row), 10, row).rows);
      for (const near of graph.neighbors.subarray(row * 10, row * 10 + 10)) if (truth.has(near)) found++;
    }
    expect(found / 2000).toBeGreaterThanOrEqual(0.95);
  });

  test('of many equal vectors still has k neighbors per paper', async () => {
    const vectors = allocateVectors(2100, 2);
    vectors.data.fill(0.7);
    const graph = await graphOf(vectors, 5);
    expect(findKnnGraphFault(graph)).toBeUndefined();
    expect(graph.k).toBe(5);
  });

  test('stops when the signal is aborted during the search', async () => {
    const stop = new AbortController();
    const vectors = clusteredVectors(1900, 64, 20, 0.4, createSeededRandom(5));
    let last = 0;
    const startProgress = () => ({ update: (done: number) => (last = done), finish: () => undefined });
    setImmediate(() => stop.abort());
    const run = buildKnnGraph(
      vectors,
      buildIndex(vectors),
      { k: 10 },
      { ...silentEffects(stop.signal), startProgress },
    );
    await expect(run).rejects.toThrow(/abort/i);
    expect(last).toBeLessThan(512);
  });

  test('falls back to a scan if the index returns too few neighbors', async () => {
    const vectors = clusteredVectors(2001, 4, 5, 0.4, createSeededRandom(4));
    // This index contains only the first three papers.
    const incompleteIndex = buildIndex({ ...vectors, count: 3, data: vectors.data.subarray(0, 12) });
    const graph = await graphOf(vectors, 5, incompleteIndex);
    expect(findKnnGraphFault(graph)).toBeUndefined();
    for (const row of [0, 1, 2, 1000, 2000]) {
      const exact = exactKnn(vectors, vectorAt(vectors, row), 5, row);
      expect(graph.neighbors.subarray(row * 5, row * 5 + 5)).toEqual(exact.rows);
    }
  });
});
