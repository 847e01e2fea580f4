import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShownAt, type LabelBox, type Placement, placeLabels } from '../../../../../web/map/labels/place-labels.ts';

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
        const placed = placeLabels(all, { reference: 800, gap: 2 });
        const shown = all.map((_, i) => i).filter((i) => isShownAt(placed[i]!, scale));
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
        const placed = placeLabels(all, { reference: 800, gap: 2 });
        const scales = Array.from({ length: 120 }, (_, i) => 50 * 1.06 ** i);
        placed.forEach((place, i) => {
          const shown = scales.map((scale) => isShownAt(place, scale));
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
        const [first] = placeLabels(all, { reference: 800, gap: 2 });
        if (first && all[0]!.floor < all[0]!.ceiling) expect(first.from).toBe(all[0]!.floor);
      }),
    );
  });

  it('step aside rather than hide, where there is room', () => {
    const box = { x: 0, y: 0, width: 60, height: 20, floor: 0, ceiling: Infinity, offsets: around };
    const [first, second] = placeLabels([box, box], { reference: 800, gap: 2 });
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
      { reference: 800, gap: 0 },
    );
    expect(second!.from).toBeCloseTo(6000);
  });

  it('take the cheapest of the places that are shown together', () => {
    const box = { x: 0, y: 0, width: 60, height: 20, floor: 0, ceiling: Infinity, offsets: around };
    const cost = (_: number, dx: number, dy: number) => (dx === 40 && dy === 12 ? 0 : 50);
    expect(placeLabels([box], { reference: 800, gap: 0, cost })[0]).toEqual({
      dx: 40,
      dy: 12,
      from: 0,
      until: Infinity,
    });
  });
});
