import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  descendingOrder,
  lowerBound,
  mergeSort,
  partitionPoint,
  topK,
  upperBound,
} from '../../../../../pipeline/core/algorithms/sorting.ts';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';

/** Scores of few distinct values, so that equal ones are common, and some of the rows in any order. */
const scoredRows = fc
  .array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 })
  .chain((scores) => fc.record({ scores: fc.constant(scores), rows: fc.shuffledSubarray([...scores.keys()]) }));

test('topK gives the first rows of a full sort, equal scores by row, and does not change its input', () => {
  fc.assert(
    fc.property(scoredRows, fc.integer({ min: -2, max: 70 }), ({ scores, rows }, k) => {
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

test('descendingOrder is a permutation by descending score, ties by row', () => {
  const uniqueRows = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 4 })), {
    selector: ([row]) => row,
  });
  fc.assert(
    fc.property(uniqueRows, (list) => {
      const rows = Int32Array.from(list, ([row]) => row);
      const scores = Float32Array.from(list, ([, value]) => value);
      const naive = [...list].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB).map(([row]) => row);
      expect(Array.from(descendingOrder(rows, scores), (at) => rows[at])).toEqual(naive);
    }),
    { seed: 6 },
  );
});

test('sorts any number of values as toSorted does, equal ones in their original order', () => {
  fc.assert(
    fc.property(fc.nat(60_000), fc.integer({ min: 1, max: 5000 }), fc.nat(), (length, distinctKeys, seed) => {
      const values = Array.from({ length }, (_, at) => ({ key: ((at + seed) * 2_654_435_761) % distinctKeys, at }));
      const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;
      expect(runToCompletion(mergeSort(values, byKey))).toEqual(values.toSorted(byKey));
    }),
    { seed: 5, numRuns: 30 },
  );
});

test.each([0, 1, 8192, 8193, 16_384, 40_000])('reports rising progress in [0, 1) while it sorts %i values', (count) => {
  const values = Array.from({ length: count }, (_, at) => (at * 7919) % 10_007);
  const reported = [...mergeSort(values, (a, b) => a - b)];
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));
  for (const progress of reported) expect(progress).toSatisfy((share: number) => share >= 0 && share < 1);
  if (count > 8192) expect(reported.length).toBeGreaterThan(3);
});

fc.configureGlobal({ seed: 8017 });

const cases = fc
  .array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 })
  .map((values) => values.sort((a, b) => a - b))
  .chain((values) =>
    fc.record({
      values: fc.constant(values),
      value: fc.integer({ min: -6, max: 6 }),
      from: fc.nat(values.length),
      length: fc.nat(values.length),
    }),
  );
const orTo = (index: number, to: number) => (index < 0 ? to : index);

test('bounds are what a linear search finds, in the whole array and in a range of it', () => {
  fc.assert(
    fc.property(cases, ({ values, value, from, length }) => {
      const { length: end } = values;
      expect(lowerBound(values, value)).toBe(
        orTo(
          values.findIndex((one) => one >= value),
          end,
        ),
      );
      expect(upperBound(values, value)).toBe(
        orTo(
          values.findIndex((one) => one > value),
          end,
        ),
      );
      const to = Math.min(end, from + length);
      expect(lowerBound(values, value, from, to)).toBe(
        orTo(
          values.findIndex((one, i) => i >= from && i < to && one >= value),
          to,
        ),
      );
      expect(upperBound(values, value, from, to)).toBe(
        orTo(
          values.findIndex((one, i) => i >= from && i < to && one > value),
          to,
        ),
      );
    }),
    { numRuns: 500 },
  );
});

test('the partition point is the first index for which the condition holds, or the end', () => {
  for (let point = 3; point <= 9; point++) expect(partitionPoint(3, 9, (index) => index >= point)).toBe(point);
  expect(partitionPoint(4, 4, () => true)).toBe(4);
});
