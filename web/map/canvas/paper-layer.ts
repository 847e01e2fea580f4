/**
 * The papers of one frame, into a buffer of pixels and from there onto a canvas. Where a device has several pixels to one
 * of the page and that takes long, they are drawn with one pixel to one and stretched while the map moves.
 */
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import type { PointIndex } from '../interaction/point-index.ts';
import type { Papers } from '../scene.ts';
import { createStamps, type DotStyle, divideByAlpha, drawDots, type Raster, type Stamps } from './dots.ts';
import type { Layers } from './layers.ts';
import type { Radii } from './scales.ts';

/** A dot and its rim reach no further, in CSS pixels. */
const REACH = 14;
/** How solid dimmed papers are together, 0–1, where papers crowd. */
const DIM = 0.15;
/** Fainter dots would lose their color in rounding: where so many crowd, the ground alone tells of them. */
const LEAST_ALPHA = 5;
const STAMPS_KEPT = 24;
/** What leaves time for the rest of a frame, in milliseconds. */
const QUICK_MS = 6;
/** Full frames that are remembered: the quickest tells what they take when nothing else goes on. */
const REMEMBERED = 4;

export interface Paint {
  /** By row, a number in `colors`. */
  column: Uint8Array;
  /** Opaque pixels, as ImageData has them. */
  colors: Uint32Array;
  /** Of the ground, as such a pixel. */
  rim: number;
}

/** Pixels, and how many of them go into one of the page either way. */
interface Sheet {
  ratio: number;
  raster: Raster;
  image: ImageData;
}

function createSheet(width: number, height: number, ratio: number): Sheet {
  const spare = Math.ceil(2 * REACH * ratio);
  const stride = width + 2 * spare;
  const image = new ImageData(stride, height + 2 * spare);
  return { ratio, image, raster: { pixels: new Int32Array(image.data.buffer), stride, spare, width, height } };
}

/** Ground that a dot covers with some pixels to one of the page: fewer have a wider soft edge. */
const covering = (radius: number, ratio: number) => Math.PI * (radius ** 2 + 1 / 12 / ratio ** 2);

/** How solid a dimmed paper is, 0–255, where so many dots lie over each other: together they are faint too. */
function dimAlpha(theme: Theme, over: number): number {
  const alpha = 255 * (1 - (1 - DIM) ** (1 / over));
  return alpha < LEAST_ALPHA ? 0 : Math.min(theme === 'light' ? 46 : 58, alpha);
}

export function createPaperLayer(context: CanvasRenderingContext2D, papers: Papers, index: PointIndex) {
  let fine = createSheet(1, 1, 1);
  let coarse: Sheet | null = null;
  let taken: number[] = [];
  let paint: Paint = { column: papers.color, colors: new Uint32Array(256), rim: 0 };
  let color = index.ordered(paint.column);
  let stamps = new Map<string, Stamps>();

  const stampsFor = (style: DotStyle, { stride }: Raster): Stamps => {
    const key = `${style.radius}/${style.rim}/${style.alpha}/${stride}`;
    let found = stamps.get(key);
    if (!found) {
      if (stamps.size >= STAMPS_KEPT) stamps = new Map();
      found = createStamps(style, paint.colors, paint.rim, stride);
      stamps.set(key, found);
    }
    return found;
  };

  /** Puts the papers into a sheet. */
  const fill = (
    sheet: Sheet,
    transform: Transform,
    { isDimmed, dimmed, crowd, lit }: Layers,
    radii: Radii,
    theme: Theme,
  ) => {
    const { raster, ratio } = sheet;
    const { x, y, k } = transform;
    const device = { x: x * ratio, y: y * ratio, k: k * ratio };
    const inSight = index.runs(
      (-REACH - x) / k,
      (-REACH - y) / k,
      (raster.width / ratio + REACH - x) / k,
      (raster.height / ratio + REACH - y) / k,
    );
    // From afar dots are a haze that thickens where they are many; from close by each has an edge of its own.
    const near = Math.min(1, Math.max(0, radii.plain - 1.75));
    // How often dots cover the same ground: where it is often, each is faint, and the crowd is still seen as one.
    const { halfWidth, halfHeight } = papers.world;
    const covered = (3 * crowd * radii.plain ** 2) / Math.max(1, 4 * halfWidth * halfHeight * k * k);
    const styled = (size: number, rim: number, alpha: number) => {
      const style = {
        radius: Math.round(size * ratio * 8) / 8,
        rim: Math.round(rim * ratio * 8) / 8,
        alpha: Math.round((alpha * covering(size, fine.ratio)) / covering(size, ratio)),
      };
      return stampsFor(style, raster);
    };
    const all = { x: index.x, y: index.y, color };
    raster.pixels.fill(0);
    if (isDimmed) {
      const size = radii.all * 0.85;
      const style = styled(size, 0, dimAlpha(theme, (covering(size, fine.ratio) * index.density) / k ** 2));
      drawDots(raster, { ...all, mask: dimmed, wanted: 1 }, inSight, device, style);
    }
    if (!isDimmed || dimmed !== null) {
      const style = styled(radii.plain, near * 0.9, Math.round((190 + 50 * near) / Math.max(1, covered ** 0.8)));
      drawDots(raster, { ...all, mask: dimmed, wanted: 0 }, inSight, device, style);
    }
    if (lit.length > 0) {
      const own = {
        x: Float32Array.from(lit, (row) => papers.world.x[row]!),
        y: Float32Array.from(lit, (row) => papers.world.y[row]!),
        color: Uint8Array.from(lit, (row) => paint.column[row]!),
      };
      const style = styled(radii.lit, 1, 255);
      drawDots(raster, { ...own, mask: null, wanted: 1 }, Uint32Array.of(0, lit.length), device, style);
    }
    divideByAlpha(raster.pixels);
  };

  const size = { width: 1, height: 1 };
  const sheetOf = (ratio: number) =>
    createSheet(Math.max(1, Math.round(size.width * ratio)), Math.max(1, Math.round(size.height * ratio)), ratio);

  return {
    /** Takes the canvas's size in CSS pixels, and how many of its own go into one. */
    resize(width: number, height: number, ratio: number) {
      Object.assign(size, { width, height });
      fine = sheetOf(ratio);
      coarse = null;
      taken = [];
      stamps.clear();
    },
    recolor(next: Paint) {
      if (next.column !== paint.column) color = index.ordered(next.column);
      paint = next;
      stamps.clear();
    },
    /**
     * Replaces what is on the canvas.
     *
     * @returns how many of the canvas's pixels go into one of the page: fewer than there could be while the map moves
     */
    draw(transform: Transform, layers: Layers, radii: Radii, theme: Theme, isMoving: boolean): number {
      const isCoarse = isMoving && fine.ratio > 1 && Math.min(...taken) > QUICK_MS;
      if (isCoarse) coarse ??= sheetOf(1);
      const sheet = isCoarse && coarse ? coarse : fine;
      const started = performance.now();
      fill(sheet, transform, layers, radii, theme);
      if (sheet === fine) taken = [performance.now() - started, ...taken].slice(0, REMEMBERED);
      const { canvas } = context;
      const { width, height, spare } = sheet.raster;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.putImageData(sheet.image, -spare, -spare);
      return sheet.ratio;
    },
  };
}
