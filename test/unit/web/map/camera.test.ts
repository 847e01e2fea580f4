import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimmedBounds, fitWorld, transformOfView, isVisible, constrainTransform, viewOfTransform } from '../../../../web/map/camera.ts';
import { createWorld } from '../../../../web/map/camera.ts';

const world = createWorld({ x: Float32Array.from([-4, 2, 6, 1]), y: Float32Array.from([10, 12, 9, 11]) });
const frame = { width: 1000, height: 800, inset: { top: 50, right: 0, bottom: 300, left: 0 } };
const number = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });

describe('where the map is looked from', () => {
  it('shows every paper when fitted, clear of what covers the map', () => {
    const { x, y, k } = fitWorld(world, frame);
    for (let i = 0; i < world.n; i++) {
      expect(world.x[i]! * k + x).toBeGreaterThan(0);
      expect(world.x[i]! * k + x).toBeLessThan(frame.width);
      expect(world.y[i]! * k + y).toBeGreaterThan(frame.inset.top);
      expect(world.y[i]! * k + y).toBeLessThan(frame.height - frame.inset.bottom);
    }
  });

  it('draws larger y higher, as the map has it', () => {
    expect(world.y[1]!).toBeLessThan(world.y[2]!);
    const [x, y] = world.worldToMap(...world.mapToWorld(3, 11));
    expect([x, y]).toEqual([expect.closeTo(3), expect.closeTo(11)]);
  });

  it('comes back from a view to the same transform, on any screen', () => {
    fc.assert(
      fc.property(
        number(-5, 7),
        number(8, 13),
        number(0.5, 60),
        fc.integer({ min: 320, max: 3000 }),
        (x, y, k, width) => {
          const other = { ...frame, width };
          const view = viewOfTransform(transformOfView({ x, y, k }, world, other), world, other);
          expect([view.x, view.y, view.k]).toEqual([expect.closeTo(x, 4), expect.closeTo(y, 4), expect.closeTo(k, 4)]);
        },
      ),
    );
  });

  it('keeps papers in sight however far one drags, and leaves the fitted map where it is', () => {
    expect(constrainTransform(fitWorld(world, frame), world, frame)).toEqual(fitWorld(world, frame));
    fc.assert(
      fc.property(number(-1e5, 1e5), number(-1e5, 1e5), number(100, 50_000), (x, y, k) => {
        const kept = constrainTransform({ x, y, k }, world, frame);
        expect(constrainTransform(kept, world, frame)).toEqual(kept);
        const left = -world.halfWidth * k + kept.x;
        expect(left).toBeLessThan(frame.width);
        expect(left + 2 * world.halfWidth * k).toBeGreaterThan(0);
      }),
    );
  });

  it('knows what is in sight', () => {
    const fitted = fitWorld(world, frame);
    expect(isVisible(world.x[0]!, world.y[0]!, fitted, frame)).toBe(true);
    expect(isVisible(world.x[0]!, world.y[0]!, { ...fitted, x: fitted.x - 2000 }, frame)).toBe(false);
  });

  it('frames a topic without its strays', () => {
    const x = Float32Array.from({ length: 100 }, (_, i) => (i === 99 ? 1000 : i % 10));
    const many = createWorld({ x, y: Float32Array.from(x, (_, i) => i % 7) });
    const box = trimmedBounds(Array.from(x.keys()), many)!;
    expect(many.worldToMap(box.right, 0)[0]).toBeLessThan(20);
    expect(trimmedBounds([], many)).toBeNull();
  });
});

describe('a world of few papers', () => {
  it('stands still with none, one, or all in one place', () => {
    for (const n of [0, 1, 3]) {
      const few = createWorld({ x: new Float32Array(n).fill(5), y: new Float32Array(n).fill(5) });
      const { x, y, k } = fitWorld(few, frame);
      for (const value of [x, y, k, ...few.x, ...few.y]) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
