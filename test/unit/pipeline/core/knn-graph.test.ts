import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKnnGraphFault, type KnnGraph, undirectedEdges } from '../../../../pipeline/core/knn-graph.ts';
import { integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

const graphs = fc.tuple(integerVectors(14), fc.nat(6)).map(([vectors, k]) => exactGraph(vectors, k));

/** Three rows with two neighbors each. */
const valid: KnnGraph = {
  count: 3,
  k: 2,
  neighbors: Int32Array.of(1, 2, 0, 2, 0, 1),
  similarities: Float32Array.of(0.9, 0.5, 0.9, 0.5, 0.5, 0.5),
};
const changed = (change: (graph: KnnGraph) => void): KnnGraph => {
  const graph = { ...valid, neighbors: valid.neighbors.slice(), similarities: valid.similarities.slice() };
  change(graph);
  return graph;
};

describe('findKnnGraphFault', () => {
  test('is undefined for a graph of true neighbors', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(findKnnGraphFault(graph)).toBeUndefined();
      }),
    );
    expect(findKnnGraphFault(valid)).toBeUndefined();
  });

  test.each<[string, KnnGraph, RegExp]>([
    ['too few neighbors', { ...valid, neighbors: valid.neighbors.subarray(1) }, /long/],
    ['too many similarities', { ...valid, similarities: new Float32Array(7) }, /long/],
    ['another k', { ...valid, k: 1 }, /long/],
    ['a negative row', changed(({ neighbors }) => neighbors.set([-1], 3)), /row 1 has neighbor -1/],
    ['a row beyond the last', changed(({ neighbors }) => neighbors.set([3], 5)), /row 2 has neighbor 3/],
    ['a row that is its own neighbor', changed(({ neighbors }) => neighbors.set([0], 1)), /row 0 has neighbor 0/],
    ['a neighbor twice', changed(({ neighbors }) => neighbors.set([1], 1)), /row 0 has neighbor 1/],
    [
      'a similarity that is NaN',
      changed(({ similarities }) => similarities.set([Number.NaN], 0)),
      /row 0 .* not finite/,
    ],
    ['an infinite similarity', changed(({ similarities }) => similarities.set([Infinity], 4)), /row 2 .* not finite/],
    ['rising similarities', changed(({ similarities }) => similarities.set([0.6], 5)), /row 2 is not ordered/],
  ])('reports %s', (_, graph, fault) => {
    expect(findKnnGraphFault(graph)).toMatch(fault);
  });
});

describe('undirectedEdges', () => {
  test('have each pair of neighbors once, the smaller row first, whichever list it is in', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const naive = new Map<string, number>();
        for (let row = 0; row < graph.count; row++) {
          for (let at = row * graph.k; at < (row + 1) * graph.k; at++) {
            const pair = [row, graph.neighbors[at]].sort((a, b) => a - b).join('–');
            naive.set(pair, Math.max(0, graph.similarities[at]));
          }
        }
        const edges = undirectedEdges(graph);
        expect(edges).toHaveLength(naive.size);
        expect(new Map(edges.map(({ a, b, weight }) => [`${a}–${b}`, weight]))).toEqual(naive);
      }),
      { numRuns: 500 },
    );
  });

  test('have weight 0 for a negative similarity', () => {
    const graph = { count: 2, k: 1, neighbors: Int32Array.of(1, 0), similarities: Float32Array.of(-0.25, -0.25) };
    expect(undirectedEdges(graph)).toEqual([{ a: 0, b: 1, weight: 0 }]);
  });
});
