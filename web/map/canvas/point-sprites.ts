/**
 * Draws papers as points into a pixel buffer. Without a GPU this is many times as fast as filling circles on a canvas. Each point is
 * a sprite that was drawn once per color and per sixteenth of a pixel, so that points move smoothly when the map pans; of a sprite
 * only the pixels that it touches are stored.
 */
import type { Transform } from '../camera.ts';

/**
 * A pixel buffer with padding, so that points at the edges need no clipping. While points are drawn its colors are premultiplied by
 * alpha, so that blending two of them takes a few integer operations; ImageData wants them straight: see `unpremultiply`.
 */
export interface Raster {
  /** RGBA, little-endian: alpha is the highest byte. */
  pixels: Int32Array;
  /** Pixels per row. */
  stride: number;
  /** On each side: twice as much as a point reaches, so that a point centered just outside of the visible part stays inside. */
  padding: number;
  /** Size of the visible part. */
  width: number;
  height: number;
}

/** Lengths in device pixels. */
export interface PointStyle {
  radius: number;
  /** Width of a ring in the background's color, which separates neighboring points. */
  rim: number;
  /** From 0 to 255. */
  alpha: number;
}

/** Positions in world coordinates, and the color index of each. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  color: Uint8Array;
  /** Only points whose mask has the value `maskValue` are drawn; null: all. */
  mask: Uint8Array | null;
  maskValue: number;
}

/** Positions within a pixel that have sprites of their own. */
const PHASES_PER_AXIS = 4;
const PHASES = PHASES_PER_AXIS ** 2;

export interface PointSprites {
  /** For each phase, the pixels that a point touches: indices in the raster relative to the pixel of its center. */
  offsets: Int32Array;
  /** The number of those pixels, by phase. */
  pixelCounts: Uint16Array;
  /** For each color and phase, the premultiplied colors of those pixels. */
  colors: Int32Array;
  /** Entries per phase. */
  stride: number;
  /** Pixels from the center's to the farthest. */
  reach: number;
}

/** How much of a pixel a disc covers, from 0 to 1, by the distance of their centers. */
const coverage = (radius: number, distance: number) => Math.min(1, Math.max(0, radius + 0.5 - distance));

/**
 * @param colors opaque pixels, as in ImageData
 * @param rim the color of the rim
 * @param rasterStride of the raster that they are drawn into
 */
export function createPointSprites(
  style: PointStyle,
  colors: Uint32Array,
  rim: number,
  rasterStride: number,
): PointSprites {
  const reach = Math.ceil(style.radius + style.rim + 1);
  const stride = (2 * reach + 1) ** 2;
  const offsets = new Int32Array(PHASES * stride);
  const pixelCounts = new Uint16Array(PHASES);
  const alphas = new Float32Array(PHASES * stride);
  /** How much of a pixel's color is the fill's, not the rim's. */
  const fills = new Float32Array(PHASES * stride);
  for (let phase = 0; phase < PHASES; phase++) {
    const centerX = (Math.floor(phase / PHASES_PER_AXIS) + 0.5) / PHASES_PER_AXIS;
    const centerY = ((phase % PHASES_PER_AXIS) + 0.5) / PHASES_PER_AXIS;
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const distance = Math.hypot(x + 0.5 - centerX, y + 0.5 - centerY);
        const alpha = (coverage(style.radius + style.rim, distance) * style.alpha) / 255;
        if (alpha < 1 / 255) continue;
        const entry = phase * stride + pixelCounts[phase]++;
        offsets[entry] = y * rasterStride + x;
        alphas[entry] = alpha;
        fills[entry] = style.rim > 0 ? coverage(style.radius, distance) : 1;
      }
    }
  }
  const spriteColors = new Int32Array(colors.length * PHASES * stride);
  colors.forEach((color, index) => {
    const channel = (shift: number, entry: number) => {
      const fill = ((color >>> shift) & 255) * fills[entry] + ((rim >>> shift) & 255) * (1 - fills[entry]);
      return Math.round(fill * alphas[entry]);
    };
    for (let phase = 0; phase < PHASES; phase++) {
      for (let i = 0; i < pixelCounts[phase]; i++) {
        const entry = phase * stride + i;
        spriteColors[index * PHASES * stride + entry] =
          (Math.round(alphas[entry] * 255) << 24) |
          (channel(16, entry) << 16) |
          (channel(8, entry) << 8) |
          channel(0, entry);
      }
    }
  });
  return { offsets, pixelCounts, colors: spriteColors, stride, reach };
}

/**
 * Draws points into a raster, in their order.
 *
 * @param ranges from and to of the points that may be visible, flat
 * @param transform from world coordinates to device pixels
 */
export function drawPoints(
  raster: Raster,
  points: Points,
  ranges: Uint32Array,
  transform: Transform,
  sprites: PointSprites,
): void {
  const { pixels, stride, padding } = raster;
  const { x, y, color, mask, maskValue } = points;
  const { offsets, pixelCounts, colors, stride: spriteStride } = sprites;
  const { k } = transform;
  const shiftX = transform.x + padding;
  const shiftY = transform.y + padding;
  const min = padding - sprites.reach;
  const maxX = raster.width + padding + sprites.reach;
  const maxY = raster.height + padding + sprites.reach;
  for (let range = 0; range < ranges.length; range += 2) {
    const end = ranges[range + 1];
    for (let i = ranges[range]; i < end; i++) {
      if (mask !== null && mask[i] !== maskValue) continue;
      const px = x[i] * k + shiftX;
      const py = y[i] * k + shiftY;
      if (!(px >= min && py >= min && px < maxX && py < maxY)) continue;
      const column = px | 0;
      const row = py | 0;
      const phase = (((px - column) * PHASES_PER_AXIS) | 0) * PHASES_PER_AXIS + (((py - row) * PHASES_PER_AXIS) | 0);
      const center = row * stride + column;
      const first = phase * spriteStride;
      const colorStart = color[i] * PHASES * spriteStride;
      for (let entry = first, last = first + pixelCounts[phase]; entry < last; entry++) {
        const target = center + offsets[entry];
        const top = colors[colorStart + entry];
        const under = pixels[target];
        pixels[target] = under === 0 || top >>> 24 === 255 ? top : compositeOver(top, under);
      }
    }
  }
}

/** `top` over `under`, both premultiplied (Porter and Duff, 1984). Two channels are computed at once. */
export function compositeOver(top: number, under: number): number {
  const rest = 256 - (top >>> 24);
  const redBlue = (Math.imul(under & 0xff00ff, rest) >>> 8) & 0xff00ff;
  const greenAlpha = Math.imul((under >>> 8) & 0xff00ff, rest) & 0xff00ff00;
  return (top + redBlue + greenAlpha) | 0;
}

/** 255 / alpha in units of 1/65536. */
const inverseAlpha = Uint32Array.from({ length: 256 }, (_, alpha) =>
  alpha === 0 ? 0 : Math.round((255 * 65536) / alpha),
);

/** Turns premultiplied colors into straight ones, in place. No channel exceeds its alpha, so none becomes larger than 255. */
export function unpremultiply(pixels: Int32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i];
    if (pixel === 0) continue;
    const alpha = pixel >>> 24;
    if (alpha === 255) continue;
    const factor = inverseAlpha[alpha];
    const red = ((pixel & 255) * factor + 32768) >>> 16;
    const green = (((pixel >>> 8) & 255) * factor + 32768) >>> 16;
    const blue = (((pixel >>> 16) & 255) * factor + 32768) >>> 16;
    pixels[i] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
}
