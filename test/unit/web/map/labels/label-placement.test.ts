import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVisibleAt, type LabelBox, type Placement, placeLabels } from '../../../../../web/map/labels/label-placement.ts';
import { clippedPixels, shiftIntoView, type LabelArea } from '../../../../../web/map/labels/label-collision.ts';

const around = [
  [0, 0],
  [0, -30],
  [40, 12],
] as const;

const boxes = fc.array(
  fc.record({
    x: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    y: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    width: fc.integer({ min: 10, max: 200 }),
    height: fc.integer({ min: 10, max: 60 }),
    floor: fc.constantFrom(0, 0, 2000),
    ceiling: fc.constantFrom(Infinity, Infinity, 1000, 5000),
    offsets: fc.constant(around),
  }),
  { maxLength: 25 },
);

function overlap(scale: number, a: LabelBox, pa: Placement, b: LabelBox, pb: Placement): boolean {
  const dx = Math.abs(a.x * scale + pa.dx - (b.x * scale + pb.dx));
  const dy = Math.abs(a.y * scale + pa.dy - (b.y * scale + pb.dy));
  return dx < (a.width + b.width) / 2 - 1e-6 && dy < (a.height + b.height) / 2 - 1e-6;
}

describe('names on the map', () => {
  it('never overlap, at any zoom', () => {
    fc.assert(
      fc.property(boxes, fc.double({ min: 50, max: 60_000, noNaN: true }), (all, scale) => {
        const placed = placeLabels(all, { fittedScale: 800, gap: 2 });
        const shown = all.map((_, i) => i).filter((i) => isVisibleAt(placed[i]!, scale));
        for (const i of shown) {
          for (const j of shown)
            if (i < j) expect(overlap(scale, all[i]!, placed[i]!, all[j]!, placed[j]!)).toBe(false);
        }
      }),
    );
  });

  it('come once and go at most once on the way in, and the other way round on the way out', () => {
    fc.assert(
      fc.property(boxes, (all) => {
        const placed = placeLabels(all, { fittedScale: 800, gap: 2 });
        const scales = Array.from({ length: 120 }, (_, i) => 50 * 1.06 ** i);
        placed.forEach((place, i) => {
          const shown = scales.map((scale) => isVisibleAt(place, scale));
          expect(shown.filter((now, at) => now && !shown[at - 1]).length).toBeLessThanOrEqual(1);
          scales.forEach((scale, at) => {
            if (scale < all[i]!.floor || scale >= all[i]!.ceiling) expect(shown[at]).toBe(false);
          });
        });
      }),
    );
  });

  it('show the most important one from its floor on', () => {
    fc.assert(
      fc.property(boxes, (all) => {
        const [first] = placeLabels(all, { fittedScale: 800, gap: 2 });
        if (first && all[0]!.floor < all[0]!.ceiling) expect(first.minScale).toBe(all[0]!.floor);
      }),
    );
  });

  it('step aside rather than hide, where there is room', () => {
    const box = { x: 0, y: 0, width: 60, height: 20, floor: 0, ceiling: Infinity, offsets: around };
    const [first, second] = placeLabels([box, box], { fittedScale: 800, gap: 2 });
    expect(first).toEqual({ dx: 0, dy: 0, from: 0, until: Infinity });
    expect(second).toEqual({ dx: 0, dy: -30, from: 0, until: Infinity });
  });

  it('wait for the zoom that parts them, where there is none', () => {
    const box = { width: 60, height: 20, floor: 0, ceiling: Infinity, offsets: [[0, 0]] as const };
    const [, second] = placeLabels(
      [
        { ...box, x: 0, y: 0 },
        { ...box, x: 0.01, y: 0 },
      ],
      { fittedScale: 800, gap: 0 },
    );
    expect(second!.minScale).toBeCloseTo(6000);
  });

  it('take the cheapest of the places that are shown together', () => {
    const box = { x: 0, y: 0, width: 60, height: 20, floor: 0, ceiling: Infinity, offsets: around };
    const cost = (_: number, dx: number, dy: number) => (dx === 40 && dy === 12 ? 0 : 50);
    expect(placeLabels([box], { fittedScale: 800, gap: 0, cost })[0]).toEqual({
      dx: 40,
      dy: 12,
      from: 0,
      until: Infinity,
    });
  });
});

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
      fc.property(names, rooms, (name, room: LabelArea) => {
        const into = shiftIntoView(name, room);
        const moved = { ...name, x: name.x + into };
        expect(Math.abs(moved.x) + name.width / 2).toBeLessThanOrEqual(room.width / 2);
        expect(shiftIntoView(moved, room)).toBe(0);
        if (into === 0) expect(clippedPixels(name, { ...room, height: 2000 })).toBe(0);
      }),
    );
  });

  it('is beside the buttons of its right edge, above on a phone and below on a wide screen', () => {
    const corner = (y: number, narrow: boolean) =>
      shiftIntoView({ x: 180, y, width: 100, height: 30 }, { width: 500, height: 800, below: 0, narrow });
    expect([corner(-380, true), corner(0, true)]).toEqual([-46, 0]);
    expect([corner(-380, false), corner(380, false)]).toEqual([0, -46]);
  });
});
