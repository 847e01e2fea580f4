/** The ground the papers stand on: a tint for each topic's region and contour lines where papers crowd. */
import { type ContourMultiPolygon, contourDensity, geoPath } from 'd3';
import type { Transform } from './camera.ts';
import { type Theme, toneCss } from './palette.ts';
import type { Papers } from './scene.ts';

/** The grid covers the world from −0.65 to 0.65 both ways. */
const GRID = 640;
const REACH = 0.65;
/** Beyond this many papers the page draws none: counting them would hold up the page. */
const MOST = 60_000;

/** A part of d3-contour that its types lack: one density, contours of it at any level. */
interface DensityContours {
  contours(rows: readonly number[]): ((level: number) => ContourMultiPolygon) & { max: number };
}

interface Region {
  paths: Path2D[];
  tone: number;
}

export interface Backdrop {
  /**
   * Draws under what is already on the canvas (`destination-over`).
   * @param ratio device pixels per CSS pixel
   * @param strength 1 as it is meant to be, 0 unseen
   */
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme, strength: number): void;
}

function toGrid(value: number): number {
  return ((value + REACH) / (2 * REACH)) * GRID;
}

function pathOf(contours: readonly ContourMultiPolygon[]): Path2D {
  const path = new Path2D();
  // d3's geoPath writes through the few drawing methods that Path2D and a canvas context share.
  const write = geoPath(null, path as unknown as CanvasRenderingContext2D);
  for (const contour of contours) write(contour);
  return path;
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 60);
}

/** Made piece by piece in idle time; `changed` is called when there is more to draw. */
export function createBackdrop(papers: Papers, tones: ReadonlyMap<number, number>, changed: () => void): Backdrop {
  const { world } = papers;
  const regions: Region[] = [];
  let levels: Path2D[] = [];

  const density = (bandwidth: number) =>
    contourDensity<number>()
      .x((row) => toGrid(world.x[row]!))
      .y((row) => toGrid(world.y[row]!))
      .size([GRID, GRID])
      .cellSize(4)
      .bandwidth(bandwidth);

  const bandwidth = world.n < 1500 ? 17 : 9;
  const waiting = [...tones];
  const nextRegion = () => {
    const next = waiting.shift();
    if (!next) return;
    const [topic, tone] = next;
    const shape = (density(bandwidth * 0.9) as unknown as DensityContours).contours(Array.from(papers.rowsOf(topic)));
    const paths = [0.12, 0.28, 0.5].map((part) => pathOf([shape(shape.max * part)]));
    regions.push({ paths, tone });
    changed();
    whenIdle(nextRegion);
  };
  if (world.n > 2 && world.n <= MOST) {
    whenIdle(() => {
      const rows = Array.from({ length: world.n }, (_, row) => row);
      levels = density(bandwidth)
        .thresholds(9)(rows)
        .map((contour) => pathOf([contour]))
        .reverse();
      changed();
      whenIdle(nextRegion);
    });
  }

  return {
    draw(context, transform, ratio, theme, strength) {
      if (strength <= 0.02) return;
      const scale = (transform.k * 2 * REACH) / GRID;
      const shift = -REACH * transform.k;
      context.save();
      context.globalCompositeOperation = 'destination-over';
      context.setTransform(
        ratio * scale,
        0,
        0,
        ratio * scale,
        ratio * (transform.x + shift),
        ratio * (transform.y + shift),
      );
      context.globalAlpha = strength;
      context.fillStyle = theme === 'light' ? 'rgba(60, 48, 30, 0.012)' : 'rgba(200, 215, 255, 0.014)';
      context.strokeStyle = theme === 'light' ? 'rgba(60, 48, 30, 0.07)' : 'rgba(200, 215, 255, 0.06)';
      context.lineWidth = 1 / scale;
      for (const level of levels) {
        context.stroke(level);
        context.fill(level);
      }
      for (const region of regions) {
        context.fillStyle = toneCss(region.tone, theme, theme === 'light' ? 0.06 : 0.07);
        for (const path of region.paths) context.fill(path);
      }
      context.restore();
    },
  };
}
