import fc from 'fast-check';
import { UMAP } from 'umap-js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { allocateVectors } from '../../../../pipeline/core/vectors.ts';
import { fuzzyGraph, memberships } from '../../../../pipeline/map/fuzzy-graph.ts';
import { clusteredVectors, wholeVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

/** `row,other` → weight, pairs without weight left out. */
function weightsOf(graph: KnnGraph): Map<string, number> {
  const { count, offsets, others, weights } = fuzzyGraph(graph);
  const found = new Map<string, number>();
  for (let row = 0; row < count; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      expect(found.has(`${row},${others[at]}`)).toBe(false);
      found.set(`${row},${others[at]}`, weights[at]);
    }
  }
  for (const [pair, weight] of found) if (weight < 1e-12) found.delete(pair);
  return found;
}

/** The same of umap-js: its graph is no part of its types, and the one thing to compare with. */
function weightsOfUmapJs({ count, k, rows, similarities }: KnnGraph): Map<string, number> {
  const part = <T>(values: Iterable<T>, row: number) => [...values].slice(row * k, (row + 1) * k);
  const indices = Array.from({ length: count }, (_, row) => [row, ...part(rows, row)]);
  const umap = new UMAP({ nNeighbors: k + 1, nEpochs: 1, random: seededRandom(1) });
  umap.setPrecomputedKNN(
    indices,
    indices.map((_, row) => [0, ...part(similarities, row).map((similarity) => Math.max(0, 1 - similarity))]),
  );
  umap.initializeFit(indices);
  const { graph } = umap as unknown as { graph: { getAll(): { row: number; col: number; value: number }[] } };
  return new Map(graph.getAll().flatMap(({ row, col, value }) => (value < 1e-12 ? [] : [[`${row},${col}`, value]])));
}

function expectAsUmapJs(graph: KnnGraph): void {
  const ours = weightsOf(graph);
  const theirs = weightsOfUmapJs(graph);
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  let worst = 0;
  for (const [pair, weight] of theirs) worst = Math.max(worst, Math.abs((ours.get(pair) ?? Number.NaN) - weight));
  expect(worst).toBeLessThan(1e-5);
}

describe('fuzzyGraph', () => {
  test.each([
    ['sixty papers', 60, 15],
    ['three hundred', 300, 15],
    ['few neighbors', 200, 2],
    ['one neighbor each', 50, 1],
  ])('has the weights of umap-js to 1e-5: %s', (_, count, k) => {
    expectAsUmapJs(exactGraph(clusteredVectors(count, 16, 5, 0.4, seededRandom(count)), k));
  });

  test('has them where texts are equal, opposite, or without a known word', () => {
    const equal = allocateVectors(30, 4);
    equal.data.fill(0.5);
    expectAsUmapJs(exactGraph(equal, 5));
    expectAsUmapJs(exactGraph(allocateVectors(20, 4), 5));
    fc.assert(
      fc.property(wholeVectors(24), fc.integer({ min: 1, max: 8 }), (vectors, k) => {
        // umap-js wants more papers than neighbors. Similarities of unit vectors are at most 1.
        const data = vectors.data.map((value) => value / 6);
        if (vectors.count > k + 1) expectAsUmapJs(exactGraph({ ...vectors, data }, k));
      }),
    );
  });

  test('gives a pair the same weight both ways round, in (0, 1], and no row itself', () => {
    fc.assert(
      fc.property(wholeVectors(20), fc.nat(6), (vectors, k) => {
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

  test('of no paper, or of one, is empty', () => {
    expect(fuzzyGraph(exactGraph(allocateVectors(0, 2), 5))).toMatchObject({ count: 0, others: new Int32Array(0) });
    expect(fuzzyGraph(exactGraph(allocateVectors(1, 2), 5))).toMatchObject({ count: 1, others: new Int32Array(0) });
  });
});

test('the memberships of a row begin with 1, fall, and add up to log₂(k + 1)', () => {
  const graph = exactGraph(clusteredVectors(100, 16, 4, 0.6, seededRandom(3)), 15);
  const strengths = memberships(graph);
  for (let row = 0; row < 100; row++) {
    const own = strengths.subarray(row * 15, row * 15 + 15);
    expect(own[0]).toBe(1);
    for (let at = 1; at < 15; at++) expect(own[at]).toBeLessThanOrEqual(own[at - 1]);
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4, 4);
  }
});
