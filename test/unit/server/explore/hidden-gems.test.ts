import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finished } from '../../../../pipeline/core/cooperative.ts';
import { hiddenGems } from '../../../../server/explore/hidden-gems.ts';

/** Papers in a ring, each naming the next `k`; then all are as central. */
function ring(count: number, k: number) {
  return {
    count,
    k,
    rows: Int32Array.from({ length: count * k }, (_, at) => (Math.floor(at / k) + 1 + (at % k)) % count),
    similarities: new Float32Array(count * k).fill(0.5),
  };
}

describe('hidden gems', () => {
  test('are the quiet ones of a discussed neighborhood, not those of a quiet one', () => {
    const graph = ring(40, 5);
    // Papers 0 to 19 are much discussed, 20 to 39 little; one of the first is not.
    const comments = Int32Array.from({ length: 40 }, (_, row) => (row < 20 ? 30 : 1));
    comments[8] = 1;
    const gems = finished(hiddenGems({ graph, comments, days: new Float64Array(40) }));
    expect(gems[0].row).toBe(8);
    expect(gems[0].expected).toBeGreaterThan(10);
    // Three neighbors of usual attention are thought to be everywhere, so the quiet ones have a little of it.
    const quiet = gems.filter(({ row }) => row >= 20 && row < 34).map(({ score }) => score);
    expect(Math.max(0, ...quiet)).toBeLessThan(gems[0].score / 3);
  });

  test('few comments are nothing special on a day of few comments', () => {
    const graph = ring(40, 5);
    const days = Float64Array.from({ length: 40 }, (_, row) => (row % 2) * 1000);
    const comments = Int32Array.from(days, (day) => (day === 0 ? 30 : 1));
    expect(finished(hiddenGems({ graph, comments, days }))).toEqual([]);
  });

  const known = fc.array(fc.record({ comments: fc.integer({ min: -1, max: 200 }), day: fc.option(fc.nat(3000)) }), {
    minLength: 7,
    maxLength: 40,
  });
  test('have known comments, fewer than expected by one at least, and stand the best first', () => {
    fc.assert(
      fc.property(known, (papers) => {
        const comments = Int32Array.from(papers, (paper) => paper.comments);
        const days = Float64Array.from(papers, ({ day }) => day ?? Number.NaN);
        const gems = finished(hiddenGems({ graph: ring(papers.length, 3), comments, days }));
        for (const [i, { row, expected, score, inDegree: namedBy }] of gems.entries()) {
          expect(comments[row]).toBeGreaterThanOrEqual(0);
          expect(expected - comments[row]).toBeGreaterThanOrEqual(1 - 1e-9);
          expect(score).toBeGreaterThan(0);
          if (i > 0) expect(score).toBeLessThanOrEqual(gems[i - 1].score);
          expect(namedBy).toBe(3);
        }
        expect(new Set(gems.map(({ row }) => row)).size).toBe(gems.length);
      }),
    );
  });

  test('a paper that fewer name than half of all are named is none', () => {
    const graph = ring(40, 5);
    const comments = new Int32Array(40).fill(30);
    comments[8] = 1;
    // Nobody names paper 8 any more.
    graph.rows.forEach((other, at) => {
      if (other === 8) graph.rows[at] = (Math.floor(at / 5) + 20) % 40;
    });
    expect(finished(hiddenGems({ graph, comments, days: new Float64Array(40) }))).toEqual([]);
  });
});
