import { describe, expect, it } from 'vitest';
import { assignTones, TONE_COUNT, toneLuminance, toneDistance } from '../../../../../web/map/color/palette.ts';

/** Golden-angle spiral: topics spread evenly over a disc. */
const places = Array.from({ length: TONE_COUNT }, (_, i) => {
  const radius = Math.sqrt(i / TONE_COUNT);
  return [radius * Math.cos(2.4 * i), radius * Math.sin(2.4 * i)] as const;
});

describe('the colors of topics', () => {
  it('are all different up to as many topics as there are tones', () => {
    expect(new Set(assignTones(places)).size).toBe(TONE_COUNT);
  });

  it('still come when there are more topics than tones', () => {
    const twice = [...places, ...places.map(([x, y]) => [x + 3, y] as const)];
    const tones = assignTones(twice);
    expect(tones).toHaveLength(2 * TONE_COUNT);
    expect(tones.every((tone) => tone >= 0 && tone < TONE_COUNT)).toBe(true);
  });

  it('are dealt alike for the same topics', () => {
    expect(assignTones(places)).toEqual(assignTones(places));
    expect(assignTones([])).toEqual([]);
  });

  it('stand apart for a dozen topics', () => {
    const tones = assignTones(places.slice(0, 12));
    for (const a of tones) for (const b of tones) if (a !== b) expect(toneDistance(a, b)).toBeGreaterThan(0.055);
  });

  it('look more unlike between neighbors than between any two', () => {
    const tones = assignTones(places);
    const near: number[] = [];
    const any: number[] = [];
    places.forEach(([x, y], i) => {
      places.forEach(([ox, oy], j) => {
        if (j >= i) return;
        (Math.hypot(x - ox, y - oy) < 0.22 ? near : any).push(toneDistance(tones[i]!, tones[j]!));
      });
    });
    const lowest = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 20)]!;
    expect(lowest(near)).toBeGreaterThan(lowest(any));
  });

  it('are seen against the ground, light and dark', () => {
    const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    for (let tone = 0; tone < TONE_COUNT; tone++) {
      expect(contrast(toneLuminance(tone, 'light'), 0.9)).toBeGreaterThan(2.3);
      expect(contrast(toneLuminance(tone, 'dark'), 0.006)).toBeGreaterThan(4.5);
    }
  });
});
