import { describe, expect, test } from 'vitest';
import { datesBetween, fillGaps, numberBinsBetween } from '../../../../web/search/facet-histogram.ts';

const bins = (...borders: [number, number][]) => borders.map(([from, to]) => ({ from, to }));
const shape = (filled: readonly unknown[]) => filled.map((bin) => (bin === null ? '·' : 'x')).join('');

describe('a histogram', () => {
  test('has room for bins of equal width that have no papers', () => {
    expect(shape(fillGaps(bins([0, 10], [10, 20], [40, 50]), numberBinsBetween))).toBe('xx··x');
    expect(shape(fillGaps(bins([0, 0.1], [0.3, 0.4]), numberBinsBetween))).toBe('x··x');
  });

  test('shows a gap between bins that grow, and a long gap shortened', () => {
    expect(shape(fillGaps(bins([0, 1], [1, 2], [5, 10], [10, 20]), numberBinsBetween))).toBe('xx·xx');
    expect(shape(fillGaps(bins([0, 1], [1000, 1001]), numberBinsBetween))).toBe('x········x');
  });

  test.each([
    ['2026-07', '2026-08', 0],
    ['2025-11', '2026-02', 2],
    ['2019', '2026', 6],
    ['2025', '2026-01', 0],
  ])('from %s to %s leaves out %d', (before, after, between) => {
    expect(datesBetween(before, after)).toBe(between);
  });
});
