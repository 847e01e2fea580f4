import { expect, test } from 'vitest';
import { positionAccuracyText } from '../../../../web/paper/paper-view.ts';

test('the accuracy of a position is the share of its closest papers that are nearby', () => {
  expect(positionAccuracyText(9, 15)).toBe('9 of 15 closest papers are nearby; position is accurate.');
  expect(positionAccuracyText(7, 15)).toBe('7 of 15 closest papers are nearby; position is approximate.');
  expect(positionAccuracyText(1, 15)).toMatch(/^1 of 15 closest papers is nearby; position is unreliable\./);
});
