import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound, partitionPoint, upperBound } from '../../../../../pipeline/core/algorithms/binary-search.ts';

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
