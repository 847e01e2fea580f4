/** The papers of one frame, into a buffer of pixels and from there onto a canvas. */
import type { Transform } from './camera.ts';
import { createStamps, type DotStyle, drawDots, type Stamps } from './dots.ts';
import type { Theme } from './palette.ts';
import type { PointIndex } from './point-index.ts';
import { divideByAlpha, type Raster } from './raster.ts';
import type { Layers, Papers } from './scene.ts';

/** A dot and its rim reach no further, in CSS pixels. */
const REACH = 14;
const STAMPS_KEPT = 24;

export interface Paint {
  /** By row, a number in `colours`. */
  column: Uint8Array;
  /** Opaque pixels, as ImageData has them. */
  colours: Uint32Array;
  /** Of the ground, as such a pixel. */
  rim: number;
}

export function createPaperLayer(context: CanvasRenderingContext2D, papers: Papers, index: PointIndex) {
  let ratio = 1;
  let image = context.createImageData(1, 1);
  let raster: Raster = { pixels: new Int32Array(image.data.buffer), stride: 1, spare: 0, width: 1, height: 1 };
  let paint: Paint = { column: papers.colour, colours: new Uint32Array(256), rim: 0 };
  let colour = index.ordered(paint.column);
  let stamps = new Map<string, Stamps>();

  const stampsFor = (style: DotStyle): Stamps => {
    const key = `${style.radius}/${style.rim}/${style.alpha}`;
    let found = stamps.get(key);
    if (!found) {
      if (stamps.size >= STAMPS_KEPT) stamps = new Map();
      found = createStamps(style, paint.colours, paint.rim, raster.stride);
      stamps.set(key, found);
    }
    return found;
  };

  return {
    /** Takes the canvas's size in CSS pixels, and how many of its own go into one. */
    resize(width: number, height: number, pixelRatio: number) {
      ratio = pixelRatio;
      const { canvas } = context;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      const spare = Math.ceil(2 * REACH * ratio);
      const stride = canvas.width + 2 * spare;
      image = context.createImageData(stride, canvas.height + 2 * spare);
      const pixels = new Int32Array(image.data.buffer);
      raster = { pixels, stride, spare, width: canvas.width, height: canvas.height };
      stamps.clear();
    },
    recolour(next: Paint) {
      if (next.column !== paint.column) colour = index.ordered(next.column);
      paint = next;
      stamps.clear();
    },
    /** Replaces what is on the canvas. */
    draw(transform: Transform, { isDimmed, dimmed, lit }: Layers, radius: number, theme: Theme) {
      const { x, y, k } = transform;
      const device = { x: x * ratio, y: y * ratio, k: k * ratio };
      const inSight = index.runs(
        (-REACH - x) / k,
        (-REACH - y) / k,
        (raster.width / ratio + REACH - x) / k,
        (raster.height / ratio + REACH - y) / k,
      );
      // From afar dots are a haze that thickens where they are many; from close by each has an edge of its own.
      const near = Math.min(1, Math.max(0, radius - 1.75));
      // How often dots cover the same ground: where it is often, each is faint, and the crowd is still seen as one.
      const { n, halfWidth, halfHeight } = papers.world;
      const crowd = (3 * n * radius * radius) / Math.max(1, 4 * halfWidth * halfHeight * k * k);
      const styled = (size: number, rim: number, alpha: number) =>
        stampsFor({ radius: Math.round(size * ratio * 8) / 8, rim: Math.round(rim * ratio * 8) / 8, alpha });
      const all = { x: index.x, y: index.y, colour };
      raster.pixels.fill(0);
      if (isDimmed) {
        const style = styled(radius * 0.85, 0, theme === 'light' ? 46 : 58);
        drawDots(raster, { ...all, mask: dimmed, wanted: 1 }, inSight, device, style);
      }
      if (!isDimmed || dimmed !== null) {
        const style = styled(radius, near * 0.9, Math.round((190 + 50 * near) / Math.max(1, crowd ** 0.8)));
        drawDots(raster, { ...all, mask: dimmed, wanted: 0 }, inSight, device, style);
      }
      if (lit.length > 0) {
        const own = {
          x: Float32Array.from(lit, (row) => papers.world.x[row]!),
          y: Float32Array.from(lit, (row) => papers.world.y[row]!),
          colour: Uint8Array.from(lit, (row) => paint.column[row]!),
        };
        const style = styled(Math.max(radius * 1.25, 3.25), 1, 255);
        drawDots(raster, { ...own, mask: null, wanted: 1 }, Uint32Array.of(0, lit.length), device, style);
      }
      divideByAlpha(raster.pixels);
      context.putImageData(image, -raster.spare, -raster.spare);
    },
  };
}
