import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topK } from '../../../../../pipeline/core/algorithms/top-k.ts';

/** Scores of few distinct values, so that equal ones are common, and some of the rows in any order. */
const cases = fc
  .array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 })
  .chain((scores) => fc.record({ scores: fc.constant(scores), rows: fc.shuffledSubarray([...scores.keys()]) }));

test('topK gives the first rows of a full sort, equal scores by row, and does not change its input', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: -2, max: 70 }), ({ scores, rows }, k) => {
      const given = Int32Array.from(rows);
      const naive = [...rows].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, Math.max(0, k));
      expect([...topK(given, Float32Array.from(scores), k)]).toEqual(naive);
      expect([...given]).toEqual(rows);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('topK of many rows gives the first rows of a full sort', () => {
  const scores = Float32Array.from({ length: 20_000 }, (_, row) => Math.fround(Math.sin(row * 7919)));
  const rows = Int32Array.from(scores.keys());
  const naive = Int32Array.from(rows).sort((a, b) => scores[b] - scores[a] || a - b);
  for (const k of [1, 2, 600, 19_999, 20_000]) expect(topK(rows, scores, k)).toEqual(naive.slice(0, k));
});

test.each([0, -1, 0.9])('topK gives no rows for k = %s', (k) => {
  expect(topK(Int32Array.of(1, 0), Float32Array.of(1, 2), k)).toEqual(new Int32Array(0));
});
