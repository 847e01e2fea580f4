import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBinRange, isFullRange, nextPlaybackRange, shiftBinRange } from '../../../../web/dates/date-brush.ts';

describe('a brushed range of bins', () => {
  const cases = fc.tuple(fc.integer({ min: 2, max: 240 }), fc.integer(), fc.integer());

  test('has ordered ends that are among the bins', () => {
    fc.assert(
      fc.property(cases, ([bins, a, b]) => {
        const { from, to } = createBinRange(a, b, bins);
        expect(0 <= from && from <= to && to < bins).toBe(true);
      }),
    );
  });

  test('keeps its width when it is moved, and stops at the ends', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: -300, max: 300 }), ([bins, a, b], by) => {
        const range = createBinRange(a % bins, b % bins, bins);
        const moved = shiftBinRange(range, by, bins);
        expect(moved.to - moved.from).toBe(range.to - range.from);
        expect(0 <= moved.from && moved.to < bins).toBe(true);
        const target = range.from + by;
        if (target >= 0 && target + moved.to - moved.from < bins) expect(moved.from).toBe(target);
      }),
    );
  });

  test('plays from the first bin to the last, then starts again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 240 }), (bins) => {
        let range = nextPlaybackRange({ from: 0, to: bins - 1 }, bins);
        expect(range.from).toBe(0);
        expect(isFullRange(range, bins)).toBe(false);
        const seen = new Set<number>();
        for (let i = 0; i < bins && range.to < bins - 1; i++) {
          for (let bin = range.from; bin <= range.to; bin++) seen.add(bin);
          range = nextPlaybackRange(range, bins);
        }
        for (let bin = range.from; bin <= range.to; bin++) seen.add(bin);
        expect(seen.size).toBe(bins);
        expect(nextPlaybackRange(range, bins).from).toBe(0);
      }),
    );
  });
});
