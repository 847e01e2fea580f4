/**
 * Draws the papers of a frame into a pixel buffer and from there onto the canvas. If drawing is slow and a CSS pixel
 * has several device pixels, papers are drawn with one pixel per CSS pixel while the map moves.
 */
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import type { MapPapers } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';
import { type PointSizes, sizedRadius } from './point-sizes.ts';
import type { PointEmphasis, PointRadii } from './point-styles.ts';

// Without a GPU, writing points into a pixel buffer is many times as fast as filling circles on a canvas. Each point is
// a copy of a sprite, which is drawn once for each color and for each of 16 positions within a pixel, so that points
// move smoothly when the map pans. Of a sprite only the pixels that the point touches are stored.

/**
 * A pixel buffer with padding, so that points at the edges need no clipping. While points are drawn, its colors are
 * premultiplied by alpha, so that blending two of them takes a few integer operations. ImageData needs colors that are
 * not premultiplied: see `unpremultiply`.
 */
export interface Raster {
  /** RGBA, little-endian: alpha is the highest byte. */
  pixels: Int32Array;
  /** Pixels per row, including the padding. */
  stride: number;
  /**
   * Pixels that are added on each side: twice the reach of a point, so that a point centered just outside of the
   * visible part stays inside the buffer.
   */
  padding: number;
  /** Size of the visible part, in pixels. */
  width: number;
  height: number;
}

/** How points look. Lengths are in device pixels. */
export interface PointStyle {
  radius: number;
  /** Width of a ring in the background's color, which separates neighboring points. */
  rim: number;
  /** Opacity, from 0 to 255. */
  alpha: number;
}

/** Points to be drawn: positions in world coordinates, and an index into the colors for each. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  color: Uint8Array;
  /** Only points whose mask has the value `maskValue` are drawn; null: all. */
  mask: Uint8Array | null;
  maskValue: number;
}

/**
 * The centers of points are rounded to this many positions per axis within a pixel. Each of these positions is a phase,
 * for which there is a separate sprite.
 */
const PHASES_PER_AXIS = 4;
const PHASES = PHASES_PER_AXIS ** 2;

export interface PointSprites {
  /**
   * For each phase (position within a pixel), the pixels that a point touches, as indices in the raster relative to the
   * pixel of the point's center.
   */
  offsets: Int32Array;
  /** For each phase (position within a pixel), the number of pixels that a point touches. */
  pixelCounts: Uint16Array;
  /**
   * For each color and phase (position within a pixel), the premultiplied colors of the pixels that a point touches.
   */
  colors: Int32Array;
  /** Entries of `offsets` per phase, including unused ones. */
  stride: number;
  /** How many pixels a sprite extends from the pixel of its center in each direction. */
  reach: number;
}

/** The fraction of a pixel that a disc covers, from 0 to 1, approximated by the distance between their centers. */
const coverage = (radius: number, distance: number) => Math.min(1, Math.max(0, radius + 0.5 - distance));

/**
 * Draws the sprites of a point style, for every color and every phase (position within a pixel).
 *
 * @param colors packed as opaque pixels of ImageData
 * @param rim the color of the rim, packed in the same way
 * @param rasterStride the stride of the raster into which the sprites will be copied
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
  /** The fraction of each pixel's color that comes from the fill; the rest comes from the rim. */
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
 * @param ranges index ranges of the points that may be visible, as alternating start and end
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

/**
 * The color `top` drawn over the color `under`, both premultiplied (Porter and Duff, 1984). Two channels are computed
 * at once.
 */
export function compositeOver(top: number, under: number): number {
  const rest = 256 - (top >>> 24);
  const redBlue = (Math.imul(under & 0xff00ff, rest) >>> 8) & 0xff00ff;
  const greenAlpha = Math.imul((under >>> 8) & 0xff00ff, rest) & 0xff00ff00;
  return (top + redBlue + greenAlpha) | 0;
}

/** For each alpha the factor 255 / alpha, in units of 1/65536. */
const inverseAlpha = Uint32Array.from({ length: 256 }, (_, alpha) =>
  alpha === 0 ? 0 : Math.round((255 * 65536) / alpha),
);

/**
 * Divides premultiplied colors by their alpha, in place. No channel exceeds its alpha, so none becomes larger than 255.
 */
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

/** The largest radius of a point with its rim, in CSS pixels. */
const REACH = 14;
/** The same if sizes show a number: points that are still larger would hide all others. */
const SIZED_REACH = 24;
/** The total opacity of dimmed papers where they overlap, from 0 to 1. */
const DIMMED_OPACITY = 0.15;
/**
 * The alpha of a single dimmed paper, from 0 to 255, below which it is not drawn, because its color would be lost in
 * rounding.
 */
const MIN_DIMMED_ALPHA = 5;
/** The highest alpha of a single dimmed paper, from 0 to 255. */
const MAX_DIMMED_ALPHA = { light: 46, dark: 58 } as const;
/** Maximum number of cached sets of sprites. Each step of a zoom needs a few new ones. */
const MAX_SPRITES = 48;
/** Drawing papers is slow if it takes longer than this, in milliseconds: too little of a frame's time would be left. */
const SLOW_MS = 6;
/**
 * The number of frames whose drawing times are remembered. The fastest one counts, because others may have been slowed
 * by something else.
 */
const TIMED_FRAMES = 4;

export interface PointColors {
  /** The color of each paper, as an index into `colors`. */
  colorIndex: Uint8Array;
  /** Colors, packed as opaque pixels of ImageData. */
  colors: Uint32Array;
  /** The color of the background, packed as a pixel of ImageData. Points have rims of this color. */
  rim: number;
}

interface PixelBuffer {
  /** Device pixels per CSS pixel. */
  ratio: number;
  raster: Raster;
  /** An image that shares its memory with the raster. */
  image: ImageData;
}

function createPixelBuffer(width: number, height: number, ratio: number, reach: number): PixelBuffer {
  const padding = Math.ceil(2 * reach * ratio);
  const stride = width + 2 * padding;
  const image = new ImageData(stride, height + 2 * padding);
  return { ratio, image, raster: { pixels: new Int32Array(image.data.buffer), stride, padding, width, height } };
}

/**
 * The area that a point covers, in square CSS pixels. Its soft edge is one device pixel wide, so it is larger if there
 * are fewer device pixels.
 */
const coveredArea = (radius: number, ratio: number) => Math.PI * (radius ** 2 + 1 / 12 / ratio ** 2);

/** The alpha of a dimmed paper, from 0 to 255, with which even `overlap` papers on top of each other look faint. */
function dimmedAlpha(theme: Theme, overlap: number): number {
  const alpha = 255 * (1 - (1 - DIMMED_OPACITY) ** (1 / overlap));
  return alpha < MIN_DIMMED_ALPHA ? 0 : Math.min(MAX_DIMMED_ALPHA[theme], alpha);
}

export function createPointLayer(context: CanvasRenderingContext2D, papers: MapPapers, index: SpatialIndex) {
  const size = { width: 1, height: 1 };
  let reach = REACH;
  let sizes: PointSizes | null = null;
  /** The size of each paper in index order. */
  let orderedLevels: Uint8Array | null = null;
  /** Sizes together with the mask for which they were made, see `maskOfLevels`. */
  let masked: { mask: Uint8Array | null; levels: Uint8Array } | null = null;
  let full = createPixelBuffer(1, 1, 1, reach);
  /** A buffer with one pixel per CSS pixel; null until it is needed. */
  let coarse: PixelBuffer | null = null;
  let frameTimes: number[] = [];
  let colors: PointColors = { colorIndex: papers.color, colors: new Uint32Array(256), rim: 0 };
  let orderedColors = index.toIndexOrder(colors.colorIndex);
  let spriteCache = new Map<string, PointSprites>();

  const bufferWith = (ratio: number) =>
    createPixelBuffer(
      Math.max(1, Math.round(size.width * ratio)),
      Math.max(1, Math.round(size.height * ratio)),
      ratio,
      reach,
    );

  const spritesFor = (style: PointStyle, { stride }: Raster): PointSprites => {
    const key = `${style.radius}/${style.rim}/${style.alpha}/${stride}`;
    let sprites = spriteCache.get(key);
    if (!sprites) {
      if (spriteCache.size >= MAX_SPRITES) spriteCache = new Map();
      sprites = createPointSprites(style, colors.colors, colors.rim, stride);
      spriteCache.set(key, sprites);
    }
    return sprites;
  };

  /** Masks by size: of a paper twice its level, plus one if `mask` is set. */
  const maskOfLevels = (levels: Uint8Array, mask: Uint8Array | null): Uint8Array => {
    if (masked?.mask !== mask) masked = { mask, levels: levels.map((level, i) => 2 * level + (mask?.[i] ?? 0)) };
    return masked.levels;
  };

  const drawInto = (
    { raster, ratio }: PixelBuffer,
    transform: Transform,
    { isDimmed, dimmed, apparentCount, highlighted }: PointEmphasis,
    radii: PointRadii,
    theme: Theme,
  ) => {
    const { x, y, k } = transform;
    const deviceTransform = { x: x * ratio, y: y * ratio, k: k * ratio };
    const ranges = index.rangesInBox(
      (-reach - x) / k,
      (-reach - y) / k,
      (raster.width / ratio + reach - x) / k,
      (raster.height / ratio + reach - y) / k,
    );
    // How distinct points are: 0 for small points, which have no rim and form a haze that is denser where there are
    // many; 1 for large points, each with a visible edge.
    const separation = Math.min(1, Math.max(0, radii.normal - 1.75));
    // How many points overlap on average. If many do, points are translucent, so that density remains visible.
    const { halfWidth, halfHeight } = papers.world;
    const overlap = (3 * apparentCount * radii.normal ** 2) / Math.max(1, 4 * halfWidth * halfHeight * k * k);
    // Radii and rims are rounded to an eighth of a pixel, so that sprites are reused. Alpha is adjusted so that papers
    // look equally opaque at low and at full resolution.
    const sprites = (radius: number, rim: number, alpha: number) =>
      spritesFor(
        {
          radius: Math.round(radius * ratio * 8) / 8,
          rim: Math.round(rim * ratio * 8) / 8,
          alpha: Math.round((alpha * coveredArea(radius, full.ratio)) / coveredArea(radius, ratio)),
        },
        raster,
      );
    const all = { x: index.x, y: index.y, color: orderedColors };
    /** Draws the papers whose entry in `mask` is `value`, the largest first, so that they do not hide small ones. */
    const drawPapers = (mask: Uint8Array | null, value: 0 | 1, radius: number, rim: number, alpha: number) => {
      if (sizes === null || orderedLevels === null) {
        drawPoints(raster, { ...all, mask, maskValue: value }, ranges, deviceTransform, sprites(radius, rim, alpha));
        return;
      }
      const levels = maskOfLevels(orderedLevels, mask);
      for (let level = sizes.factors.length - 1; level >= 0; level--) {
        const maskValue = 2 * level + (mask === null ? 0 : value);
        const look = sprites(sizedRadius(sizes, level, radius), rim, alpha);
        drawPoints(raster, { ...all, mask: levels, maskValue }, ranges, deviceTransform, look);
      }
    };
    raster.pixels.fill(0);
    if (isDimmed) {
      const radius = radii.base * 0.85;
      const alpha = dimmedAlpha(theme, (coveredArea(radius, full.ratio) * index.density) / k ** 2);
      drawPapers(dimmed, 1, radius, 0, alpha);
    }
    if (!isDimmed || dimmed !== null) {
      const alpha = Math.round((190 + 50 * separation) / Math.max(1, overlap ** 0.8));
      drawPapers(dimmed, 0, radii.normal, separation * 0.9, alpha);
    }
    if (highlighted.length > 0) {
      const levels = sizes && Uint8Array.from(highlighted, (row) => sizes?.level[row] ?? 0);
      const points = {
        x: Float32Array.from(highlighted, (row) => papers.world.x[row]),
        y: Float32Array.from(highlighted, (row) => papers.world.y[row]),
        color: Uint8Array.from(highlighted, (row) => colors.colorIndex[row]),
        mask: levels,
      };
      const every = Uint32Array.of(0, highlighted.length);
      for (let level = (sizes?.factors.length ?? 1) - 1; level >= 0; level--) {
        const radius = sizedRadius(sizes, level, radii.highlighted);
        drawPoints(raster, { ...points, maskValue: level }, every, deviceTransform, sprites(radius, 1, 255));
      }
    }
    unpremultiply(raster.pixels);
  };

  return {
    /**
     * Sets the size of the canvas, in CSS pixels.
     *
     * @param ratio device pixels per CSS pixel
     */
    resize(width: number, height: number, ratio: number) {
      Object.assign(size, { width, height });
      full = bufferWith(ratio);
      coarse = null;
      frameTimes = [];
      spriteCache.clear();
    },
    setColors(next: PointColors) {
      if (next.colorIndex !== colors.colorIndex) orderedColors = index.toIndexOrder(next.colorIndex);
      colors = next;
      spriteCache.clear();
    },
    /** Sets the sizes of papers; null: all have the same. */
    setSizes(next: PointSizes | null) {
      sizes = next;
      orderedLevels = next && index.toIndexOrder(next.level);
      masked = null;
      reach = next ? SIZED_REACH : REACH;
      full = bufferWith(full.ratio);
      coarse = null;
      frameTimes = [];
      spriteCache.clear();
    },
    /**
     * Replaces the content of the canvas by the papers.
     *
     * @returns pixels of the canvas per CSS pixel: fewer than the ratio of `resize` if the map moves and drawing is
     *   slow
     */
    draw(transform: Transform, emphasis: PointEmphasis, radii: PointRadii, theme: Theme, isMoving: boolean): number {
      const isCoarse = isMoving && full.ratio > 1 && Math.min(...frameTimes) > SLOW_MS;
      if (isCoarse) coarse ??= bufferWith(1);
      const buffer = isCoarse && coarse ? coarse : full;
      const started = performance.now();
      drawInto(buffer, transform, emphasis, radii, theme);
      if (buffer === full) frameTimes = [performance.now() - started, ...frameTimes].slice(0, TIMED_FRAMES);
      const { canvas } = context;
      const { width, height, padding } = buffer.raster;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.putImageData(buffer.image, -padding, -padding);
      return buffer.ratio;
    },
  };
}
