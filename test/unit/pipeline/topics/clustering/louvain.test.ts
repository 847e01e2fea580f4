import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../../../pipeline/core/algorithms/clustering-agreement.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { louvain, modularity, renumberClusters } from '../../../../../pipeline/topics/clustering/louvain.ts';
import { graphOf, plantedGraph } from '../../../../fixtures/planted-graph.ts';

fc.configureGlobal({ seed: 8017 });

const blocks = (count: number, size: number) =>
  Int32Array.from({ length: count }, (_, node) => Math.floor(node / size));
const communities = (graph: Parameters<typeof louvain>[0], resolution = 1, seed = 1) =>
  louvain(graph, resolution, createSeededRandom(seed));

describe('louvain', () => {
  test('finds the blocks of a planted partition with any seed', () => {
    const probability = (a: number, b: number) => (Math.floor(a / 40) === Math.floor(b / 40) ? 0.4 : 0.02);
    const graph = plantedGraph(240, probability, createSeededRandom(1));
    for (const seed of [1, 2, 3, 4, 5])
      expect(adjustedRandIndex(communities(graph, 1, seed), blocks(240, 40))).toBeGreaterThan(0.98);
  });

  test('finds the coarse ones of nested blocks at a low resolution and the fine ones at a high resolution', () => {
    const probability = (a: number, b: number) =>
      Math.floor(a / 20) === Math.floor(b / 20) ? 0.7 : Math.floor(a / 80) === Math.floor(b / 80) ? 0.12 : 0.01;
    const graph = plantedGraph(320, probability, createSeededRandom(2));
    expect(adjustedRandIndex(communities(graph, 0.5), blocks(320, 80))).toBeGreaterThan(0.98);
    expect(adjustedRandIndex(communities(graph, 4), blocks(320, 20))).toBeGreaterThan(0.98);
  });

  test('is never worse than singletons, and numbers communities by their first nodes', () => {
    const weightedEdge = fc.tuple(fc.nat(11), fc.nat(11), fc.double({ min: 0.001, max: 10, noNaN: true }));
    const edgeLists = fc.uniqueArray(weightedEdge, { selector: ([a, b]) => `${Math.min(a, b)}–${Math.max(a, b)}` });
    fc.assert(
      fc.property(edgeLists, fc.double({ min: 0.1, max: 5, noNaN: true }), fc.nat(99), (edges, resolution, seed) => {
        const graph = graphOf(
          12,
          edges.filter(([a, b]) => a !== b),
        );
        const found = communities(graph, resolution, seed);
        expect(renumberClusters(found).clusterOf).toEqual(found);
        const singletons = modularity(graph, Int32Array.from(found.keys()), 12, resolution);
        expect(modularity(graph, found, 12, resolution) + 1e-9).toBeGreaterThanOrEqual(singletons);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves nodes without edges alone', () => {
    expect([...communities(graphOf(3, []))]).toEqual([0, 1, 2]);
    expect([...communities(graphOf(0, []))]).toEqual([]);
    expect([...communities(graphOf(4, [[1, 3, 2]]))]).toEqual([0, 1, 2, 1]);
  });
});

describe('modularity', () => {
  test('of two triangles joined by an edge is as computed by hand', () => {
    const graph = graphOf(6, [
      [0, 1, 1],
      [1, 2, 1],
      [0, 2, 1],
      [3, 4, 1],
      [4, 5, 1],
      [3, 5, 1],
      [2, 3, 1],
    ]);
    // Six of seven edges are within a triangle; each triangle has half of the strength.
    expect(modularity(graph, Int32Array.of(0, 0, 0, 1, 1, 1), 2, 1)).toBeCloseTo(6 / 7 - 1 / 2, 12);
    expect(modularity(graph, new Int32Array(6), 1, 1)).toBeCloseTo(0, 12);
    expect(modularity(graph, new Int32Array(6), 1, 3)).toBeCloseTo(-2, 12);
  });

  test('of a graph without edges is 0', () => {
    expect(modularity(graphOf(2, []), Int32Array.of(0, 1), 2, 1)).toBe(0);
  });
});
