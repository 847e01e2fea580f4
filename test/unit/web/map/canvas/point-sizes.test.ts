import { expect, test } from 'vitest';
import { createPointSizes, sizedRadius } from '../../../../../web/map/canvas/point-sizes.ts';

test('a larger number is never drawn smaller, and no number smallest of all', () => {
  const values = [0, 3, null, 40, 900, 900, 1, null, 12];
  const sizes = createPointSizes(values);
  const radii = values.map((_, row) => sizedRadius(sizes, sizes.level[row], 4));
  const known = values
    .map((value, row) => [value, radii[row]] as const)
    .filter((one): one is [number, number] => one[0] !== null)
    .sort(([a], [b]) => a - b);
  for (let i = 1; i < known.length; i++) expect(known[i][1]).toBeGreaterThanOrEqual(known[i - 1][1]);
  expect(known[0][1]).toBeLessThan(4);
  expect(known[known.length - 1][1]).toBeGreaterThan(2 * known[0][1]);
  expect(radii[2]).toBe(radii[7]);
  expect(radii[2]).toBeLessThan(known[0][1]);
  expect(sizes.labels[sizes.labels.length - 1]).toBe('500 – 900');
});

test('papers with equal numbers, and without any, have the normal size and a smaller one', () => {
  const equal = createPointSizes([7, 7]);
  expect([...equal.level].map((level) => sizedRadius(equal, level, 4))).toEqual([4, 4]);
  const none = createPointSizes([null]);
  expect(sizedRadius(none, none.level[0], 4)).toBe(2);
  expect(sizedRadius(null, 0, 4)).toBe(4);
});

test('papers do not grow without bounds when the map is zoomed in', () => {
  const sizes = createPointSizes([1, 2, 3, 4, 5, 6]);
  expect(sizedRadius(sizes, sizes.level[5], 100)).toBe(20);
});
