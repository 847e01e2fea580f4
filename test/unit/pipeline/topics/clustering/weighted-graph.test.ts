import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { undirectedEdges } from '../../../../../pipeline/core/knn-graph.ts';
import {
  contractGraph,
  inducedSubgraph,
  similarityGraph,
  type WeightedGraph,
} from '../../../../../pipeline/topics/clustering/weighted-graph.ts';
import { integerVectors } from '../../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../../fixtures/exact-graph.ts';
import { graphOf } from '../../../../fixtures/planted-graph.ts';

fc.configureGlobal({ seed: 8017 });

const COUNT = 9;
const edgeLists = fc.uniqueArray(fc.tuple(fc.nat(COUNT - 1), fc.nat(COUNT - 1), fc.integer({ min: 1, max: 5 })), {
  selector: ([a, b]) => `${Math.min(a, b)}–${Math.max(a, b)}`,
  maxLength: 20,
});
const graphs = edgeLists.map((edges) =>
  graphOf(
    COUNT,
    edges.filter(([a, b]) => a !== b),
  ),
);
const clusterings = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: COUNT, maxLength: COUNT });

/** The adjacency matrix. Fails if a node has the same neighbor twice. */
function matrixOf(graph: WeightedGraph): number[][] {
  const weights = Array.from({ length: graph.count }, () => Array<number>(graph.count).fill(0));
  for (let node = 0; node < graph.count; node++) {
    for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
      expect(weights[node][graph.targets[edge]]).toBe(0);
      weights[node][graph.targets[edge]] = graph.weights[edge];
    }
  }
  return weights;
}

describe('similarityGraph', () => {
  test('has the edges of the kNN graph in both directions, and their sums as strengths', () => {
    fc.assert(
      fc.property(fc.tuple(integerVectors(14), fc.nat(6)), ([vectors, k]) => {
        const knn = exactGraph(vectors, k);
        const expected = Array.from({ length: knn.count }, () => Array<number>(knn.count).fill(0));
        for (const { a, b, weight } of undirectedEdges(knn)) expected[a][b] = expected[b][a] = weight;
        const graph = similarityGraph(knn);
        expect(matrixOf(graph)).toEqual(expected);
        const sums = expected.map((row) => row.reduce((sum, weight) => sum + weight, 0));
        expect([...graph.strengths]).toEqual(sums);
        expect(graph.totalStrength).toBe(sums.reduce((sum, one) => sum + one, 0));
      }),
    );
  });
});

describe('contractGraph', () => {
  test('adds up the edges between clusters, drops those within, and keeps all strength', () => {
    fc.assert(
      fc.property(graphs, clusterings, (graph, clusterOf) => {
        const weights = matrixOf(graph);
        const expected = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
        const strengths = [0, 0, 0, 0];
        clusterOf.forEach((cluster, a) => {
          if (cluster < 0) return;
          strengths[cluster] += graph.strengths[a];
          clusterOf.forEach((other, b) => {
            if (other >= 0 && other !== cluster) expected[cluster][other] += weights[a][b];
          });
        });
        const contracted = contractGraph(graph, Int32Array.from(clusterOf), 4);
        expect(matrixOf(contracted)).toEqual(expected);
        expect([...contracted.strengths]).toEqual(strengths);
        expect(contracted.totalStrength).toBe(graph.totalStrength);
      }),
    );
  });
});

describe('inducedSubgraph', () => {
  test('has the edges among the nodes, and their strengths in the whole graph', () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.nat(COUNT - 1)), (graph, picked) => {
        const nodes = Int32Array.from(picked).sort();
        const weights = matrixOf(graph);
        const subgraph = inducedSubgraph(graph, nodes);
        expect(matrixOf(subgraph)).toEqual([...nodes].map((a) => [...nodes].map((b) => weights[a][b])));
        expect([...subgraph.strengths]).toEqual([...nodes].map((node) => graph.strengths[node]));
        expect(subgraph.totalStrength).toBe(graph.totalStrength);
      }),
    );
  });
});
