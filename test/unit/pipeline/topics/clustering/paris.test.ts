import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanMergeResolution, parisClustering } from '../../../../../pipeline/topics/clustering/paris.ts';
import { graphOf } from '../../../../fixtures/planted-graph.ts';

fc.configureGlobal({ seed: 8017 });

const COUNT = 8;
const graphs = fc
  .uniqueArray(fc.tuple(fc.nat(COUNT - 1), fc.nat(COUNT - 1), fc.integer({ min: 1, max: 9 })), {
    selector: ([a, b]) => `${Math.min(a, b)}–${Math.max(a, b)}`,
  })
  .map((edges) =>
    graphOf(
      COUNT,
      edges.filter(([a, b]) => a !== b),
    ),
  );

describe('parisClustering', () => {
  test('merges every cluster once, and resolutions never rise', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const merges = parisClustering(graph);
        expect(merges).toHaveLength(COUNT - 1);
        const merged = merges.flatMap(({ a, b }) => [a, b]).sort((a, b) => a - b);
        expect(merged).toEqual(Array.from({ length: 2 * COUNT - 2 }, (_, cluster) => cluster));
        merges.forEach(({ resolution }, i) => {
          if (i > 0) expect(resolution).toBeLessThanOrEqual(merges[i - 1].resolution * (1 + 1e-12));
        });
      }),
      { numRuns: 300 },
    );
  });

  test('merges at the resolution up to which modularity is higher with the two clusters together', () => {
    // Strengths 4, 5, 1; total 10.
    const [first, second] = parisClustering(
      graphOf(3, [
        [0, 1, 4],
        [1, 2, 1],
      ]),
    );
    expect(first).toEqual({ a: 0, b: 1, resolution: (4 * 10) / (4 * 5) });
    expect(second).toEqual({ a: 3, b: 2, resolution: (1 * 10) / (9 * 1) });
  });

  test('merges unconnected clusters last, at resolution 0', () => {
    const merges = parisClustering(
      graphOf(4, [
        [0, 1, 1],
        [2, 3, 1],
      ]),
    );
    expect(merges.map(({ resolution }) => resolution)).toEqual([4, 4, 0]);
    expect(meanMergeResolution(merges)).toBe(0);
    expect(meanMergeResolution(merges.slice(0, 2))).toBeCloseTo(4, 12);
  });

  test('has nothing to merge in a graph of one node or none', () => {
    expect(parisClustering(graphOf(1, []))).toEqual([]);
    expect(parisClustering(graphOf(0, []))).toEqual([]);
  });
});
