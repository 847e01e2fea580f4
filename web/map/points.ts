/**
 * Papers as dots, stamped into a pixel buffer: on a machine without a GPU this is many times faster than filling
 * circles on a canvas. A stamp is a dot drawn once per colour and per sixteenth of a pixel, so that dots glide instead
 * of jumping from pixel to pixel.
 */
import type { Transform } from './camera.ts';

/** Dots of a size: the fill, a rim in the background's colour that keeps neighbours apart, and how solid both are. */
export interface DotStyle {
  /** In device pixels. */
  radius: number;
  rim: number;
  /** 0–255. */
  alpha: number;
}

/** RGBA without premultiplied alpha, as ImageData has it, read as little-endian numbers. */
export interface Raster {
  pixels: Uint32Array;
  width: number;
  height: number;
}

const STEPS = 4;

/** A square of pixels, `side` wide, of a dot whose centre lies (sx, sy) beyond the middle pixel's corner. */
function stamp(style: DotStyle, fill: number, rim: number, sx: number, sy: number, side: number): Uint32Array {
  const out = new Uint32Array(side * side);
  const half = side >> 1;
  const channel = (shift: number, part: number) =>
    Math.round(((fill >>> shift) & 255) * part + ((rim >>> shift) & 255) * (1 - part));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x + 0.5 - half - sx, y + 0.5 - half - sy);
      const whole = Math.min(1, Math.max(0, style.radius + style.rim + 0.5 - distance));
      if (whole === 0) continue;
      const inner = style.rim > 0 ? Math.min(1, Math.max(0, style.radius + 0.5 - distance)) : 1;
      const alpha = Math.round(whole * style.alpha);
      out[y * side + x] =
        ((alpha << 24) | (channel(16, inner) << 16) | (channel(8, inner) << 8) | channel(0, inner)) >>> 0;
    }
  }
  return out;
}

/** `top` over `under`, both without premultiplied alpha. */
export function over(top: number, under: number): number {
  const a = top >>> 24;
  if (a === 255 || under === 0) return top;
  const rest = ((under >>> 24) * (255 - a)) / 255;
  const sum = a + rest;
  const mix = (shift: number) => (((top >>> shift) & 255) * a + ((under >>> shift) & 255) * rest) / sum;
  return ((Math.round(sum) << 24) | (Math.round(mix(16)) << 16) | (Math.round(mix(8)) << 8) | Math.round(mix(0))) >>> 0;
}

/** Stamps of one style, made when first needed. `colours` are opaque pixels. */
export function createStamps(style: DotStyle, colours: Uint32Array, rim: number) {
  const side = 2 * Math.ceil(style.radius + style.rim + 1.25);
  const made: (Uint32Array | undefined)[] = new Array(colours.length * STEPS * STEPS);
  return {
    side,
    at(colour: number, stepX: number, stepY: number): Uint32Array {
      const key = (colour * STEPS + stepX) * STEPS + stepY;
      made[key] ??= stamp(style, colours[colour]!, rim, stepX / STEPS, stepY / STEPS, side);
      return made[key]!;
    },
  };
}

export type Stamps = ReturnType<typeof createStamps>;

/** Stamps rows of the columns into the raster. `transform` maps the columns to device pixels. */
export function drawPoints(
  raster: Raster,
  rows: Uint32Array,
  columns: { x: Float32Array; y: Float32Array; colour: Uint8Array },
  transform: Transform,
  stamps: Stamps,
): void {
  const { pixels, width, height } = raster;
  const { side } = stamps;
  const half = side >> 1;
  for (const row of rows) {
    const x = columns.x[row]! * transform.k + transform.x;
    const y = columns.y[row]! * transform.k + transform.y;
    if (x < -half || y < -half || x > width + half || y > height + half) continue;
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dot = stamps.at(columns.colour[row]!, Math.floor((x - left) * STEPS), Math.floor((y - top) * STEPS));
    const fromX = Math.max(0, half - left);
    const toX = Math.min(side, width - left + half);
    const fromY = Math.max(0, half - top);
    const toY = Math.min(side, height - top + half);
    for (let dy = fromY; dy < toY; dy++) {
      let from = dy * side + fromX;
      let to = (top - half + dy) * width + left - half + fromX;
      for (let dx = fromX; dx < toX; dx++, from++, to++) {
        const colour = dot[from]!;
        if (colour === 0) continue;
        const under = pixels[to]!;
        pixels[to] = under === 0 ? colour : over(colour, under);
      }
    }
  }
}
