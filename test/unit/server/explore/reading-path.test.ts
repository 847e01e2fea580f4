import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { linksOf, pathFinder } from '../../../../server/explore/reading-path.ts';

/** Any sound graph of up to 14 rows: each names k others, the nearest first. */
const graphs: fc.Arbitrary<KnnGraph> = fc
  .integer({ min: 2, max: 14 })
  .chain((count) => fc.record({ count: fc.constant(count), k: fc.integer({ min: 1, max: Math.min(3, count - 1) }) }))
  .chain(({ count, k }) =>
    fc
      .tuple(
        ...Array.from({ length: count }, (_, row) => {
          const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== row);
          return fc.record({
            named: fc.shuffledSubarray(others, { minLength: k, maxLength: k }),
            similarities: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: k, maxLength: k }),
          });
        }),
      )
      .map((rows) => ({
        count,
        k,
        rows: Int32Array.from(rows.flatMap(({ named }) => named)),
        similarities: Float32Array.from(rows.flatMap(({ similarities }) => similarities.sort((a, b) => b - a))),
      })),
  );

interface Step {
  readonly to: number;
  readonly similarity: number;
}

/** Steps in both directions, each pair as near as either says. */
function stepsOf({ count, k, rows, similarities }: KnnGraph): Step[][] {
  const steps: Step[][] = Array.from({ length: count }, () => []);
  rows.forEach((to, at) => {
    const from = Math.floor(at / k);
    steps[from].push({ to, similarity: similarities[at] });
    steps[to].push({ to: from, similarity: similarities[at] });
  });
  return steps;
}

const costOf = (similarity: number, power: number) => Math.max(0, 1 - similarity) ** power + 1e-6;

/** Costs from one row by relaxing every step again and again (Bellman & Ford). */
function costsFrom(graph: KnnGraph, from: number, power: number): number[] {
  const steps = stepsOf(graph);
  const costs = steps.map((_, row) => (row === from ? 0 : Number.POSITIVE_INFINITY));
  for (let round = 0; round < graph.count; round++) {
    for (const [row, all] of steps.entries()) {
      for (const { to, similarity } of all) costs[to] = Math.min(costs[to], costs[row] + costOf(similarity, power));
    }
  }
  return costs;
}

describe('the path from one row to another', () => {
  test('costs the least of all, is made of steps that are there, and holds no row twice', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 3 }), (graph, power) => {
        const finder = pathFinder(linksOf(graph));
        const steps = stepsOf(graph);
        for (let from = 0; from < graph.count; from++) {
          const costs = costsFrom(graph, from, power);
          for (let to = 0; to < graph.count; to++) {
            const path = finder.path(from, to, power);
            expect(path === undefined).toBe(costs[to] === Number.POSITIVE_INFINITY);
            if (!path) continue;
            expect([path.rows[0], path.rows.at(-1)]).toEqual([from, to]);
            expect(new Set(path.rows).size).toBe(path.rows.length);
            expect(path.similarities).toHaveLength(path.rows.length - 1);
            path.similarities.forEach((similarity, i) => {
              expect(steps[path.rows[i]]).toContainEqual({ to: path.rows[i + 1], similarity });
            });
            const cost = path.similarities.reduce((sum, similarity) => sum + costOf(similarity, power), 0);
            expect(cost).toBeCloseTo(costs[to], 6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('takes two short steps in the place of a long one, unless every step costs alike', () => {
    // 0 – 1 – 2 close by, and 0 – 2 from afar.
    const graph: KnnGraph = {
      count: 3,
      k: 2,
      rows: Int32Array.of(1, 2, 0, 2, 1, 0),
      similarities: Float32Array.of(0.8, 0.5, 0.8, 0.8, 0.8, 0.5),
    };
    const finder = pathFinder(linksOf(graph));
    expect(finder.path(0, 2, 3)?.rows).toEqual([0, 1, 2]);
    expect(finder.path(0, 2, 0)?.rows).toEqual([0, 2]);
  });

  test('an island holds whom a path leads to, and nobody else', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const finder = pathFinder(linksOf(graph));
        for (let row = 0; row < graph.count; row++) {
          const joined = Array.from({ length: graph.count }, (_, to) => to).filter(
            (to) => finder.path(row, to, 1) !== undefined,
          );
          expect(Array.from(finder.island(row))).toEqual(joined);
        }
      }),
    );
  });
});
