import fc from 'fast-check';
import { UMAP } from 'umap-js';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { allocateVectors } from '../../../../pipeline/core/vectors.ts';
import { fuzzySimplicialSet, membershipStrengths } from '../../../../pipeline/map/fuzzy-simplicial-set.ts';
import { clusteredVectors, integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

/** `row,other` → weight, without pairs of weight 0. */
function weightsOf(graph: KnnGraph): Map<string, number> {
  const { count, offsets, neighbors, weights } = fuzzySimplicialSet(graph);
  const found = new Map<string, number>();
  for (let row = 0; row < count; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      expect(found.has(`${row},${neighbors[at]}`)).toBe(false);
      found.set(`${row},${neighbors[at]}`, weights[at]);
    }
  }
  for (const [pair, weight] of found) if (weight < 1e-12) found.delete(pair);
  return found;
}

/** The same of umap-js, whose graph is missing in its types. */
function weightsOfUmapJs({ count, k, neighbors, similarities }: KnnGraph): Map<string, number> {
  const part = <T>(values: Iterable<T>, row: number) => [...values].slice(row * k, (row + 1) * k);
  const indices = Array.from({ length: count }, (_, row) => [row, ...part(neighbors, row)]);
  const umap = new UMAP({ nNeighbors: k + 1, nEpochs: 1, random: createSeededRandom(1) });
  umap.setPrecomputedKNN(
    indices,
    indices.map((_, row) => [0, ...part(similarities, row).map((similarity) => Math.max(0, 1 - similarity))]),
  );
  umap.initializeFit(indices);
  const { graph } = umap as unknown as { graph: { getAll(): { row: number; col: number; value: number }[] } };
  return new Map(graph.getAll().flatMap(({ row, col, value }) => (value < 1e-12 ? [] : [[`${row},${col}`, value]])));
}

function expectWeightsOfUmapJs(graph: KnnGraph): void {
  const ours = weightsOf(graph);
  const theirs = weightsOfUmapJs(graph);
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  let worst = 0;
  for (const [pair, weight] of theirs) worst = Math.max(worst, Math.abs((ours.get(pair) ?? Number.NaN) - weight));
  expect(worst).toBeLessThan(1e-5);
}

describe('the fuzzy simplicial set', () => {
  test.each([
    ['sixty papers', 60, 15],
    ['three hundred', 300, 15],
    ['few neighbors', 200, 2],
    ['one neighbor each', 50, 1],
  ])('has the weights of umap-js to 1e-5: %s', (_, count, k) => {
    expectWeightsOfUmapJs(exactGraph(clusteredVectors(count, 16, 5, 0.4, createSeededRandom(count)), k));
  });

  test('has them for texts that are equal, opposite, or without a known word', () => {
    const equal = allocateVectors(30, 4);
    equal.data.fill(0.5);
    expectWeightsOfUmapJs(exactGraph(equal, 5));
    expectWeightsOfUmapJs(exactGraph(allocateVectors(20, 4), 5));
    fc.assert(
      fc.property(integerVectors(24), fc.integer({ min: 1, max: 8 }), (vectors, k) => {
        // umap-js needs more papers than neighbors. Similarities of unit vectors are at most 1.
        const data = vectors.data.map((value) => value / 6);
        if (vectors.count > k + 1) expectWeightsOfUmapJs(exactGraph({ ...vectors, data }, k));
      }),
    );
  });

  test('is symmetric, with weights in (0, 1], and joins no row to itself', () => {
    fc.assert(
      fc.property(integerVectors(20), fc.nat(6), (vectors, k) => {
        const graph = exactGraph({ ...vectors, data: vectors.data.map((value) => value / 6) }, k);
        const weights = weightsOf(graph);
        for (const [pair, weight] of weights) {
          const [row, other] = pair.split(',');
          expect(row).not.toBe(other);
          expect(weights.get(`${other},${row}`)).toBe(weight);
          expect(weight).toBeGreaterThan(0);
          expect(weight).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('of no paper, or of one, has no neighbors', () => {
    expect(fuzzySimplicialSet(exactGraph(allocateVectors(0, 2), 5))).toMatchObject({
      count: 0,
      neighbors: new Int32Array(0),
    });
    expect(fuzzySimplicialSet(exactGraph(allocateVectors(1, 2), 5))).toMatchObject({
      count: 1,
      neighbors: new Int32Array(0),
    });
  });
});

test('the membership strengths of a row begin with 1, fall, and add up to log₂(k + 1)', () => {
  const graph = exactGraph(clusteredVectors(100, 16, 4, 0.6, createSeededRandom(3)), 15);
  const strengths = membershipStrengths(graph);
  for (let row = 0; row < 100; row++) {
    const own = strengths.subarray(row * 15, row * 15 + 15);
    expect(own[0]).toBe(1);
    for (let at = 1; at < 15; at++) expect(own[at]).toBeLessThanOrEqual(own[at - 1]);
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4, 4);
  }
});
