import { blur2, type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { HeatmapAnswer } from '../../../server/schemas/explore.ts';
import type { Transform } from '../camera.ts';
import { css, linearRgb } from '../color/oklch.ts';
import type { Theme } from '../color/palette.ts';
import type { World } from '../world.ts';

/** How warm each place of the map is for a query: the server's cells made smooth, as an image in the map's plane. Pure. */

/** Pixels of the image for a cell of the answer, either way. */
export const FINER = 4;
/** Cells on each side in which the warmth of the outermost ends, for papers stand at the very edge of the map. */
export const BEYOND = 3;
/** In cells: how soon it ends. */
const FALL = 1.4;
/** In pixels of the image: takes the corners from the cells, and moves nothing farther than one cell. */
const BLUR = 2.4;

export interface Surface {
  width: number;
  height: number;
  /** 0 to 1, row by row from the top of the screen. */
  values: Float32Array;
  /** The image's corners in map units: left and top, right and bottom as on the screen. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** @returns null where no place is warm */
export function surfaceOf(answer: HeatmapAnswer): Surface | null {
  const { columns, rows, cell, bounds } = answer;
  const bytes = Uint8Array.from(atob(answer.values), (letter) => letter.charCodeAt(0));
  if (answer.status === 'no_match' || !bytes.some((value) => value > 0)) return null;
  const [width, height] = [(columns + 2 * BEYOND) * FINER, (rows + 2 * BEYOND) * FINER];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [line, above] = nearestCell(y, rows);
    // The answer's first row is the lowest.
    const from = (rows - 1 - line) * columns;
    for (let x = 0; x < width; x++) {
      const [column, aside] = nearestCell(x, columns);
      const value = bytes[from + column]!;
      const fall = Math.exp(-(above * above + aside * aside) / (FALL * FALL));
      values[y * width + x] = value === 0 ? 0 : ((value - 1) / 254) * fall;
    }
  }
  blur2({ data: values, width, height }, BLUR);
  return {
    width,
    height,
    values,
    left: bounds.x0 - BEYOND * cell,
    top: bounds.y0 + (rows + BEYOND) * cell,
    right: bounds.x0 + (columns + BEYOND) * cell,
    bottom: bounds.y0 - BEYOND * cell,
  };
}

/** The cell that a pixel lies in or nearest to, and how many cells it lies off. */
function nearestCell(pixel: number, cells: number): [number, number] {
  const at = (pixel + 0.5) / FINER - BEYOND;
  const cell = Math.min(cells - 1, Math.max(0, Math.floor(at)));
  return [cell, Math.max(0, -at, at - cells)];
}

/**
 * The similarity field beneath the papers: one warm hue that grows stronger in steps, and a line at each. A color stands for
 * the same warmth whatever is asked, and is on the map what it is in the legend: nothing shines through.
 */

/** Warmth at which the color steps: what is cooler than the first has none. */
export const HEAT_STEPS = [0.25, 0.45, 0.65, 0.8, 0.9] as const;
const looks = {
  light: { lightness: [0.945, 0.74], chroma: [0.03, 0.155], hue: [88, 55], line: 0.35 },
  dark: { lightness: [0.24, 0.55], chroma: [0.03, 0.13], hue: [60, 70], line: 0.3 },
} as const;

export interface Heat {
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme): void;
}

/** The color of a step, 0 the least warm. */
export function heatCss(step: number, theme: Theme, alpha = 1): string {
  const part = step / (HEAT_STEPS.length - 1);
  const { lightness, chroma, hue } = looks[theme];
  const between = ([from, to]: readonly [number, number]) => from + (to - from) * part;
  return css(linearRgb(between(lightness), between(chroma), between(hue)), alpha);
}

function pathOf(contour: ContourMultiPolygon): Path2D {
  const path = new Path2D();
  geoPath(null, path as unknown as CanvasRenderingContext2D)(contour);
  return path;
}

export function createHeat({ width, height, values, ...map }: Surface, world: World): Heat {
  const make = contours().size([width, height]);
  const paths = HEAT_STEPS.map((warmth) => pathOf(make.contour(values as unknown as number[], warmth)));
  const [left, top] = world.fromMap(map.left, map.top);
  const [right] = world.fromMap(map.right, map.bottom);
  const pixel = (right - left) / width;
  return {
    draw(context, { x, y, k }, ratio, theme) {
      const scale = k * pixel;
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (left * k + x), ratio * (top * k + y));
      context.lineWidth = 0.8 / scale;
      paths.forEach((path, step) => {
        context.fillStyle = heatCss(step, theme);
        context.fill(path);
        context.strokeStyle = heatCss(HEAT_STEPS.length - 1, theme, looks[theme].line);
        context.stroke(path);
      });
    },
  };
}
