import type { Transform } from '../camera.ts';

/**
 * A buffer of pixels that dots are stamped into. While it is drawn its colors are premultiplied by alpha, which makes
 * mixing two of them a few whole-number operations; a canvas wants them plain, so they are divided once, at the end.
 * A rim of spare pixels around it saves every dot from being cut at the edges.
 */

export interface Raster {
  /** Premultiplied RGBA, little-endian: alpha in the highest byte. */
  pixels: Int32Array;
  /** Pixels a line. */
  stride: number;
  /** Spare pixels on each side: twice as many as a dot reaches, so that one centered just out of sight stays within. */
  spare: number;
  /** What is seen. */
  width: number;
  height: number;
}

/** 255 / alpha in 1/65536. */
const inverse = Uint32Array.from({ length: 256 }, (_, alpha) => (alpha === 0 ? 0 : Math.round((255 * 65536) / alpha)));

/** From premultiplied to plain colors, in place. No channel is larger than its alpha, so none becomes larger than 255. */
export function divideByAlpha(pixels: Int32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel === 0) continue;
    const alpha = pixel >>> 24;
    if (alpha === 255) continue;
    const by = inverse[alpha]!;
    const red = ((pixel & 255) * by + 32768) >>> 16;
    const green = (((pixel >>> 8) & 255) * by + 32768) >>> 16;
    const blue = (((pixel >>> 16) & 255) * by + 32768) >>> 16;
    pixels[i] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
}

/**
 * Papers as dots, stamped into a raster: on a machine without a GPU this is many times faster than filling circles on a
 * canvas. A stamp is a dot drawn once per color and per sixteenth of a pixel, so that dots glide instead of jumping from
 * pixel to pixel; what is kept of it are the pixels it touches.
 */

/** Dots of a size: the fill, a rim in the background's color that keeps neighbors apart, and how solid both are. */
export interface DotStyle {
  /** In device pixels. */
  radius: number;
  rim: number;
  /** 0–255. */
  alpha: number;
}

/** Places in world units, and each one's color: a number in the stamps' list. */
export interface Dots {
  x: Float32Array;
  y: Float32Array;
  color: Uint8Array;
  /** Only dots are drawn whose entry here is `wanted`; null: all are. */
  mask: Uint8Array | null;
  wanted: number;
}

const STEPS = 4;
const PHASES = STEPS * STEPS;

export interface Stamps {
  /** For each phase the pixels a dot touches, as steps in the raster from the pixel its center is in. */
  steps: Int32Array;
  touched: Uint16Array;
  /** For each color and phase those pixels' colors, premultiplied. */
  colors: Int32Array;
  /** Entries a phase. */
  room: number;
  /** Pixels from the one of the center to the farthest. */
  reach: number;
}

/** How much of a pixel at some distance from the center a dot covers, 0–1. */
const cover = (radius: number, distance: number) => Math.min(1, Math.max(0, radius + 0.5 - distance));

/** @param colors opaque pixels, as ImageData has them */
export function createStamps(style: DotStyle, colors: Uint32Array, rim: number, stride: number): Stamps {
  const reach = Math.ceil(style.radius + style.rim + 1);
  const room = (2 * reach + 1) ** 2;
  const steps = new Int32Array(PHASES * room);
  const touched = new Uint16Array(PHASES);
  const whole = new Float32Array(PHASES * room);
  const inner = new Float32Array(PHASES * room);
  for (let phase = 0; phase < PHASES; phase++) {
    const centerX = (Math.floor(phase / STEPS) + 0.5) / STEPS;
    const centerY = ((phase % STEPS) + 0.5) / STEPS;
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const distance = Math.hypot(x + 0.5 - centerX, y + 0.5 - centerY);
        const alpha = (cover(style.radius + style.rim, distance) * style.alpha) / 255;
        if (alpha < 1 / 255) continue;
        const at = phase * room + touched[phase]!++;
        steps[at] = y * stride + x;
        whole[at] = alpha;
        inner[at] = style.rim > 0 ? cover(style.radius, distance) : 1;
      }
    }
  }
  const made = new Int32Array(colors.length * PHASES * room);
  colors.forEach((color, index) => {
    const channel = (shift: number, at: number) =>
      Math.round((((color >>> shift) & 255) * inner[at]! + ((rim >>> shift) & 255) * (1 - inner[at]!)) * whole[at]!);
    for (let phase = 0; phase < PHASES; phase++) {
      for (let i = 0; i < touched[phase]!; i++) {
        const at = phase * room + i;
        made[index * PHASES * room + at] =
          (Math.round(whole[at]! * 255) << 24) | (channel(16, at) << 16) | (channel(8, at) << 8) | channel(0, at);
      }
    }
  });
  return { steps, touched, colors: made, room, reach };
}

/** `top` over `under`, both premultiplied. */
export function over(top: number, under: number): number {
  const rest = 256 - (top >>> 24);
  const low = (Math.imul(under & 0xff00ff, rest) >>> 8) & 0xff00ff;
  const high = Math.imul((under >>> 8) & 0xff00ff, rest) & 0xff00ff00;
  return (top + low + high) | 0;
}

/**
 * Stamps dots into the raster, in their order.
 *
 * @param runs from and to of what may be in sight, flat
 * @param transform from the world to device pixels
 */
export function drawDots(raster: Raster, dots: Dots, runs: Uint32Array, transform: Transform, stamps: Stamps): void {
  const { pixels, stride, spare } = raster;
  const { x, y, color, mask, wanted } = dots;
  const { steps, touched, colors, room } = stamps;
  const { k } = transform;
  const shiftX = transform.x + spare;
  const shiftY = transform.y + spare;
  const least = spare - stamps.reach;
  const right = raster.width + spare + stamps.reach;
  const bottom = raster.height + spare + stamps.reach;
  for (let run = 0; run < runs.length; run += 2) {
    const end = runs[run + 1]!;
    for (let i = runs[run]!; i < end; i++) {
      if (mask !== null && mask[i] !== wanted) continue;
      const px = x[i]! * k + shiftX;
      const py = y[i]! * k + shiftY;
      if (!(px >= least && py >= least && px < right && py < bottom)) continue;
      const column = px | 0;
      const line = py | 0;
      const phase = (((px - column) * STEPS) | 0) * STEPS + (((py - line) * STEPS) | 0);
      const center = line * stride + column;
      const from = phase * room;
      const paint = color[i]! * PHASES * room;
      for (let at = from, last = from + touched[phase]!; at < last; at++) {
        const to = center + steps[at]!;
        const top = colors[paint + at]!;
        const under = pixels[to]!;
        pixels[to] = under === 0 || top >>> 24 === 255 ? top : over(top, under);
      }
    }
  }
}
