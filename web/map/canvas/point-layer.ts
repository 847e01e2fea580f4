/**
 * Draws the papers of a frame into a pixel buffer and from there onto the canvas. On a screen with several device pixels per CSS
 * pixel, if drawing is slow, they are drawn at one pixel per CSS pixel while the map moves.
 */
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import type { MapPapers } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';
import {
  createPointSprites,
  drawPoints,
  type PointSprites,
  type PointStyle,
  type Raster,
  unpremultiply,
} from './point-sprites.ts';
import type { PointEmphasis, PointRadii } from './point-styles.ts';

/** The largest radius of a point with its rim, in CSS pixels. */
const REACH = 14;
/** The opacity of all dimmed papers together where they overlap, from 0 to 1. */
const DIMMED_OPACITY = 0.15;
/** Alpha of a single dimmed paper, from 0 to 255. Below the minimum its color would be lost in rounding: it is not drawn. */
const MIN_DIMMED_ALPHA = 5;
const MAX_DIMMED_ALPHA = { light: 46, dark: 58 } as const;
/** Cached sprites: zooming needs a few new ones at each step. */
const MAX_SPRITES = 24;
/** Drawing that takes longer leaves too little time for the rest of a frame, in milliseconds. */
const SLOW_MS = 6;
/** Frames whose time is remembered. The fastest counts: others were slowed by something else. */
const TIMED_FRAMES = 4;

export interface PointColors {
  /** By row, an index into `colors`. */
  colorIndex: Uint8Array;
  /** Opaque pixels, as in ImageData. */
  colors: Uint32Array;
  /** The color of the background, as such a pixel. */
  rim: number;
}

interface PixelBuffer {
  /** Device pixels per CSS pixel. */
  ratio: number;
  raster: Raster;
  /** Shares its memory with the raster. */
  image: ImageData;
}

function createPixelBuffer(width: number, height: number, ratio: number): PixelBuffer {
  const padding = Math.ceil(2 * REACH * ratio);
  const stride = width + 2 * padding;
  const image = new ImageData(stride, height + 2 * padding);
  return { ratio, image, raster: { pixels: new Int32Array(image.data.buffer), stride, padding, width, height } };
}

/** The area that a point covers, in CSS pixels. Its soft edge is one device pixel wide: with fewer of them it covers more. */
const coveredArea = (radius: number, ratio: number) => Math.PI * (radius ** 2 + 1 / 12 / ratio ** 2);

/** The alpha of a dimmed paper, from 0 to 255, so that `overlap` papers on top of each other are faint together. */
function dimmedAlpha(theme: Theme, overlap: number): number {
  const alpha = 255 * (1 - (1 - DIMMED_OPACITY) ** (1 / overlap));
  return alpha < MIN_DIMMED_ALPHA ? 0 : Math.min(MAX_DIMMED_ALPHA[theme], alpha);
}

export function createPointLayer(context: CanvasRenderingContext2D, papers: MapPapers, index: SpatialIndex) {
  const size = { width: 1, height: 1 };
  let full = createPixelBuffer(1, 1, 1);
  /** With one pixel per CSS pixel; created when it is needed. */
  let coarse: PixelBuffer | null = null;
  let frameTimes: number[] = [];
  let colors: PointColors = { colorIndex: papers.color, colors: new Uint32Array(256), rim: 0 };
  let orderedColors = index.toIndexOrder(colors.colorIndex);
  let spriteCache = new Map<string, PointSprites>();

  const bufferWith = (ratio: number) =>
    createPixelBuffer(Math.max(1, Math.round(size.width * ratio)), Math.max(1, Math.round(size.height * ratio)), ratio);

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
      (-REACH - x) / k,
      (-REACH - y) / k,
      (raster.width / ratio + REACH - x) / k,
      (raster.height / ratio + REACH - y) / k,
    );
    // 0: small points without a rim form a haze that is denser where there are many; 1: each large point has an edge of its own.
    const separation = Math.min(1, Math.max(0, radii.normal - 1.75));
    // How many points overlap on average. If many do, each is translucent, so that density remains visible.
    const { halfWidth, halfHeight } = papers.world;
    const overlap = (3 * apparentCount * radii.normal ** 2) / Math.max(1, 4 * halfWidth * halfHeight * k * k);
    // Radii and rims in eighths of a pixel, so that sprites are reused. A coarse buffer gets the same total opacity as a full one.
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
    raster.pixels.fill(0);
    if (isDimmed) {
      const radius = radii.base * 0.85;
      const alpha = dimmedAlpha(theme, (coveredArea(radius, full.ratio) * index.density) / k ** 2);
      drawPoints(raster, { ...all, mask: dimmed, maskValue: 1 }, ranges, deviceTransform, sprites(radius, 0, alpha));
    }
    if (!isDimmed || dimmed !== null) {
      const alpha = Math.round((190 + 50 * separation) / Math.max(1, overlap ** 0.8));
      const normal = sprites(radii.normal, separation * 0.9, alpha);
      drawPoints(raster, { ...all, mask: dimmed, maskValue: 0 }, ranges, deviceTransform, normal);
    }
    if (highlighted.length > 0) {
      const points = {
        x: Float32Array.from(highlighted, (row) => papers.world.x[row]),
        y: Float32Array.from(highlighted, (row) => papers.world.y[row]),
        color: Uint8Array.from(highlighted, (row) => colors.colorIndex[row]),
        mask: null,
        maskValue: 1,
      };
      const every = Uint32Array.of(0, highlighted.length);
      drawPoints(raster, points, every, deviceTransform, sprites(radii.highlighted, 1, 255));
    }
    unpremultiply(raster.pixels);
  };

  return {
    /** @param width of the canvas, in CSS pixels; `ratio`: device pixels per CSS pixel */
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
    /**
     * Replaces the content of the canvas.
     *
     * @returns the canvas's pixels per CSS pixel; fewer than `resize` was given if the map moves and drawing is slow
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
