import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clippedPixels,
  isVisibleAt,
  type LabelBox,
  type Placement,
  placeLabels,
  type ReadableArea,
  shiftIntoView,
} from '../../../../../web/map/labels/label-placement.ts';

const offsets = [
  [0, 0],
  [0, -30],
  [40, 12],
] as const;

const coordinate = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const labels: fc.Arbitrary<LabelBox[]> = fc.array(
  fc.record({
    x: coordinate,
    y: coordinate,
    width: fc.integer({ min: 10, max: 200 }),
    height: fc.integer({ min: 10, max: 60 }),
    minScale: fc.constantFrom(0, 0, 2000),
    maxScale: fc.constantFrom(Infinity, Infinity, 1000, 5000),
    offsets: fc.constant(offsets),
  }),
  { maxLength: 25 },
);
const options = { fittedScale: 800, gap: 2 };
const smallBox = { x: 0, y: 0, width: 60, height: 20, minScale: 0, maxScale: Infinity, offsets };

function doOverlap(scale: number, a: LabelBox, placedA: Placement, b: LabelBox, placedB: Placement): boolean {
  const dx = Math.abs(a.x * scale + placedA.dx - (b.x * scale + placedB.dx));
  const dy = Math.abs(a.y * scale + placedA.dy - (b.y * scale + placedB.dy));
  return dx < (a.width + b.width) / 2 - 1e-6 && dy < (a.height + b.height) / 2 - 1e-6;
}

describe('placed labels', () => {
  test('never overlap, at any zoom', () => {
    fc.assert(
      fc.property(labels, fc.double({ min: 50, max: 60_000, noNaN: true }), (boxes, scale) => {
        const placed = placeLabels(boxes, options);
        const visible = boxes.map((_, i) => i).filter((i) => isVisibleAt(placed[i], scale));
        for (const i of visible) {
          for (const j of visible)
            if (i < j) expect(doOverlap(scale, boxes[i], placed[i], boxes[j], placed[j])).toBe(false);
        }
      }),
    );
  });

  test('appear once and disappear at most once while one zooms in', () => {
    const scales = Array.from({ length: 120 }, (_, i) => 50 * 1.06 ** i);
    fc.assert(
      fc.property(labels, (boxes) => {
        placeLabels(boxes, options).forEach((placement, i) => {
          const isVisible = scales.map((scale) => isVisibleAt(placement, scale));
          expect(isVisible.filter((now, step) => now && !isVisible[step - 1]).length).toBeLessThanOrEqual(1);
          scales.forEach((scale, step) => {
            if (scale < boxes[i].minScale || scale >= boxes[i].maxScale) expect(isVisible[step]).toBe(false);
          });
        });
      }),
    );
  });

  test('with the highest priority are visible from their minimum scale on', () => {
    fc.assert(
      fc.property(labels, (boxes) => {
        const [first] = placeLabels(boxes, options);
        if (first && boxes[0].minScale < boxes[0].maxScale) expect(first.minScale).toBe(boxes[0].minScale);
      }),
    );
  });

  test('are moved aside rather than hidden, if there is room', () => {
    const [first, second] = placeLabels([smallBox, smallBox], options);
    expect(first).toEqual({ dx: 0, dy: 0, minScale: 0, maxScale: Infinity });
    expect(second).toEqual({ dx: 0, dy: -30, minScale: 0, maxScale: Infinity });
  });

  test('are hidden until the zoom that separates them, if there is no room', () => {
    const box = { ...smallBox, offsets: [[0, 0]] as const };
    const [, second] = placeLabels([box, { ...box, x: 0.01 }], { fittedScale: 800, gap: 0 });
    expect(second.minScale).toBeCloseTo(6000);
  });

  test('have the offset with the lowest cost', () => {
    const cost = (_: number, dx: number, dy: number) => (dx === 40 && dy === 12 ? 0 : 50);
    const [placement] = placeLabels([smallBox], { fittedScale: 800, gap: 0, cost });
    expect(placement).toEqual({ dx: 40, dy: 12, minScale: 0, maxScale: Infinity });
  });
});

describe('labels at the edge of the map', () => {
  const pixels = (min: number, max: number) => fc.integer({ min, max });
  const areas: fc.Arbitrary<ReadableArea> = fc.record({
    width: pixels(300, 1500),
    height: pixels(150, 900),
    below: pixels(0, 100),
    narrow: fc.boolean(),
  });
  const rects = fc.record({ x: pixels(-800, 800), y: pixels(-80, 80), width: pixels(20, 220), height: pixels(12, 60) });

  test('are readable when shifted into view, and are not shifted if they already are', () => {
    fc.assert(
      fc.property(rects, areas, (label, area) => {
        const shift = shiftIntoView(label, area);
        const shifted = { ...label, x: label.x + shift };
        expect(Math.abs(shifted.x) + label.width / 2).toBeLessThanOrEqual(area.width / 2);
        expect(shiftIntoView(shifted, area)).toBe(0);
        if (shift === 0) expect(clippedPixels(label, { ...area, height: 2000 })).toBe(0);
      }),
    );
  });

  test('stay clear of the buttons: in the upper right on a phone, in the lower right on a wide screen', () => {
    const shift = (y: number, narrow: boolean) =>
      shiftIntoView({ x: 180, y, width: 100, height: 30 }, { width: 500, height: 800, below: 0, narrow });
    expect([shift(-380, true), shift(0, true)]).toEqual([-46, 0]);
    expect([shift(-380, false), shift(380, false)]).toEqual([0, -46]);
  });
});
