import { describe, expect, it } from 'vitest';
import { createStamps, drawPoints, over } from '../../web/map/points.ts';
import { pointRadius } from '../../web/map/scales.ts';

const RED = 0xff0000ff;
const GREEN = 0xff00ff00;
const WHITE = 0xffffffff;

function draw(places: [number, number][], style = { radius: 3, rim: 0, alpha: 255 }) {
  const raster = { pixels: new Uint32Array(20 * 20), width: 20, height: 20 };
  const columns = {
    x: Float32Array.from(places, (p) => p[0]),
    y: Float32Array.from(places, (p) => p[1]),
    colour: Uint8Array.from(places, (_, i) => i % 2),
  };
  const stamps = createStamps(style, Uint32Array.of(RED, GREEN), WHITE);
  drawPoints(raster, Uint32Array.from(places.keys()), columns, { x: 0, y: 0, k: 1 }, stamps);
  return { ...raster, at: (x: number, y: number) => raster.pixels[y * 20 + x]! };
}

/** Pixels' worth of colour: how much of the raster the dots cover. */
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
      expect(Math.abs(cover(draw([corner]).pixels) - whole / 4)).toBeLessThan(0.5);
    }
    expect(
      cover(
        draw([
          [-50, 10],
          [10, 900],
          [Number.NaN, 3],
        ]).pixels,
      ),
    ).toBe(0);
  });

  it('mix as paint does', () => {
    expect(over(0x800000ff, 0)).toBe(0x800000ff);
    expect(over(GREEN, RED)).toBe(GREEN);
    expect(over(0x8000ff00, RED)).toBe(0xff00807f);
  });
});

describe('the size of a paper', () => {
  it('shrinks with their number, grows with the zoom, and has bounds', () => {
    expect(pointRadius(326, 900, 1)).toBeGreaterThan(pointRadius(9876, 900, 1));
    expect(pointRadius(9876, 900, 8)).toBeGreaterThan(pointRadius(9876, 900, 1));
    expect(pointRadius(1e6, 900, 0.5)).toBeGreaterThanOrEqual(0.75);
    expect(pointRadius(0, 900, 60)).toBeLessThanOrEqual(9);
  });
});
