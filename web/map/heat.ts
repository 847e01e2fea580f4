/**
 * The similarity field beneath the papers: one warm hue that grows stronger in steps, and a line at each. A colour stands for
 * the same warmth whatever is asked, and is on the map what it is in the legend: nothing shines through.
 */
import { type ContourMultiPolygon, contours, geoPath } from 'd3';
import type { Surface } from '../heat/surface.ts';
import type { Transform } from './camera.ts';
import { css, linearRgb } from './oklch.ts';
import type { Theme } from './palette.ts';
import type { World } from './world.ts';

/** Warmth at which the colour steps: what is cooler than the first has none. */
export const HEAT_STEPS = [0.25, 0.45, 0.65, 0.8, 0.9] as const;
const looks = {
  light: { lightness: [0.945, 0.74], chroma: [0.03, 0.155], hue: [88, 55], line: 0.35 },
  dark: { lightness: [0.24, 0.55], chroma: [0.03, 0.13], hue: [60, 70], line: 0.3 },
} as const;

export interface Heat {
  draw(context: CanvasRenderingContext2D, transform: Transform, ratio: number, theme: Theme): void;
}

/** The colour of a step, 0 the least warm. */
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
