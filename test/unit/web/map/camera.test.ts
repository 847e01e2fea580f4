import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  constrainTransform,
  createWorld,
  fitWorld,
  isVisible,
  transformOfView,
  trimmedBounds,
  viewOfTransform,
} from '../../../../web/map/camera.ts';

const world = createWorld({ x: Float32Array.from([-4, 2, 6, 1]), y: Float32Array.from([10, 12, 9, 11]) });
const viewport = { width: 1000, height: 800, inset: { top: 50, right: 0, bottom: 300, left: 0 } };
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('the camera', () => {
  test('shows every paper when fitted, clear of what covers the map', () => {
    const { x, y, k } = fitWorld(world, viewport);
    for (let i = 0; i < world.n; i++) {
      expect(world.x[i] * k + x).toBeGreaterThan(0);
      expect(world.x[i] * k + x).toBeLessThan(viewport.width);
      expect(world.y[i] * k + y).toBeGreaterThan(viewport.inset.top);
      expect(world.y[i] * k + y).toBeLessThan(viewport.height - viewport.inset.bottom);
    }
  });

  test('draws larger y of map units further up', () => {
    expect(world.y[1]).toBeLessThan(world.y[2]);
    const [x, y] = world.worldToMap(...world.mapToWorld(3, 11));
    expect([x, y]).toEqual([expect.closeTo(3), expect.closeTo(11)]);
  });

  test('returns to the same view from an address, on any screen', () => {
    const width = fc.integer({ min: 320, max: 3000 });
    fc.assert(
      fc.property(number(-5, 7), number(8, 13), number(0.5, 60), width, (x, y, k, screenWidth) => {
        const screen = { ...viewport, width: screenWidth };
        const view = viewOfTransform(transformOfView({ x, y, k }, world, screen), world, screen);
        expect([view.x, view.y, view.k]).toEqual([expect.closeTo(x, 4), expect.closeTo(y, 4), expect.closeTo(k, 4)]);
      }),
    );
  });

  test('keeps papers visible however far one pans, and does not move the fitted map', () => {
    expect(constrainTransform(fitWorld(world, viewport), world, viewport)).toEqual(fitWorld(world, viewport));
    fc.assert(
      fc.property(number(-1e5, 1e5), number(-1e5, 1e5), number(100, 50_000), (x, y, k) => {
        const constrained = constrainTransform({ x, y, k }, world, viewport);
        expect(constrainTransform(constrained, world, viewport)).toEqual(constrained);
        const left = -world.halfWidth * k + constrained.x;
        expect(left).toBeLessThan(viewport.width);
        expect(left + 2 * world.halfWidth * k).toBeGreaterThan(0);
      }),
    );
  });

  test('knows what is visible', () => {
    const fitted = fitWorld(world, viewport);
    expect(isVisible(world.x[0], world.y[0], fitted, viewport)).toBe(true);
    expect(isVisible(world.x[0], world.y[0], { ...fitted, x: fitted.x - 2000 }, viewport)).toBe(false);
  });

  test('frames papers without their outliers', () => {
    const x = Float32Array.from({ length: 100 }, (_, i) => (i === 99 ? 1000 : i % 10));
    const many = createWorld({ x, y: Float32Array.from(x, (_, i) => i % 7) });
    const bounds = trimmedBounds(Array.from(x.keys()), many)!;
    expect(many.worldToMap(bounds.right, 0)[0]).toBeLessThan(20);
    expect(trimmedBounds([], many)).toBeNull();
  });

  test('has finite coordinates with no paper, with one, and with all in one place', () => {
    for (const n of [0, 1, 3]) {
      const few = createWorld({ x: new Float32Array(n).fill(5), y: new Float32Array(n).fill(5) });
      const { x, y, k } = fitWorld(few, viewport);
      for (const value of [x, y, k, ...few.x, ...few.y]) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
