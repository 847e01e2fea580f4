import { describe, expect, test } from 'vitest';
import { linearRgbToOklab, type Rgb } from '../../../../../web/map/color/oklch.ts';
import {
  assignTones,
  sequentialRgb,
  TONE_COUNT,
  toneDistance,
  toneLuminance,
} from '../../../../../web/map/color/palette.ts';

/** Topics spread evenly over a disc: a golden-angle spiral. */
const positions = Array.from({ length: TONE_COUNT }, (_, i) => {
  const radius = Math.sqrt(i / TONE_COUNT);
  return [radius * Math.cos(2.4 * i), radius * Math.sin(2.4 * i)] as const;
});

describe('the tones of topics', () => {
  test('are all different if there are no more topics than tones', () => {
    expect(new Set(assignTones(positions)).size).toBe(TONE_COUNT);
  });

  test('are repeated if there are more topics than tones', () => {
    const tones = assignTones([...positions, ...positions.map(([x, y]) => [x + 3, y] as const)]);
    expect(tones).toHaveLength(2 * TONE_COUNT);
    expect(tones.every((tone) => tone >= 0 && tone < TONE_COUNT)).toBe(true);
  });

  test('are the same for the same topics', () => {
    expect(assignTones(positions)).toEqual(assignTones(positions));
    expect(assignTones([])).toEqual([]);
  });

  test('are distinguishable for a dozen topics', () => {
    const tones = assignTones(positions.slice(0, 12));
    for (const a of tones) for (const b of tones) if (a !== b) expect(toneDistance(a, b)).toBeGreaterThan(0.055);
  });

  test('differ more between neighbors on the map than between any two topics', () => {
    const tones = assignTones(positions);
    const neighbors: number[] = [];
    const others: number[] = [];
    positions.forEach(([x, y], i) => {
      positions.forEach(([otherX, otherY], j) => {
        if (j >= i) return;
        const isNeighbor = Math.hypot(x - otherX, y - otherY) < 0.22;
        (isNeighbor ? neighbors : others).push(toneDistance(tones[i], tones[j]));
      });
    });
    const fifthPercentile = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 20)];
    expect(fifthPercentile(neighbors)).toBeGreaterThan(fifthPercentile(others));
  });

  test('have contrast to the background, light and dark', () => {
    const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    for (let tone = 0; tone < TONE_COUNT; tone++) {
      expect(contrast(toneLuminance(tone, 'light'), 0.9)).toBeGreaterThan(2.3);
      expect(contrast(toneLuminance(tone, 'dark'), 0.006)).toBeGreaterThan(4.5);
    }
  });
});

describe('the sequential scale', () => {
  const parts = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1];

  test.each(['light', 'dark'] as const)('changes in even steps of lightness, in the %s theme', (theme) => {
    const colors = parts.map((part) => linearRgbToOklab(sequentialRgb(part, theme)));
    const steps = colors.slice(1).map(([lightness], i) => Math.abs(lightness - colors[i][0]));
    for (const step of steps) {
      expect(step).toBeGreaterThan(0.05);
      expect(step / steps[0]).toBeGreaterThan(0.6);
      expect(step / steps[0]).toBeLessThan(1.6);
    }
  });

  test.each(['light', 'dark'] as const)('has neighbors that can be told apart, in the %s theme', (theme) => {
    const colors = parts.map((part) => linearRgbToOklab(sequentialRgb(part, theme)));
    const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    colors.slice(1).forEach((color, i) => {
      expect(distance(color, colors[i])).toBeGreaterThan(0.07);
    });
  });
});
