import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAreaMask } from '../../../../pipeline/search/region-mask.ts';
import { pointsInArea } from '../../../../web/selection/selection.ts';

// Few places, so that papers stand on corners, on edges and on each other.
const place = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const points = (most: number) => fc.array(fc.tuple(place, place), { minLength: 3, maxLength: most });
const columns = (some: readonly (readonly [number, number])[]) => ({
  x: Float32Array.from(some, ([x]) => x),
  y: Float32Array.from(some, ([, y]) => y),
});

/** By each edge in turn whether a ray to the right meets it: the sign of a cross product, nothing divided. */
function isInside(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return corners.reduce((inside, [ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    if (ay > y === by > y) return inside;
    const side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    return (by > ay ? side > 0 : side < 0) ? !inside : inside;
  }, false);
}

function isOnRim(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return corners.some(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    const isOnLine = (bx - ax) * (y - ay) === (by - ay) * (x - ax);
    return isOnLine && (x - ax) * (x - bx) + (y - ay) * (y - by) <= 0;
  });
}

describe('papers in an area of the map', () => {
  test('are those that a lasso goes around an odd number of times', () => {
    fc.assert(
      fc.property(points(14), points(60), (corners, some) => {
        const mask = createAreaMask(columns(some))({ kind: 'lasso', points: corners.flat() });
        some.forEach(([x, y], row) => {
          if (!isOnRim(corners, x, y)) expect([x, y, mask[row]]).toEqual([x, y, isInside(corners, x, y) ? 1 : 0]);
        });
      }),
      { numRuns: 400 },
    );
  });

  test('are those between two corners of a rectangle, rim and all, whichever two are told', () => {
    fc.assert(
      fc.property(fc.tuple(place, place, place, place), points(60), ([x0, y0, x1, y1], some) => {
        const mask = createAreaMask(columns(some))({ kind: 'rectangle', points: [x0, y0, x1, y1] });
        const between = (a: number, at: number, b: number) => (at - a) * (at - b) <= 0;
        expect([...mask]).toEqual(some.map(([x, y]) => (between(x0, x, x1) && between(y0, y, y1) ? 1 : 0)));
      }),
    );
  });

  test('are the papers that the page selects, those on the rim too', () => {
    const area = fc.oneof(
      points(20).map((corners) => ({ kind: 'lasso' as const, points: corners.flat() })),
      fc.tuple(place, place, place, place).map((corners) => ({ kind: 'rectangle' as const, points: corners })),
    );
    fc.assert(
      fc.property(fc.array(area, { minLength: 1, maxLength: 3 }), points(60), (areas, some) => {
        const inArea = createAreaMask(columns(some));
        for (const one of areas) expect(inArea(one)).toEqual(pointsInArea(columns(some), one));
      }),
      { numRuns: 400 },
    );
  });

  test('are none where there are none, or where a lasso has no width', () => {
    expect(createAreaMask(columns([]))({ kind: 'lasso', points: [0, 0, 1, 0, 1, 1] })).toEqual(new Uint8Array(0));
    expect([...createAreaMask(columns([[1, 0]]))({ kind: 'lasso', points: [0, 0, 2, 0, 1, 0] })]).toEqual([0]);
  });
});
