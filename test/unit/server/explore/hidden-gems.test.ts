import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { findHiddenGems } from '../../../../server/explore/hidden-gems.ts';

/** A kNN graph in which the neighbors of each row are the next `k` rows, so that all have the same in-degree. */
function ringGraph(count: number, k: number) {
  return {
    count,
    k,
    neighbors: Int32Array.from({ length: count * k }, (_, at) => (Math.floor(at / k) + 1 + (at % k)) % count),
    similarities: new Float32Array(count * k).fill(0.5),
  };
}

describe('hidden gems', () => {
  test('are papers with few comments among discussed neighbors, not those among neighbors with few comments', () => {
    const graph = ringGraph(40, 5);
    // Rows 0 to 19 are much discussed, 20 to 39 little; row 8 is an exception.
    const comments = Int32Array.from({ length: 40 }, (_, row) => (row < 20 ? 30 : 1));
    comments[8] = 1;
    const gems = runToCompletion(findHiddenGems({ graph, counts: comments, days: new Float64Array(40) }));
    expect(gems[0].row).toBe(8);
    expect(gems[0].expected).toBeGreaterThan(10);
    // Shrinkage adds three usual neighbors everywhere, so papers with few comments score a little.
    const littleDiscussed = gems.filter(({ row }) => row >= 20 && row < 34).map(({ score }) => score);
    expect(Math.max(0, ...littleDiscussed)).toBeLessThan(gems[0].score / 3);
  });

  test('are not papers with few comments of a time when all papers had few', () => {
    const graph = ringGraph(40, 5);
    const days = Float64Array.from({ length: 40 }, (_, row) => (row % 2) * 1000);
    const comments = Int32Array.from(days, (day) => (day === 0 ? 30 : 1));
    expect(runToCompletion(findHiddenGems({ graph, counts: comments, days }))).toEqual([]);
  });

  const anyPapers = fc.array(fc.record({ comments: fc.integer({ min: -1, max: 200 }), day: fc.option(fc.nat(3000)) }), {
    minLength: 7,
    maxLength: 40,
  });
  test('have a known number of comments, at least one less than expected, and are sorted by score', () => {
    fc.assert(
      fc.property(anyPapers, (papers) => {
        const comments = Int32Array.from(papers, (paper) => paper.comments);
        const days = Float64Array.from(papers, ({ day }) => day ?? Number.NaN);
        const gems = runToCompletion(findHiddenGems({ graph: ringGraph(papers.length, 3), counts: comments, days }));
        for (const [i, { row, expected, score, inDegree }] of gems.entries()) {
          expect(comments[row]).toBeGreaterThanOrEqual(0);
          expect(expected - comments[row]).toBeGreaterThanOrEqual(1 - 1e-9);
          expect(score).toBeGreaterThan(0);
          if (i > 0) expect(score).toBeLessThanOrEqual(gems[i - 1].score);
          expect(inDegree).toBe(3);
        }
        expect(new Set(gems.map(({ row }) => row)).size).toBe(gems.length);
      }),
    );
  });

  test('are not papers with an in-degree below the median', () => {
    const graph = ringGraph(40, 5);
    const comments = new Int32Array(40).fill(30);
    comments[8] = 1;
    // Row 8 is no longer the neighbor of any row.
    graph.neighbors.forEach((other, at) => {
      if (other === 8) graph.neighbors[at] = (Math.floor(at / 5) + 20) % 40;
    });
    expect(runToCompletion(findHiddenGems({ graph, counts: comments, days: new Float64Array(40) }))).toEqual([]);
  });
});
