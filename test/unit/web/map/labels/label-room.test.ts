import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutOff, inward, type NameRoom } from '../../../../../web/map/labels/label-collision.ts';

describe('where names of the whole map may stand', () => {
  const pixels = (min: number, max: number) => fc.integer({ min, max });
  const rooms = fc.record({
    width: pixels(300, 1500),
    height: pixels(150, 900),
    below: pixels(0, 100),
    narrow: fc.boolean(),
  });
  const names = fc.record({ x: pixels(-800, 800), y: pixels(-80, 80), width: pixels(20, 220), height: pixels(12, 60) });

  it('is on the screen: what goes inward is read whole, and what can be read stays', () => {
    fc.assert(
      fc.property(names, rooms, (name, room: NameRoom) => {
        const into = inward(name, room);
        const moved = { ...name, x: name.x + into };
        expect(Math.abs(moved.x) + name.width / 2).toBeLessThanOrEqual(room.width / 2);
        expect(inward(moved, room)).toBe(0);
        if (into === 0) expect(cutOff(name, { ...room, height: 2000 })).toBe(0);
      }),
    );
  });

  it('is beside the buttons of its right edge, above on a phone and below on a wide screen', () => {
    const corner = (y: number, narrow: boolean) =>
      inward({ x: 180, y, width: 100, height: 30 }, { width: 500, height: 800, below: 0, narrow });
    expect([corner(-380, true), corner(0, true)]).toEqual([-46, 0]);
    expect([corner(-380, false), corner(380, false)]).toEqual([0, -46]);
  });
});
