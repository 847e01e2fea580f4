/**
 * The colors of topics and of ordered values. Topics have one of 60 tones: 20 hues in 3 lightnesses, with a variant for
 * the light and for the dark theme.
 */
import { linearRgbToOklab, oklchToLinearRgb, packPixel, type Rgb, relativeLuminance, rgbToCss } from './oklch.ts';

export type Theme = 'light' | 'dark';

const HUES = 20;
const lightness = { light: [0.58, 0.47, 0.68], dark: [0.74, 0.62, 0.84] } as const;
const chroma = { light: [0.15, 0.13, 0.13], dark: [0.13, 0.13, 0.11] } as const;
export const TONE_COUNT = HUES * 3;
/** The gray of papers without a topic. */
export const OUTLIER_TONE = -1;

function toneRgb(tone: number, theme: Theme): Rgb {
  if (tone === OUTLIER_TONE) return oklchToLinearRgb(theme === 'light' ? 0.72 : 0.52, 0.006, 80);
  const level = lightnessLevel(tone);
  return oklchToLinearRgb(lightness[theme][level], chroma[theme][level], hueOf(tone));
}

function lightnessLevel(tone: number): number {
  return Math.floor(tone / HUES) % 3;
}

/**
 * The hue of a tone, in degrees. Hues of each lightness are shifted by a third of a step, so that no two tones have the
 * same hue.
 */
function hueOf(tone: number): number {
  return 255 + ((tone % HUES) + lightnessLevel(tone) / 3) * (360 / HUES);
}

export function toneCssColor(tone: number, theme: Theme, alpha = 1): string {
  return rgbToCss(toneRgb(tone, theme), alpha);
}

export function tonePixel(tone: number, theme: Theme, alpha = 1): number {
  return packPixel(toneRgb(tone, theme), alpha);
}

export function toneLuminance(tone: number, theme: Theme): number {
  return relativeLuminance(toneRgb(tone, theme));
}

/** The color of a topic's label: the hue of its tone, with enough contrast to the background for text. */
export function labelCssColor(tone: number, theme: Theme): string {
  const hue = hueOf(tone);
  return rgbToCss(theme === 'light' ? oklchToLinearRgb(0.36, 0.09, hue) : oklchToLinearRgb(0.9, 0.06, hue));
}

/**
 * Matrices that simulate red blindness (protanopia) and green blindness (deuteranopia), row by row (Machado, Oliveira,
 * Fernandes 2009, severity 1).
 */
const protanopia = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998];
const deuteranopia = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881];

function simulateColorBlindness(matrix: readonly number[], [r, g, b]: Rgb): Rgb {
  const row = (i: number) => Math.min(1, Math.max(0, matrix[i] * r + matrix[i + 1] * g + matrix[i + 2] * b));
  return [row(0), row(3), row(6)];
}

/**
 * The color of a tone in the light theme, in OKLab: as seen with full color vision, with red blindness and with green
 * blindness.
 */
function perceivedColors(tone: number): Rgb[] {
  const rgb = toneRgb(tone, 'light');
  return [
    linearRgbToOklab(rgb),
    linearRgbToOklab(simulateColorBlindness(protanopia, rgb)),
    linearRgbToOklab(simulateColorBlindness(deuteranopia, rgb)),
  ];
}

/**
 * How different two tones look: the weighted mean of their difference in full color vision, and of the smallest
 * difference in any of the simulated kinds of vision.
 */
export function toneDistance(a: number, b: number): number {
  const [colorsA, colorsB] = [perceivedColors(a), perceivedColors(b)];
  const distances = colorsA.map((p, i) => Math.hypot(p[0] - colorsB[i][0], p[1] - colorsB[i][1], p[2] - colorsB[i][2]));
  return 0.65 * distances[0] + 0.35 * Math.min(...distances);
}

/**
 * A tone for each topic, chosen greedily so that topics near each other on the map look different: each topic takes the
 * tone that maximizes the minimum, over all topics before it, of the difference in color times the distance on the map.
 *
 * @param positions of the topics on the map, the largest topic first, in any unit
 */
export function assignTones(positions: readonly (readonly [number, number])[]): number[] {
  const distances = Array.from({ length: TONE_COUNT }, (_, a) =>
    Array.from({ length: TONE_COUNT }, (_, b) => toneDistance(a, b)),
  );
  const spread = Math.max(1e-9, ...positions.map(([x, y]) => Math.hypot(x - positions[0][0], y - positions[0][1])));
  const assigned: number[] = [];
  positions.forEach(([x, y], i) => {
    let best = 0;
    let bestScore = -Infinity;
    for (let tone = 0; tone < TONE_COUNT; tone++) {
      // Tones of the first lightness are the most colorful, so they are used first.
      const preference = tone < HUES ? 1 : 0.8;
      let score = preference;
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(x - positions[j][0], y - positions[j][1]) / spread;
        const repetition = assigned[j] === tone ? 0.2 : 1;
        score = Math.min(score, (distances[tone][assigned[j]] + 0.01) * (0.6 + distance) * preference * repetition);
      }
      if (score > bestScore) {
        best = tone;
        bestScore = score;
      }
    }
    assigned.push(best);
  });
  return assigned;
}

/**
 * Lightness, chroma and hue (OKLCH) of the lowest and the highest value. Lightness changes in equal steps, so that the
 * order is visible with any color vision and in print; the hue goes from yellow to violet. High values have the most
 * contrast to the background.
 */
const sequentialEnds = {
  light: [
    [0.78, 0.14, 88],
    [0.34, 0.17, 292],
  ],
  dark: [
    [0.46, 0.16, 292],
    [0.92, 0.15, 98],
  ],
} as const;

/**
 * A color of the sequential scale, for ordered values.
 *
 * @param part from 0 for the lowest value to 1 for the highest
 */
export function sequentialRgb(part: number, theme: Theme): Rgb {
  const [low, high] = sequentialEnds[theme];
  const interpolate = (i: 0 | 1 | 2) => low[i] + (high[i] - low[i]) * part;
  return oklchToLinearRgb(interpolate(0), interpolate(1), interpolate(2));
}

export function sequentialCssColor(part: number, theme: Theme): string {
  return rgbToCss(sequentialRgb(part, theme));
}

export function sequentialPixel(part: number, theme: Theme): number {
  return packPixel(sequentialRgb(part, theme));
}
