/** The background of the map: contour lines of the density of papers, and the areas of topics in their colors. */
import { blur2, type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Transform } from '../camera.ts';
import { type Theme, toneCssColor } from '../color/palette.ts';
import type { MapPapers, PaperRows } from '../scene.ts';

/**
 * The density grid covers world coordinates from −DENSITY_GRID_EXTENT to DENSITY_GRID_EXTENT. Papers are within ±0.5;
 * the blur spreads them a little further.
 */
export const DENSITY_GRID_EXTENT = 0.65;
/** Cells per side of the density grid. */
export const DENSITY_GRID_SIZE = 200;

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
  rows: PaperRows | null,
  blur: number,
): Density {
  const values = new Float32Array(DENSITY_GRID_SIZE * DENSITY_GRID_SIZE);
  const scale = DENSITY_GRID_SIZE / (2 * DENSITY_GRID_EXTENT);
  const add = (row: number) => {
    const cellX = Math.floor((world.x[row] + DENSITY_GRID_EXTENT) * scale);
    const cellY = Math.floor((world.y[row] + DENSITY_GRID_EXTENT) * scale);
    values[cellY * DENSITY_GRID_SIZE + cellX]++;
  };
  if (rows === null) for (let row = 0; row < world.n; row++) add(row);
  else for (const row of rows) add(row);
  blur2({ data: values, width: DENSITY_GRID_SIZE, height: DENSITY_GRID_SIZE }, blur);
  let max = 0;
  for (const value of values) if (value > max) max = value;
  return { values, max };
}

/** The contour at one level of density: closed rings of alternating x and y, in world coordinates. */
export type Contour = readonly (readonly number[])[];

/** The color of contours, and the opacity of their fill and their line. */
export const contourStyles = {
  light: { color: 'rgb(60, 48, 30)', fill: 0.012, line: 0.07 },
  dark: { color: 'rgb(200, 215, 255)', fill: 0.014, line: 0.06 },
} as const;

/** The opacity of each of the nested areas of a topic. */
const AREA_OPACITY = { light: 0.06, dark: 0.07 } as const;

const CONTOURS = 9;
/** Density levels of the nested areas of a topic, as fractions of its highest density. */
const AREA_LEVELS = [0.12, 0.28, 0.5];
/** A map with fewer papers than this needs more blur, so that its contours are connected. */
const FEW_PAPERS = 1500;
/** Radius of the blur, in cells of the density grid. */
const BLUR = { few: 5, many: 2.6 };

export interface Background {
  /** The contours of all papers, the lowest level first; none until they are computed. */
  contours(): readonly Contour[];
  /**
   * Draws the contours and areas that have been computed so far.
   *
   * @param ratio device pixels per CSS pixel
   * @param hasAreas whether the areas of topics are drawn too
   */
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme, hasAreas: boolean): void;
}

/**
 * Creates the background, which is computed step by step while the browser is idle.
 *
 * @param tones the tone of each topic, by topic id
 * @param onChange called when there is more to draw
 */
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
    areas.push({ paths: contoursAt(density, AREA_LEVELS).map(contourToPath), tone });
    onChange();
    whenIdle(computeNextArea);
  };
  if (world.n > 2) {
    whenIdle(() => {
      const fractions = Array.from({ length: CONTOURS }, (_, i) => (i + 1) / (CONTOURS + 1));
      levels = contoursAt(estimateDensity(world, null, blur), fractions);
      paths = levels.map(contourToPath);
      onChange();
      whenIdle(computeNextArea);
    });
  }

  return {
    contours: () => levels.map(worldRings),
    draw(context, transform, ratio, theme, hasAreas) {
      // Paths are in cells of the density grid.
      const scale = (transform.k * 2 * DENSITY_GRID_EXTENT) / DENSITY_GRID_SIZE;
      const shift = -DENSITY_GRID_EXTENT * transform.k;
      const [x, y] = [transform.x + shift, transform.y + shift];
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
      for (const area of hasAreas ? areas : []) {
        context.fillStyle = toneCssColor(area.tone, theme, AREA_OPACITY[theme]);
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

/** Contours at fractions of the highest density, in cells of the density grid. */
function contoursAt({ values, max }: Density, fractions: readonly number[]): ContourMultiPolygon[] {
  if (max === 0) return [];
  const generator = contours().size([DENSITY_GRID_SIZE, DENSITY_GRID_SIZE]);
  return fractions.map((fraction) => computeContour(generator, values, max * fraction));
}

/** Computes one contour. d3's types ask for number[], but d3 only reads values by index. */
export function computeContour(
  generator: ReturnType<typeof contours>,
  values: Float32Array,
  threshold: number,
): ContourMultiPolygon {
  return generator.contour(values as unknown as number[], threshold);
}

export function contourToPath(contour: ContourMultiPolygon): Path2D {
  const path = new Path2D();
  // geoPath uses only the drawing methods that Path2D and a canvas context have in common.
  geoPath(null, path as unknown as CanvasRenderingContext2D)(contour);
  return path;
}

function worldRings({ coordinates }: ContourMultiPolygon): Contour {
  const toWorld = (cells: number) => (cells * 2 * DENSITY_GRID_EXTENT) / DENSITY_GRID_SIZE - DENSITY_GRID_EXTENT;
  return coordinates.flat().map((ring) => ring.flatMap(([x, y]) => [toWorld(x), toWorld(y)]));
}

/**
 * A color with an opacity, as `rgba(…)`.
 *
 * @param color as `rgb(…)`
 */
function withOpacity(color: string, opacity: number): string {
  return color.replace('rgb(', 'rgba(').replace(')', `, ${opacity})`);
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 60);
}
