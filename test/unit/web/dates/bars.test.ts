import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAll, moved, nextWindow, windowOf } from '../../../../web/dates/bars.ts';

describe('the window of dates', () => {
  const some = fc.tuple(fc.integer({ min: 2, max: 240 }), fc.integer(), fc.integer());

  it('has its ends in order and among the bins', () => {
    fc.assert(
      fc.property(some, ([bins, a, b]) => {
        const { from, to } = windowOf(a, b, bins);
        expect(0 <= from && from <= to && to < bins).toBe(true);
      }),
    );
  });

  it('keeps its width when it is moved, and stops at either end', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: -300, max: 300 }), ([bins, a, b], by) => {
        const window = windowOf(a % bins, b % bins, bins);
        const next = moved(window, by, bins);
        expect(next.to - next.from).toBe(window.to - window.from);
        expect(0 <= next.from && next.to < bins).toBe(true);
        const wished = window.from + by;
        if (wished >= 0 && wished + next.to - next.from < bins) expect(next.from).toBe(wished);
      }),
    );
  });

  it('plays from the first bin to the last, and begins again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 240 }), (bins) => {
        let window = nextWindow({ from: 0, to: bins - 1 }, bins);
        expect(window.from).toBe(0);
        expect(isAll(window, bins)).toBe(false);
        const seen = new Set<number>();
        for (let i = 0; i < bins && window.to < bins - 1; i++) {
          for (let bin = window.from; bin <= window.to; bin++) seen.add(bin);
          window = nextWindow(window, bins);
        }
        for (let bin = window.from; bin <= window.to; bin++) seen.add(bin);
        expect(seen.size).toBe(bins);
        expect(nextWindow(window, bins).from).toBe(0);
      }),
    );
  });
});
