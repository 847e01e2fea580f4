import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compositeOver,
  createPointSprites,
  drawPoints,
  unpremultiply,
} from '../../../../../web/map/canvas/point-layer.ts';

const RED = 0xff0000ff;
const GREEN = 0xff00ff00;
const WHITE = 0xffffffff;
const SIZE = 20;
const PADDING = 12;
const STRIDE = SIZE + 2 * PADDING;

/** Draws points, red and green in turn, into a square of SIZE pixels. */
function draw(
  positions: readonly (readonly [number, number])[],
  style = { radius: 3, rim: 0, alpha: 255 },
  filter: { mask: Uint8Array | null; maskValue: number } = { mask: null, maskValue: 1 },
) {
  const pixels = new Int32Array(STRIDE * STRIDE);
  const raster = { pixels, stride: STRIDE, padding: PADDING, width: SIZE, height: SIZE };
  const points = {
    x: Float32Array.from(positions, ([x]) => x),
    y: Float32Array.from(positions, ([, y]) => y),
    color: Uint8Array.from(positions, (_, i) => i % 2),
    ...filter,
  };
  const sprites = createPointSprites(style, Uint32Array.of(RED, GREEN), WHITE, STRIDE);
  drawPoints(raster, points, Uint32Array.of(0, positions.length), { x: 0, y: 0, k: 1 }, sprites);
  unpremultiply(pixels);
  const visible = Uint32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    return pixels[(y + PADDING) * STRIDE + x + PADDING];
  });
  return { pixels: visible, at: (x: number, y: number) => visible[y * SIZE + x] };
}

/** The covered area, in pixels. */
function coverage(pixels: Uint32Array): number {
  return pixels.reduce((sum, pixel) => sum + (pixel >>> 24) / 255, 0);
}

describe('points in the pixel buffer', () => {
  test('are round, opaque in the middle, and have the given radius', () => {
    const { at, pixels } = draw([[10, 10]]);
    expect(at(10, 10)).toBe(RED);
    expect(at(14, 10)).toBe(0);
    expect(Math.abs(coverage(pixels) - Math.PI * 9)).toBeLessThan(1.5);
  });

  test('move by fractions of a pixel and keep their size', () => {
    const area = coverage(draw([[10, 10]]).pixels);
    for (const fraction of [0.25, 0.5, 0.75]) {
      const moved = draw([[10 + fraction, 10 + fraction]]).pixels;
      expect(moved).not.toEqual(draw([[10, 10]]).pixels);
      expect(Math.abs(coverage(moved) - area)).toBeLessThan(0.8);
    }
  });

  test('are drawn over those before them, with a rim between', () => {
    const { at } = draw(
      [
        [8, 10],
        [11, 10],
      ],
      { radius: 3, rim: 1, alpha: 255 },
    );
    expect(at(10, 10)).toBe(GREEN);
    const green = (pixel: number) => (pixel >>> 8) & 255;
    expect(green(at(7, 10))).toBeGreaterThan(200);
    expect(at(6, 10)).toBe(RED);
  });

  test('are clipped at the edges, and leave no trace elsewhere', () => {
    const whole = coverage(draw([[10, 10]]).pixels);
    const cornerPositions = [
      [0, 0],
      [SIZE, 0],
      [0, SIZE],
      [SIZE, SIZE],
    ] as const;
    for (const corner of cornerPositions) {
      expect(Math.abs(coverage(draw([corner]).pixels) - whole / 4)).toBeLessThan(2);
    }
    const outside = draw([
      [-50, 10],
      [10, 900],
      [Number.NaN, 3],
    ]);
    expect(coverage(outside.pixels)).toBe(0);
  });

  test('are left out if the mask says so', () => {
    const positions = [
      [5, 5],
      [15, 15],
    ] as const;
    const { at } = draw(positions, undefined, { mask: Uint8Array.of(0, 1), maskValue: 1 });
    expect(at(5, 5)).toBe(0);
    expect(at(15, 15)).toBe(GREEN);
  });

  test('blend like Porter and Duff’s over operator', () => {
    const gray = fc.record({ color: fc.integer({ min: 0, max: 255 }), alpha: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(gray, gray, (top, under) => {
        const premultiplied = ({ color, alpha }: typeof top) => {
          const value = Math.round((color * alpha) / 255);
          return (alpha << 24) | (value << 16) | (value << 8) | value;
        };
        const blended = Int32Array.of(compositeOver(premultiplied(top), premultiplied(under)));
        unpremultiply(blended);
        const rest = 1 - top.alpha / 255;
        const alpha = top.alpha + under.alpha * rest;
        const color = (top.color * top.alpha + under.color * under.alpha * rest) / alpha;
        expect(Math.abs((blended[0] >>> 24) - alpha)).toBeLessThan(2);
        // Premultiplied channels have a precision of one part in alpha.
        for (const shift of [0, 8, 16]) {
          expect(Math.abs(((blended[0] >>> shift) & 255) - color)).toBeLessThan(2 + (2 * 255) / alpha);
        }
      }),
    );
  });
});
