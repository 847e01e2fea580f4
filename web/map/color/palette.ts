import { css, lab, linearRgb, luminance, pixel, type Rgb } from './oklch.ts';

/**
 * A color for each topic. 20 hues in 3 lightnesses make 60 tones; the same tone has a form for light and for dark.
 * Tones are dealt so that topics which lie near each other on the map look unlike, also to people with red- or
 * green-blind eyes (Machado, Oliveira, Fernandes 2009).
 */

export type Theme = 'light' | 'dark';

const HUES = 20;
const lightness = { light: [0.58, 0.47, 0.68], dark: [0.74, 0.62, 0.84] } as const;
const chroma = { light: [0.15, 0.13, 0.13], dark: [0.13, 0.13, 0.11] } as const;
export const TONES = HUES * 3;
/** The tone of papers that belong to no topic. */
export const OUTLIER = -1;

function toneRgb(tone: number, theme: Theme): Rgb {
  if (tone === OUTLIER) return linearRgb(theme === 'light' ? 0.72 : 0.52, 0.006, 80);
  const level = Math.floor(tone / HUES) % 3;
  // Each lightness starts a third of a step further round, so that no two tones share a hue.
  const hue = 255 + ((tone % HUES) + level / 3) * (360 / HUES);
  return linearRgb(lightness[theme][level]!, chroma[theme][level]!, hue);
}

export function toneCss(tone: number, theme: Theme, alpha = 1): string {
  return css(toneRgb(tone, theme), alpha);
}

export function tonePixel(tone: number, theme: Theme, alpha = 1): number {
  return pixel(toneRgb(tone, theme), alpha);
}

export function toneLuminance(tone: number, theme: Theme): number {
  return luminance(toneRgb(tone, theme));
}

/** The tone for a topic's name on the map: the same hue, dark or light enough to read. */
export function nameCss(tone: number, theme: Theme): string {
  const level = Math.floor(tone / HUES) % 3;
  const hue = 255 + ((tone % HUES) + level / 3) * (360 / HUES);
  return css(theme === 'light' ? linearRgb(0.36, 0.09, hue) : linearRgb(0.9, 0.06, hue));
}

const redBlind = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998];
const greenBlind = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881];

function seenThrough(eye: readonly number[], [r, g, b]: Rgb): Rgb {
  const row = (i: number) => Math.min(1, Math.max(0, eye[i]! * r + eye[i + 1]! * g + eye[i + 2]! * b));
  return [row(0), row(3), row(6)];
}

/** A tone as three kinds of eye see it. */
function looks(tone: number): Rgb[] {
  const rgb = toneRgb(tone, 'light');
  return [lab(rgb), lab(seenThrough(redBlind, rgb)), lab(seenThrough(greenBlind, rgb))];
}

/** How unlike two tones look: to most eyes, and to the eye that tells them apart worst. */
export function unlikeness(a: number, b: number): number {
  const [as, bs] = [looks(a), looks(b)];
  const apart = as.map((p, i) => Math.hypot(p[0] - bs[i]![0], p[1] - bs[i]![1], p[2] - bs[i]![2]));
  return 0.65 * apart[0]! + 0.35 * Math.min(...apart);
}

/**
 * The tone of each topic, the largest topics dealt first. Each takes the tone whose worst likeness to a topic already
 * dealt is least, a likeness counting the more the nearer that topic is.
 * @param places the topics on the map, in any unit, in the order of dealing.
 */
export function dealTones(places: readonly (readonly [number, number])[]): number[] {
  const table = Array.from({ length: TONES }, (_, a) => Array.from({ length: TONES }, (_, b) => unlikeness(a, b)));
  const spread = Math.max(1e-9, ...places.map(([x, y]) => Math.hypot(x - places[0]![0], y - places[0]![1])));
  const dealt: number[] = [];
  places.forEach(([x, y], i) => {
    let best = 0;
    let bestWorth = -Infinity;
    for (let tone = 0; tone < TONES; tone++) {
      // The middle lightness is the most colorful: the others come in when it runs short.
      let worth = tone < HUES ? 1 : 0.8;
      const ease = worth;
      for (let j = 0; j < i; j++) {
        const far = Math.hypot(x - places[j]![0], y - places[j]![1]) / spread;
        const again = dealt[j] === tone ? 0.2 : 1;
        worth = Math.min(worth, (table[tone]![dealt[j]!]! + 0.01) * (0.6 + far) * ease * again);
      }
      if (worth > bestWorth) {
        best = tone;
        bestWorth = worth;
      }
    }
    dealt.push(best);
  });
  return dealt;
}

/**
 * Colors for what grows: in equal steps of lightness, so that the order is seen by any eye and without color too; hue
 * runs from yellow to violet and keeps neighbors apart. What is more stands out more from the ground.
 */

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
