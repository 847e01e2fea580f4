/** The background of the map: contour lines of the density of papers, and the areas of topics in their colors. */
import { blur2, type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Transform } from '../camera.ts';
import { type Theme, toneCss } from '../color/palette.ts';
import type { MapPapers, Rows } from '../scene.ts';

/** The density grid covers the world from −GRID_EXTENT to GRID_EXTENT: papers are within ±0.5, their blur a little beyond. */
export const GRID_EXTENT = 0.65;
/** Cells per side. */
export const GRID_SIZE = 200;

export interface Density {
  values: Float32Array;
  max: number;
}

/**
 * The density of papers on the grid: counts per cell, blurred.
 *
 * @param rows null: all papers
 * @param blur radius of the box blur, which d3 applies three times, in cells
 */
export function estimateDensity(
  world: Pick<MapPapers['world'], 'n' | 'x' | 'y'>,
  rows: Rows | null,
  blur: number,
): Density {
  const values = new Float32Array(GRID_SIZE * GRID_SIZE);
  const scale = GRID_SIZE / (2 * GRID_EXTENT);
  const add = (row: number) => {
    const cellX = Math.floor((world.x[row] + GRID_EXTENT) * scale);
    const cellY = Math.floor((world.y[row] + GRID_EXTENT) * scale);
    values[cellY * GRID_SIZE + cellX]++;
  };
  if (rows === null) for (let row = 0; row < world.n; row++) add(row);
  else for (const row of rows) add(row);
  blur2({ data: values, width: GRID_SIZE, height: GRID_SIZE }, blur);
  let max = 0;
  for (const value of values) if (value > max) max = value;
  return { values, max };
}

/** One level of the density: closed rings, each x and y in turn, in world coordinates. */
export type Contour = readonly (readonly number[])[];

/** The color of contours, and the opacity of their fill and their line. */
export const contourStyles = {
  light: { color: 'rgb(60, 48, 30)', fill: 0.012, line: 0.07 },
  dark: { color: 'rgb(200, 215, 255)', fill: 0.014, line: 0.06 },
} as const;

/** The opacity of each of the nested areas of a topic. */
const AREA_OPACITY = { light: 0.06, dark: 0.07 } as const;

const CONTOURS = 9;
/** Levels of a topic's areas, as fractions of its highest density. */
const AREA_LEVELS = [0.12, 0.28, 0.5];
/** Maps of fewer papers need more blur for connected contours; in cells. */
const FEW_PAPERS = 1500;
const BLUR = { few: 5, many: 2.6 };

export interface Background {
  /** The contours of all papers, the lowest level first; none until they are computed. */
  contours(): readonly Contour[];
  /**
   * @param ratio device pixels per CSS pixel
   * @param hasAreas whether the areas of topics are drawn too
   */
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme, hasAreas: boolean): void;
}

/** Computed step by step in idle time. @param onChange called when there is more to draw */
export function createBackground(
  papers: MapPapers,
  tones: ReadonlyMap<number, number>,
  onChange: () => void,
): Background {
  const { world } = papers;
  const areas: { paths: Path2D[]; tone: number }[] = [];
  let levels: ContourMultiPolygon[] = [];
  let paths: Path2D[] = [];

  const blur = world.n < FEW_PAPERS ? BLUR.few : BLUR.many;
  const pendingTopics = [...tones];
  const computeNextArea = () => {
    const next = pendingTopics.shift();
    if (!next) return;
    const [topic, tone] = next;
    const density = estimateDensity(world, papers.rowsOfTopic(topic), blur);
    areas.push({ paths: contoursAt(density, AREA_LEVELS).map(contourPath), tone });
    onChange();
    whenIdle(computeNextArea);
  };
  if (world.n > 2) {
    whenIdle(() => {
      const fractions = Array.from({ length: CONTOURS }, (_, i) => (i + 1) / (CONTOURS + 1));
      levels = contoursAt(estimateDensity(world, null, blur), fractions);
      paths = levels.map(contourPath);
      onChange();
      whenIdle(computeNextArea);
    });
  }

  return {
    contours: () => levels.map(worldRings),
    draw(context, transform, ratio, theme, hasAreas) {
      // Paths are in grid cells.
      const scale = (transform.k * 2 * GRID_EXTENT) / GRID_SIZE;
      const shift = -GRID_EXTENT * transform.k;
      const [x, y] = [transform.x + shift, transform.y + shift];
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
      for (const area of hasAreas ? areas : []) {
        context.fillStyle = toneCss(area.tone, theme, AREA_OPACITY[theme]);
        for (const path of area.paths) context.fill(path);
      }
      const { color, fill, line } = contourStyles[theme];
      context.fillStyle = withOpacity(color, fill);
      context.strokeStyle = withOpacity(color, line);
      context.lineWidth = 1 / scale;
      for (const path of paths) {
        context.fill(path);
        context.stroke(path);
      }
    },
  };
}

/** Contours at these fractions of the highest density, in grid cells. */
function contoursAt({ values, max }: Density, fractions: readonly number[]): ContourMultiPolygon[] {
  if (max === 0) return [];
  const generator = contours().size([GRID_SIZE, GRID_SIZE]);
  return fractions.map((fraction) => contourOf(generator, values, max * fraction));
}

/** d3's types ask for number[], but d3 only reads values by index. */
export function contourOf(
  generator: ReturnType<typeof contours>,
  values: Float32Array,
  threshold: number,
): ContourMultiPolygon {
  return generator.contour(values as unknown as number[], threshold);
}

export function contourPath(contour: ContourMultiPolygon): Path2D {
  const path = new Path2D();
  // geoPath uses only the drawing methods that Path2D and a canvas context have in common.
  geoPath(null, path as unknown as CanvasRenderingContext2D)(contour);
  return path;
}

function worldRings({ coordinates }: ContourMultiPolygon): Contour {
  const toWorld = (cells: number) => (cells * 2 * GRID_EXTENT) / GRID_SIZE - GRID_EXTENT;
  return coordinates.flat().map((ring) => ring.flatMap(([x, y]) => [toWorld(x), toWorld(y)]));
}

/** @param color `rgb(…)` */
function withOpacity(color: string, opacity: number): string {
  return color.replace('rgb(', 'rgba(').replace(')', `, ${opacity})`);
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 60);
}
