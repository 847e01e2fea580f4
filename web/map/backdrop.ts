/** The ground the papers stand on: a tint for each topic's region and contour lines where papers crowd. */
import { type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Transform } from './camera.ts';
import { CELLS, type Density, densityOf, REACH } from './density.ts';
import { type Theme, toneCss } from './palette.ts';
import type { Papers } from './scene.ts';

interface Region {
  paths: Path2D[];
  tone: number;
}

export interface Backdrop {
  /**
   * @param ratio device pixels per CSS pixel
   * @param isTinted whether topics' regions are; else there are lines alone
   */
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme, isTinted: boolean): void;
}

const LINES = 9;
const REGION_PARTS = [0.12, 0.28, 0.5];

function pathOf(contour: ContourMultiPolygon): Path2D {
  const path = new Path2D();
  // d3's geoPath writes through the few drawing methods that Path2D and a canvas context share.
  geoPath(null, path as unknown as CanvasRenderingContext2D)(contour);
  return path;
}

/** Contours at these parts of the highest density. */
function pathsOf({ values, max }: Density, parts: readonly number[]): Path2D[] {
  if (max === 0) return [];
  const make = contours().size([CELLS, CELLS]);
  // d3 only reads the values by their number.
  return parts.map((part) => pathOf(make.contour(values as unknown as number[], max * part)));
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 60);
}

/** Made piece by piece in idle time; `changed` is called when there is more to draw. */
export function createBackdrop(papers: Papers, tones: ReadonlyMap<number, number>, changed: () => void): Backdrop {
  const { world } = papers;
  const regions: Region[] = [];
  let lines: Path2D[] = [];

  const blur = world.n < 1500 ? 5 : 2.6;
  const waiting = [...tones];
  const nextRegion = () => {
    const next = waiting.shift();
    if (!next) return;
    const [topic, tone] = next;
    regions.push({ paths: pathsOf(densityOf(world, papers.rowsOf(topic), blur), REGION_PARTS), tone });
    changed();
    whenIdle(nextRegion);
  };
  if (world.n > 2) {
    whenIdle(() => {
      const parts = Array.from({ length: LINES }, (_, i) => (i + 1) / (LINES + 1));
      lines = pathsOf(densityOf(world, null, blur), parts);
      changed();
      whenIdle(nextRegion);
    });
  }

  return {
    draw(context, transform, ratio, theme, isTinted) {
      const scale = (transform.k * 2 * REACH) / CELLS;
      const shift = -REACH * transform.k;
      const [x, y] = [transform.x + shift, transform.y + shift];
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
      for (const region of isTinted ? regions : []) {
        context.fillStyle = toneCss(region.tone, theme, theme === 'light' ? 0.06 : 0.07);
        for (const path of region.paths) context.fill(path);
      }
      context.fillStyle = theme === 'light' ? 'rgba(60, 48, 30, 0.012)' : 'rgba(200, 215, 255, 0.014)';
      context.strokeStyle = theme === 'light' ? 'rgba(60, 48, 30, 0.07)' : 'rgba(200, 215, 255, 0.06)';
      context.lineWidth = 1 / scale;
      for (const line of lines) {
        context.fill(line);
        context.stroke(line);
      }
    },
  };
}
