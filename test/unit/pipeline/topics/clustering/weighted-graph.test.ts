import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { undirectedEdges } from '../../../../../pipeline/core/knn-graph.ts';
import {
  contract,
  induced,
  similarityGraph,
  type WeightedGraph,
} from '../../../../../pipeline/topics/clustering/weighted-graph.ts';
import { wholeVectors } from '../../../../fixtures/arbitrary-vectors.ts';
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
const groupings = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: COUNT, maxLength: COUNT });

/** Weight by pair of nodes, 0 where they are not linked; throws on a pair that stands twice in a row. */
function table(graph: WeightedGraph): number[][] {
  const weights = Array.from({ length: graph.count }, () => Array<number>(graph.count).fill(0));
  for (let node = 0; node < graph.count; node++) {
    for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
      expect(weights[node][graph.targets[edge]]).toBe(0);
      weights[node][graph.targets[edge]] = graph.weights[edge];
    }
  }
  return weights;
}

describe('similarityGraph', () => {
  test('links what is linked in the kNN graph, from both sides, and adds up what ends in a node', () => {
    fc.assert(
      fc.property(fc.tuple(wholeVectors(14), fc.nat(6)), ([vectors, k]) => {
        const knn = exactGraph(vectors, k);
        const naive = Array.from({ length: knn.count }, () => Array<number>(knn.count).fill(0));
        for (const { a, b, weight } of undirectedEdges(knn)) naive[a][b] = naive[b][a] = weight;
        const graph = similarityGraph(knn);
        expect(table(graph)).toEqual(naive);
        const sums = naive.map((row) => row.reduce((sum, weight) => sum + weight, 0));
        expect([...graph.strengths]).toEqual(sums);
        expect(graph.total).toBe(sums.reduce((sum, one) => sum + one, 0));
      }),
    );
  });
});

describe('contract', () => {
  test('adds the edges between groups up, forgets those within, and keeps all strength', () => {
    fc.assert(
      fc.property(graphs, groupings, (graph, groupOf) => {
        const between = table(graph);
        const naive = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
        const strengths = [0, 0, 0, 0];
        groupOf.forEach((group, a) => {
          if (group < 0) return;
          strengths[group] += graph.strengths[a];
          groupOf.forEach((other, b) => {
            if (other >= 0 && other !== group) naive[group][other] += between[a][b];
          });
        });
        const small = contract(graph, Int32Array.from(groupOf), 4);
        expect(table(small)).toEqual(naive);
        expect([...small.strengths]).toEqual(strengths);
        expect(small.total).toBe(graph.total);
      }),
    );
  });
});

describe('induced', () => {
  test('keeps the edges among the nodes, and what they weigh in the whole graph', () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.nat(COUNT - 1)), (graph, picked) => {
        const nodes = Int32Array.from(picked).sort();
        const whole = table(graph);
        const part = induced(graph, nodes);
        expect(table(part)).toEqual([...nodes].map((a) => [...nodes].map((b) => whole[a][b])));
        expect([...part.strengths]).toEqual([...nodes].map((node) => graph.strengths[node]));
        expect(part.total).toBe(graph.total);
      }),
    );
  });
});
