import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_DAY } from '../../../../../web/dates/days.ts';
import { binComments, binDates, binAccuracy, type Binning } from '../../../../../web/map/color/coloring.ts';
import { oklab, type Rgb } from '../../../../../web/map/color/oklch.ts';
import { sequentialRgb } from '../../../../../web/map/color/palette.ts';

const day = fc.oneof(fc.integer({ min: -20_000, max: 25_000 }), fc.constant(UNKNOWN_DAY));

/** The classes of some values rise with the values, and what is not known is in none. */
function expectOrder({ bins: classes, binIndex: column }: Binning, values: readonly number[], isKnown: (value: number) => boolean) {
  values.forEach((value, row) => {
    if (isKnown(value)) expect(column[row]).toBeLessThan(classes.length);
    else expect(column[row]).toBe(classes.length);
  });
  const known = values.map((value, row) => [value, column[row]!] as const).filter(([value]) => isKnown(value));
  known.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < known.length; i++) expect(known[i]![1]).toBeGreaterThanOrEqual(known[i - 1]![1]);
}

describe('classes of what papers are colored by', () => {
  it('put any dates in order, into at most seven spans that begin as their keys say', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 60 }), (days) => {
        const classed = binDates(Int32Array.from(days));
        expectOrder(classed, days, (value) => value !== UNKNOWN_DAY);
        expect(classed.bins.length).toBeLessThanOrEqual(7);
        days.forEach((value, row) => {
          if (value === UNKNOWN_DAY) return;
          const month = new Date(value * 86_400_000).toISOString().slice(0, 7);
          const at = classed.binIndex[row]!;
          expect(classed.bins[at]!.key <= month).toBe(true);
          const next = classed.bins[at + 1];
          if (next) expect(next.key > month).toBe(true);
        });
      }),
    );
  });

  it('put any numbers of comments in order, none apart from one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -1, max: 9 }), fc.nat({ max: 5000 })), { maxLength: 60 }),
        (all) => {
          const classed = binComments(Int32Array.from(all));
          expectOrder(classed, all, (value) => value >= 0);
          const classOf = (value: number) => classed.binIndex[all.indexOf(value)];
          if (all.includes(0) && all.includes(1)) expect(classOf(0)).not.toBe(classOf(1));
        },
      ),
    );
  });

  it('say which spans they are', () => {
    const days = (...dates: string[]) => Int32Array.from(dates, (date) => Date.parse(date) / 86_400_000);
    const labels = ({ bins: classes }: Binning) => classes.map(({ label }) => label);
    expect(labels(binDates(days('2026-01-03', '2026-03-01')))).toEqual(['Jan 2026', 'Feb 2026', 'Mar 2026']);
    expect(labels(binDates(days('2025-11-03', '2026-10-01')))).toEqual([
      'Nov–Dec 2025',
      'Jan–Feb 2026',
      'Mar–Apr 2026',
      'May–Jun 2026',
      'Jul–Aug 2026',
      'Sep–Oct 2026',
    ]);
    expect(labels(binDates(days('2017-05-01', '2022-02-01')))).toEqual(['2017', '2018', '2019', '2020', '2021', '2022']);
    expect(labels(binComments(Int32Array.of(0, 12)))).toEqual(['0', '1', '2–3', '4–7', '8 and more']);
    expect(labels(binAccuracy(Uint8Array.of(255)))).toEqual(['0–19 %', '20–39 %', '40–59 %', '60–79 %', '80–100 %']);
    expect([...binAccuracy(Uint8Array.of(0, 50, 51, 254, 255)).binIndex]).toEqual([0, 0, 1, 4, 4]);
    expect(binDates(Int32Array.of(UNKNOWN_DAY)).bins).toEqual([]);
    expect(binComments(Int32Array.of(-1)).bins).toEqual([]);
  });
});

describe('colors for what grows', () => {
  const steps = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1];

  it.each(['light', 'dark'] as const)('rise in even steps of lightness, in %s', (theme) => {
    const labs = steps.map((part) => oklab(sequentialRgb(part, theme)));
    const rises = labs.slice(1).map(([l], i) => Math.abs(l - labs[i]![0]));
    for (const rise of rises) {
      expect(rise).toBeGreaterThan(0.05);
      expect(rise / rises[0]!).toBeGreaterThan(0.6);
      expect(rise / rises[0]!).toBeLessThan(1.6);
    }
  });

  it.each(['light', 'dark'] as const)('keep neighbors apart, in %s', (theme) => {
    const labs = steps.map((part) => oklab(sequentialRgb(part, theme)));
    const apart = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    labs.slice(1).forEach((color, i) => {
      expect(apart(color, labs[i]!)).toBeGreaterThan(0.07);
    });
  });
});
