/** The similarity field beneath the papers: one warm hue that grows stronger in even steps, and a line at each. */
import { type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Surface } from '../heat/surface.ts';
import type { Transform } from './camera.ts';
import { css, linearRgb } from './oklch.ts';
import type { Theme } from './palette.ts';
import type { World } from './world.ts';

/** Parts of the warmest place at which the colour steps. */
const STEPS = [0.12, 0.22, 0.33, 0.45, 0.58, 0.72, 0.87];
/** Where no place is warmer than this, none has the strongest colour: the papers have little to do with the query. */
const WARM = 0.5;
const looks = {
  light: { lightness: [0.9, 0.66], chroma: [0.07, 0.17], hue: [85, 48], alpha: 0.5, line: 0.3 },
  dark: { lightness: [0.34, 0.62], chroma: [0.06, 0.15], hue: [45, 72], alpha: 0.5, line: 0.35 },
} as const;

export interface Heat {
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme): void;
}

/** The colour of a step, 0 the least warm. */
export function heatCss(step: number, theme: Theme, alpha: number): string {
  const part = step / (STEPS.length - 1);
  const { lightness, chroma, hue } = looks[theme];
  const between = ([from, to]: readonly [number, number]) => from + (to - from) * part;
  return css(linearRgb(between(lightness), between(chroma), between(hue)), alpha);
}

export const HEAT_STEPS = STEPS.length;

function pathOf(contour: ContourMultiPolygon): Path2D {
  const path = new Path2D();
  geoPath(null, path as unknown as CanvasRenderingContext2D)(contour);
  return path;
}

export function createHeat({ width, height, values, ...map }: Surface, world: World): Heat {
  const most = values.reduce((max, value) => Math.max(max, value), WARM);
  const make = contours().size([width, height]);
  const paths = STEPS.map((part) => pathOf(make.contour(values as unknown as number[], most * part)));
  const [left, top] = world.fromMap(map.left, map.top);
  const [right] = world.fromMap(map.right, map.bottom);
  const pixel = (right - left) / width;
  return {
    draw(context, { x, y, k }, ratio, theme) {
      const scale = k * pixel;
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (left * k + x), ratio * (top * k + y));
      context.lineWidth = 0.8 / scale;
      paths.forEach((path, step) => {
        context.fillStyle = heatCss(step, theme, looks[theme].alpha);
        context.fill(path);
        context.strokeStyle = heatCss(STEPS.length - 1, theme, looks[theme].line);
        context.stroke(path);
      });
    },
  };
}
