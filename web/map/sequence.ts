/**
 * Colours for what grows: in equal steps of lightness, so that the order is seen by any eye and without colour too; hue
 * runs from yellow to violet and keeps neighbours apart. What is more stands out more from the ground.
 */
import { css, linearRgb, pixel, type Rgb } from './oklch.ts';
import type { Theme } from './palette.ts';

/** Lightness, chroma and hue of the least and of the most. */
const ends = {
  light: [
    [0.78, 0.14, 88],
    [0.34, 0.17, 292],
  ],
  dark: [
    [0.46, 0.16, 292],
    [0.92, 0.15, 98],
  ],
} as const;

/** @param part 0 for the least, 1 for the most */
export function sequenceRgb(part: number, theme: Theme): Rgb {
  const [least, most] = ends[theme];
  const between = (i: 0 | 1 | 2) => least[i] + (most[i] - least[i]) * part;
  return linearRgb(between(0), between(1), between(2));
}

export function sequenceCss(part: number, theme: Theme): string {
  return css(sequenceRgb(part, theme));
}

export function sequencePixel(part: number, theme: Theme): number {
  return pixel(sequenceRgb(part, theme));
}
