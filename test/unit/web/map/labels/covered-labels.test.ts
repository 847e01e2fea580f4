import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isCovered } from '../../../../../web/map/labels/label-collision.ts';

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
