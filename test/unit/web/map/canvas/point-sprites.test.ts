import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPointSprites, unpremultiply, drawPoints, compositeOver } from '../../../../../web/map/canvas/point-sprites.ts';
import { pointRadius } from '../../../../../web/map/canvas/point-styles.ts';

const RED = 0xff0000ff;
const GREEN = 0xff00ff00;
const WHITE = 0xffffffff;
const SPARE = 12;
const STRIDE = 20 + 2 * SPARE;

function draw(
  places: [number, number][],
  style = { radius: 3, rim: 0, alpha: 255 },
  filter: { mask: Uint8Array | null; wanted: number } = { mask: null, wanted: 1 },
) {
  const raster = { pixels: new Int32Array(STRIDE * STRIDE), stride: STRIDE, spare: SPARE, width: 20, height: 20 };
  const dots = {
    x: Float32Array.from(places, (p) => p[0]),
    y: Float32Array.from(places, (p) => p[1]),
    color: Uint8Array.from(places, (_, i) => i % 2),
    ...filter,
  };
  const stamps = createPointSprites(style, Uint32Array.of(RED, GREEN), WHITE, STRIDE);
  drawPoints(raster, dots, Uint32Array.of(0, places.length), { x: 0, y: 0, k: 1 }, stamps);
  unpremultiply(raster.pixels);
  const seen = new Uint32Array(400);
  for (let i = 0; i < 400; i++) {
    seen[i] = raster.pixels[(Math.floor(i / 20) + SPARE) * STRIDE + (i % 20) + SPARE]!;
  }
  return { pixels: seen, at: (x: number, y: number) => seen[y * 20 + x]! };
}

/** Pixels' worth of color: how much of what is seen the dots cover. */
function cover(pixels: Uint32Array): number {
  return pixels.reduce((sum, pixel) => sum + (pixel >>> 24) / 255, 0);
}

describe('dots in the pixel buffer', () => {
  it('are round, solid in the middle, and as large as asked', () => {
    const { at, pixels } = draw([[10, 10]]);
    expect(at(10, 10)).toBe(RED);
    expect(at(14, 10)).toBe(0);
    expect(Math.abs(cover(pixels) - Math.PI * 9)).toBeLessThan(1.5);
  });

  it('keep their size and move by parts of a pixel', () => {
    const size = cover(draw([[10, 10]]).pixels);
    for (const part of [0.25, 0.5, 0.75]) {
      const moved = draw([[10 + part, 10 + part]]).pixels;
      expect(moved).not.toEqual(draw([[10, 10]]).pixels);
      expect(Math.abs(cover(moved) - size)).toBeLessThan(0.8);
    }
  });

  it('lie over those before them, with a rim between', () => {
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

  it('are cut at the edges without a mark elsewhere', () => {
    const whole = cover(draw([[10, 10]]).pixels);
    for (const corner of [
      [0, 0],
      [20, 0],
      [0, 20],
      [20, 20],
    ] as [number, number][]) {
      expect(Math.abs(cover(draw([corner]).pixels) - whole / 4)).toBeLessThan(2);
    }
    const outside = draw([
      [-50, 10],
      [10, 900],
      [Number.NaN, 3],
    ]);
    expect(cover(outside.pixels)).toBe(0);
  });

  it('are left out where the mask says so', () => {
    const places: [number, number][] = [
      [5, 5],
      [15, 15],
    ];
    const { at } = draw(places, undefined, { mask: Uint8Array.of(0, 1), wanted: 1 });
    expect(at(5, 5)).toBe(0);
    expect(at(15, 15)).toBe(GREEN);
  });

  it('mix as paint does', () => {
    const shade = fc.record({ color: fc.integer({ min: 0, max: 255 }), alpha: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(shade, shade, (top, under) => {
        const premultiplied = ({ color, alpha }: typeof top) => {
          const value = Math.round((color * alpha) / 255);
          return (alpha << 24) | (value << 16) | (value << 8) | value;
        };
        const mixed = Int32Array.of(compositeOver(premultiplied(top), premultiplied(under)));
        unpremultiply(mixed);
        const rest = 1 - top.alpha / 255;
        const alpha = top.alpha + under.alpha * rest;
        const color = (top.color * top.alpha + under.color * under.alpha * rest) / alpha;
        expect(Math.abs((mixed[0]! >>> 24) - alpha)).toBeLessThan(2);
        // A channel is known to one part in alpha.
        for (const shift of [0, 8, 16]) {
          expect(Math.abs(((mixed[0]! >>> shift) & 255) - color)).toBeLessThan(2 + (2 * 255) / alpha);
        }
      }),
    );
  });
});

describe('the size of a paper', () => {
  it('shrinks with their number, grows with the zoom, and has bounds', () => {
    expect(pointRadius(326, 900, 1)).toBeGreaterThan(pointRadius(9876, 900, 1));
    expect(pointRadius(9876, 900, 8)).toBeGreaterThan(pointRadius(9876, 900, 1));
    expect(pointRadius(1e6, 900, 0.5)).toBeGreaterThanOrEqual(0.5);
    expect(pointRadius(0, 900, 60)).toBeLessThanOrEqual(9);
  });
});
