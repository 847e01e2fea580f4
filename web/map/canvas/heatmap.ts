/** The relevance heatmap below the papers: the server's cells, smoothed and drawn as filled contours. */
import { blur2, contours } from 'd3';
import type { HeatmapResponse } from '../../../server/schemas/map.ts';
import type { Transform, World } from '../camera.ts';
import { oklchToLinearRgb, rgbToCss } from '../color/oklch.ts';
import type { Theme } from '../color/palette.ts';
import { computeContour, contourToPath } from './density-background.ts';

/** Pixels of the smoothed image per cell of the response, on each axis. */
export const PIXELS_PER_CELL = 4;
/**
 * Cells that are added on each side of the heatmap. In them the relevance of the outermost cells fades out, because
 * papers lie at the very edge of the map.
 */
export const MARGIN_CELLS = 3;
/** Beyond the outermost cells relevance fades out as a Gaussian, whose standard deviation is FALLOFF / √2 cells. */
const FALLOFF = 1.4;
/**
 * Radius of the blur, in pixels of the image. It rounds the corners of cells; its standard deviation is less than a
 * cell.
 */
const BLUR = 2.4;

export interface HeatmapImage {
  width: number;
  height: number;
  /** Relevance from 0 to 1, row by row from the top. */
  values: Float32Array;
  /** The edges of the image, in map units (y upwards). */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Turns the cells of a response into a smooth image.
 *
 * @returns null if no cell is relevant
 */
export function smoothHeatmap(response: HeatmapResponse): HeatmapImage | null {
  const { columns, rows, cellSize, bounds } = response;
  const bytes = Uint8Array.from(atob(response.values), (character) => character.charCodeAt(0));
  if (response.status === 'no_match' || !bytes.some((value) => value > 0)) return null;
  const width = (columns + 2 * MARGIN_CELLS) * PIXELS_PER_CELL;
  const height = (rows + 2 * MARGIN_CELLS) * PIXELS_PER_CELL;
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [row, offsetY] = nearestCell(y, rows);
    // The first row of the response is at the bottom of the map, the first row of the image at the top.
    const rowStart = (rows - 1 - row) * columns;
    for (let x = 0; x < width; x++) {
      const [column, offsetX] = nearestCell(x, columns);
      const value = bytes[rowStart + column];
      const fading = Math.exp(-(offsetY * offsetY + offsetX * offsetX) / (FALLOFF * FALLOFF));
      // A cell of the response is 0 if no paper is near; 1 to 255 stand for a relevance from 0 to 1.
      values[y * width + x] = value === 0 ? 0 : ((value - 1) / 254) * fading;
    }
  }
  blur2({ data: values, width, height }, BLUR);
  return {
    width,
    height,
    values,
    left: bounds.x0 - MARGIN_CELLS * cellSize,
    top: bounds.y0 + (rows + MARGIN_CELLS) * cellSize,
    right: bounds.x0 + (columns + MARGIN_CELLS) * cellSize,
    bottom: bounds.y0 - MARGIN_CELLS * cellSize,
  };
}

/** On one axis, the cell that contains a pixel or is nearest to it, and its distance from the pixel, in cells. */
function nearestCell(pixel: number, cells: number): [number, number] {
  const position = (pixel + 0.5) / PIXELS_PER_CELL - MARGIN_CELLS;
  const cell = Math.min(cells - 1, Math.max(0, Math.floor(position)));
  return [cell, Math.max(0, -position, position - cells)];
}

/** The relevance at which each level begins, the same for all queries. Below the first level no color is drawn. */
export const HEATMAP_LEVELS = [0.25, 0.45, 0.65, 0.8, 0.9] as const;
/** The OKLCH colors of the first and the last level, and the opacity of the lines between levels. */
const styles = {
  light: { lightness: [0.945, 0.74], chroma: [0.03, 0.155], hue: [88, 55], line: 0.35 },
  dark: { lightness: [0.24, 0.55], chroma: [0.03, 0.13], hue: [60, 70], line: 0.3 },
} as const;

/**
 * The CSS color of a level; 0 is the first level. By default it is opaque, so that it is the same on the map and in the
 * legend.
 */
export function heatmapCssColor(level: number, theme: Theme, alpha = 1): string {
  const part = level / (HEATMAP_LEVELS.length - 1);
  const { lightness, chroma, hue } = styles[theme];
  const interpolate = ([from, to]: readonly [number, number]) => from + (to - from) * part;
  return rgbToCss(oklchToLinearRgb(interpolate(lightness), interpolate(chroma), interpolate(hue)), alpha);
}

export interface HeatmapLayer {
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme): void;
}

export function createHeatmapLayer({ width, height, values, ...edges }: HeatmapImage, world: World): HeatmapLayer {
  const generator = contours().size([width, height]);
  const paths = HEATMAP_LEVELS.map((level) => contourToPath(computeContour(generator, values, level)));
  const [left, top] = world.mapToWorld(edges.left, edges.top);
  const [right] = world.mapToWorld(edges.right, edges.bottom);
  const pixelSize = (right - left) / width;
  return {
    draw(context, { x, y, k }, ratio, theme) {
      const scale = k * pixelSize;
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (left * k + x), ratio * (top * k + y));
      context.lineWidth = 0.8 / scale;
      paths.forEach((path, level) => {
        context.fillStyle = heatmapCssColor(level, theme);
        context.fill(path);
        context.strokeStyle = heatmapCssColor(HEATMAP_LEVELS.length - 1, theme, styles[theme].line);
        context.stroke(path);
      });
    },
  };
}
