import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  avoidBadges,
  HIDDEN_OFFSET_INDEX,
  isCovered,
  offsetInPixels,
} from '../../../../../web/map/labels/avoid-obstacles.ts';

const coordinate = fc.integer({ min: 0, max: 600 });
const badges = fc.array(fc.tuple(coordinate, coordinate), { maxLength: 10 });
const labels = fc.array(
  fc.record({
    x: coordinate,
    y: coordinate,
    width: fc.integer({ min: 30, max: 180 }),
    height: fc.integer({ min: 14, max: 50 }),
  }),
  { maxLength: 20 },
);
type Label = { x: number; y: number; width: number; height: number };

const visibleLabels = (all: readonly Label[], offsets: readonly number[]) =>
  all.flatMap((label, i) => {
    const [dx, dy] = offsetInPixels(label, offsets[i]);
    return offsets[i] === HIDDEN_OFFSET_INDEX ? [] : [{ ...label, x: label.x + dx, y: label.y + dy }];
  });
const atHome = (all: readonly Label[]) => all.map(() => 0);

describe('labels beside the numbers of search results', () => {
  test('never lie under a number, nor over each other', () => {
    fc.assert(
      fc.property(labels, badges, (all, numbers) => {
        const visible = visibleLabels(all, avoidBadges(all, atHome(all), numbers));
        visible.forEach((a, i) => {
          for (const [x, y] of numbers) {
            expect(Math.abs(x - a.x) >= a.width / 2 + 8.5 || Math.abs(y - a.y) >= a.height / 2 + 8.5).toBe(true);
          }
          for (const b of visible.slice(i + 1)) {
            const isApartX = Math.abs(a.x - b.x) >= (a.width + b.width) / 2;
            expect(isApartX || Math.abs(a.y - b.y) >= (a.height + b.height) / 2).toBe(true);
          }
        });
      }),
    );
  });

  test('keep their offsets if nothing has moved, and while the map is panned', () => {
    fc.assert(
      fc.property(labels, badges, coordinate, (all, numbers, by) => {
        const once = avoidBadges(all, atHome(all), numbers);
        expect(avoidBadges(all, once, numbers)).toEqual(once);
        const pannedLabels = all.map((label) => ({ ...label, x: label.x + by }));
        const pannedNumbers = numbers.map(([x, y]) => [x + by, y] as const);
        expect(avoidBadges(pannedLabels, once, pannedNumbers)).toEqual(once);
      }),
    );
  });

  test('move aside rather than disappear, and disappear if there are numbers on all sides', () => {
    const label = { x: 300, y: 300, width: 100, height: 20 };
    const [offset] = avoidBadges([label], [0], [[300, 300]]);
    expect(offset).toBeGreaterThan(0);
    const wall = Array.from({ length: 400 }, (_, i) => [200 + (i % 20) * 10, 200 + Math.floor(i / 20) * 10] as const);
    expect(avoidBadges([label], [0], wall)).toEqual([HIDDEN_OFFSET_INDEX]);
    expect(avoidBadges([label], [HIDDEN_OFFSET_INDEX], [])).toEqual([0]);
  });
});

test('a label is covered if a card hides more than a tenth of it', () => {
  const position = fc.integer({ min: -60, max: 60 });
  const size = fc.integer({ min: 1, max: 60 });
  const rect = fc.tuple(position, position, size, size);
  fc.assert(
    fc.property(rect, rect, ([left, top, cardWidth, cardHeight], [x, y, width, height]) => {
      const card = { left, top, right: left + cardWidth, bottom: top + cardHeight };
      // The hidden area, counted in quarters of a pixel.
      let hidden = 0;
      for (let i = 0; i < 2 * width; i++)
        for (let j = 0; j < 2 * height; j++) {
          const [px, py] = [x - width / 2 + (i + 0.5) / 2, y - height / 2 + (j + 0.5) / 2];
          if (px > card.left && px < card.right && py > card.top && py < card.bottom) hidden += 0.25;
        }
      expect(isCovered([card], x, y, width, height)).toBe(hidden > 0.1 * width * height);
      expect(isCovered([], x, y, width, height)).toBe(false);
    }),
  );
});
