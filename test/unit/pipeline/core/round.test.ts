import { expect, test } from 'vitest';
import { roundTo } from '../../../../pipeline/core/round.ts';

test.each([
  [0.123456, 4, 0.1235],
  [-0.123456, 4, -0.1235],
  [2.5, 0, 3],
  [1234.5, 2, 1234.5],
  [0.0004, 3, 0],
  [-0.0004, 3, 0],
])('%f rounded to %i digits is %f', (value, digits, expected) => {
  expect(roundTo(value, digits)).toBe(expected);
});
