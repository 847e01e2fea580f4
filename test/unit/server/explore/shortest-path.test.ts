import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { buildUndirectedGraph, createMinHeap, createPathFinder } from '../../../../server/explore/shortest-path.ts';

describe('a min-heap', () => {
  /** An entry to push, or null for a pop. */
  const operations = fc.array(fc.option(fc.record({ key: fc.nat(20), value: fc.nat(20) }), { freq: 3 }), {
    maxLength: 3000,
  });

  test('pops the smallest key first, in any sequence of pushes and pops', () => {
    fc.assert(
      fc.property(operations, (sequence) => {
        const heap = createMinHeap();
        const entries: { key: number; value: number }[] = [];
        const sort = () => entries.sort((a, b) => a.key - b.key || a.value - b.value);
        for (const entry of sequence) {
          if (entry) {
            heap.push(entry.key, entry.value);
            entries.push(entry);
          } else if (entries.length > 0) {
            sort();
            expect(heap.minKey).toBe(entries[0].key);
            expect(heap.pop()).toBe(entries.shift()?.value);
          }
          expect(heap.size).toBe(entries.length);
        }
        while (entries.length > 0) {
          sort();
          expect(heap.pop()).toBe(entries.shift()?.value);
        }
        expect(heap.minKey).toBe(Number.POSITIVE_INFINITY);
        expect(() => heap.pop()).toThrow('empty');
      }),
      { numRuns: 50 },
    );
  });
});

/** Any valid kNN graph of up to 14 rows. */
const graphs: fc.Arbitrary<KnnGraph> = fc
  .integer({ min: 2, max: 14 })
  .chain((count) => fc.record({ count: fc.constant(count), k: fc.integer({ min: 1, max: Math.min(3, count - 1) }) }))
  .chain(({ count, k }) =>
    fc
      .tuple(
        ...Array.from({ length: count }, (_, row) => {
          const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== row);
          return fc.record({
            neighbors: fc.shuffledSubarray(others, { minLength: k, maxLength: k }),
            similarities: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: k, maxLength: k }),
          });
        }),
      )
      .map((rows) => ({
        count,
        k,
        neighbors: Int32Array.from(rows.flatMap(({ neighbors }) => neighbors)),
        similarities: Float32Array.from(rows.flatMap(({ similarities }) => similarities.sort((a, b) => b - a))),
      })),
  );

interface Edge {
  readonly to: number;
  readonly similarity: number;
}

/** The edges of each row, in both directions. */
function edgesOf({ count, k, neighbors, similarities }: KnnGraph): Edge[][] {
  const edges: Edge[][] = Array.from({ length: count }, () => []);
  neighbors.forEach((to, at) => {
    const from = Math.floor(at / k);
    edges[from].push({ to, similarity: similarities[at] });
    edges[to].push({ to: from, similarity: similarities[at] });
  });
  return edges;
}

const edgeCost = (similarity: number, power: number) => Math.max(0, 1 - similarity) ** power + 1e-6;

/** The costs of all shortest paths from one row (Bellman–Ford). */
function costsFrom(graph: KnnGraph, from: number, power: number): number[] {
  const edges = edgesOf(graph);
  const costs = edges.map((_, row) => (row === from ? 0 : Number.POSITIVE_INFINITY));
  for (let pass = 0; pass < graph.count; pass++) {
    for (const [row, ofRow] of edges.entries()) {
      for (const { to, similarity } of ofRow) costs[to] = Math.min(costs[to], costs[row] + edgeCost(similarity, power));
    }
  }
  return costs;
}

const pathFinder = (graph: KnnGraph) => createPathFinder(runToCompletion(buildUndirectedGraph(graph)));

describe('a shortest path', () => {
  test('has the least cost, consists of edges of the graph, and visits no row twice', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 3 }), (graph, power) => {
        const finder = pathFinder(graph);
        const edges = edgesOf(graph);
        for (let from = 0; from < graph.count; from++) {
          const costs = costsFrom(graph, from, power);
          for (let to = 0; to < graph.count; to++) {
            const path = finder.shortestPath(from, to, power);
            expect(path === undefined).toBe(costs[to] === Number.POSITIVE_INFINITY);
            if (!path) continue;
            expect([path.rows[0], path.rows.at(-1)]).toEqual([from, to]);
            expect(new Set(path.rows).size).toBe(path.rows.length);
            expect(path.similarities).toHaveLength(path.rows.length - 1);
            path.similarities.forEach((similarity, i) => {
              expect(edges[path.rows[i]]).toContainEqual({ to: path.rows[i + 1], similarity });
            });
            const cost = path.similarities.reduce((sum, similarity) => sum + edgeCost(similarity, power), 0);
            expect(cost).toBeCloseTo(costs[to], 6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('prefers two short edges to a long one, unless all edges cost the same', () => {
    // 0 – 1 – 2 are near each other, 0 – 2 are not.
    const graph: KnnGraph = {
      count: 3,
      k: 2,
      neighbors: Int32Array.of(1, 2, 0, 2, 1, 0),
      similarities: Float32Array.of(0.8, 0.5, 0.8, 0.8, 0.8, 0.5),
    };
    const finder = pathFinder(graph);
    expect(finder.shortestPath(0, 2, 3)?.rows).toEqual([0, 1, 2]);
    expect(finder.shortestPath(0, 2, 0)?.rows).toEqual([0, 2]);
  });
});

test('a component contains the rows that there is a path to, and no others', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const finder = pathFinder(graph);
      for (let row = 0; row < graph.count; row++) {
        const reachable = Array.from({ length: graph.count }, (_, to) => to).filter(
          (to) => finder.shortestPath(row, to, 1) !== undefined,
        );
        expect(Array.from(finder.component(row))).toEqual(reachable);
      }
    }),
  );
});
