import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetPixels, HIDDEN, type Standing, avoidBadges, isCovered } from '../../../../../web/map/labels/label-collision.ts';

const place = fc.integer({ min: 0, max: 600 });
const numbers = fc.array(fc.tuple(place, place), { maxLength: 10 });
const names = fc.array(
  fc.record({
    x: place,
    y: place,
    width: fc.integer({ min: 30, max: 180 }),
    height: fc.integer({ min: 14, max: 50 }),
  }),
  { maxLength: 20 },
);

const seen = (all: readonly Standing[], places: readonly number[]) =>
  all.flatMap((name, i) => {
    const [dx, dy] = offsetPixels(name, places[i]!);
    return places[i] === HIDDEN ? [] : [{ ...name, x: name.x + dx, y: name.y + dy }];
  });
const home = (all: readonly Standing[]) => all.map(() => 0);

describe('names beside the numbers of hits', () => {
  it('never lie under a number, nor over one another', () => {
    fc.assert(
      fc.property(names, numbers, (all, marks) => {
        const standing = seen(all, avoidBadges(all, home(all), marks));
        standing.forEach((a, i) => {
          for (const [x, y] of marks)
            expect(Math.abs(x - a.x) >= a.width / 2 + 8.5 || Math.abs(y - a.y) >= a.height / 2 + 8.5).toBe(true);
          for (const b of standing.slice(i + 1))
            expect(
              Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2,
            ).toBe(true);
        });
      }),
    );
  });

  it('stay where they were when nothing has moved, and where a drag takes them all', () => {
    fc.assert(
      fc.property(names, numbers, place, (all, marks, by) => {
        const once = avoidBadges(all, home(all), marks);
        const moved = all.map((name) => ({ ...name, x: name.x + by }));
        expect(avoidBadges(all, once, marks)).toEqual(once);
        expect(
          avoidBadges(
            moved,
            once,
            marks.map(([x, y]) => [x + by, y] as const),
          ),
        ).toEqual(once);
      }),
    );
  });

  it('step aside rather than go, and go where numbers are on all sides', () => {
    const name = { x: 300, y: 300, width: 100, height: 20 };
    const [aside] = avoidBadges([name], [0], [[300, 300]]);
    expect(aside).toBeGreaterThan(0);
    const wall = Array.from({ length: 400 }, (_, i) => [200 + (i % 20) * 10, 200 + Math.floor(i / 20) * 10] as const);
    expect(avoidBadges([name], [0], wall)).toEqual([HIDDEN]);
    expect(avoidBadges([name], [HIDDEN], [])).toEqual([0]);
  });
});

it('a name is covered where a card hides a tenth of it, and not by what only touches it', () => {
  const place = fc.integer({ min: -60, max: 60 });
  const side = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(place, place, side, side, place, place, side, side, (left, top, wide, high, x, y, width, height) => {
      const card = { left, top, right: left + wide, bottom: top + high };
      // Of the name's points, four a pixel, those that lie under the card.
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
