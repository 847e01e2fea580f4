/** The ground the papers stand on: a tint for each topic's region and contour lines where papers crowd. */
import { type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Transform } from '../camera.ts';
import { type Theme, toneCss } from '../color/palette.ts';
import type { Papers } from '../scene.ts';
import { CELLS, type Density, densityOf, REACH } from './density.ts';

interface Region {
  paths: Path2D[];
  tone: number;
}

/** One height of the density: closed rings, x and y by turns, in the world's units. */
export type Contour = readonly (readonly number[])[];

/** How a contour is drawn: its color, and how strong its ground and its line are. */
export const contourLooks = {
  light: { color: 'rgb(60, 48, 30)', fill: 0.012, line: 0.07 },
  dark: { color: 'rgb(200, 215, 255)', fill: 0.014, line: 0.06 },
} as const;

export interface Backdrop {
  /** Of all papers, the lowest first; none before they are made. */
  contours(): readonly Contour[];
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

/** Contours at these parts of the highest density, in cells. */
function heightsOf({ values, max }: Density, parts: readonly number[]): ContourMultiPolygon[] {
  if (max === 0) return [];
  const make = contours().size([CELLS, CELLS]);
  // d3 only reads the values by their number.
  return parts.map((part) => make.contour(values as unknown as number[], max * part));
}

function ringsOf({ coordinates }: ContourMultiPolygon): Contour {
  const toWorld = (cells: number) => (cells * 2 * REACH) / CELLS - REACH;
  return coordinates.flat().map((ring) => ring.flatMap(([x, y]) => [toWorld(x!), toWorld(y!)]));
}

/** The same color, so strong. */
function faint(color: string, alpha: number): string {
  return color.replace('rgb(', 'rgba(').replace(')', `, ${alpha})`);
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 60);
}

/** Made piece by piece in idle time; `changed` is called when there is more to draw. */
export function createBackdrop(papers: Papers, tones: ReadonlyMap<number, number>, changed: () => void): Backdrop {
  const { world } = papers;
  const regions: Region[] = [];
  let heights: ContourMultiPolygon[] = [];
  let lines: Path2D[] = [];

  const blur = world.n < 1500 ? 5 : 2.6;
  const waiting = [...tones];
  const nextRegion = () => {
    const next = waiting.shift();
    if (!next) return;
    const [topic, tone] = next;
    regions.push({ paths: heightsOf(densityOf(world, papers.rowsOf(topic), blur), REGION_PARTS).map(pathOf), tone });
    changed();
    whenIdle(nextRegion);
  };
  if (world.n > 2) {
    whenIdle(() => {
      const parts = Array.from({ length: LINES }, (_, i) => (i + 1) / (LINES + 1));
      heights = heightsOf(densityOf(world, null, blur), parts);
      lines = heights.map(pathOf);
      changed();
      whenIdle(nextRegion);
    });
  }

  return {
    contours: () => heights.map(ringsOf),
    draw(context, transform, ratio, theme, isTinted) {
      const scale = (transform.k * 2 * REACH) / CELLS;
      const shift = -REACH * transform.k;
      const [x, y] = [transform.x + shift, transform.y + shift];
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
      for (const region of isTinted ? regions : []) {
        context.fillStyle = toneCss(region.tone, theme, theme === 'light' ? 0.06 : 0.07);
        for (const path of region.paths) context.fill(path);
      }
      const { color, fill, line: stroke } = contourLooks[theme];
      context.fillStyle = faint(color, fill);
      context.strokeStyle = faint(color, stroke);
      context.lineWidth = 1 / scale;
      for (const line of lines) {
        context.fill(line);
        context.stroke(line);
      }
    },
  };
}
