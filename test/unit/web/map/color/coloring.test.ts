import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNKNOWN_DAY } from '../../../../../web/dates/days.ts';
import { type Binning, binAccuracy, binComments, binDates } from '../../../../../web/map/color/coloring.ts';

/** Bins ascend with the values, and unknown values are in none. */
function expectAscending({ bins, binIndex }: Binning, values: readonly number[], isKnown: (value: number) => boolean) {
  values.forEach((value, row) => {
    if (isKnown(value)) expect(binIndex[row]).toBeLessThan(bins.length);
    else expect(binIndex[row]).toBe(bins.length);
  });
  const known = values.map((value, row) => [value, binIndex[row]] as const).filter(([value]) => isKnown(value));
  known.sort(([a], [b]) => a - b);
  for (let i = 1; i < known.length; i++) expect(known[i][1]).toBeGreaterThanOrEqual(known[i - 1][1]);
}

describe('the bins that papers are colored by', () => {
  test('divide dates into at most seven ranges, which begin at their keys', () => {
    const day = fc.oneof(fc.integer({ min: -20_000, max: 25_000 }), fc.constant(UNKNOWN_DAY));
    fc.assert(
      fc.property(fc.array(day, { maxLength: 60 }), (days) => {
        const binning = binDates(Int32Array.from(days));
        expectAscending(binning, days, (value) => value !== UNKNOWN_DAY);
        expect(binning.bins.length).toBeLessThanOrEqual(7);
        days.forEach((value, row) => {
          if (value === UNKNOWN_DAY) return;
          const month = new Date(value * 86_400_000).toISOString().slice(0, 7);
          const bin = binning.binIndex[row];
          expect(binning.bins[bin].key <= month).toBe(true);
          const next = binning.bins.at(bin + 1);
          if (bin + 1 < binning.bins.length) expect(next!.key > month).toBe(true);
        });
      }),
    );
  });

  test('divide numbers of comments, with none in a bin of its own', () => {
    const comments = fc.oneof(fc.integer({ min: -1, max: 9 }), fc.nat({ max: 5000 }));
    fc.assert(
      fc.property(fc.array(comments, { maxLength: 60 }), (values) => {
        const binning = binComments(Int32Array.from(values));
        expectAscending(binning, values, (value) => value >= 0);
        const binOf = (value: number) => binning.binIndex[values.indexOf(value)];
        if (values.includes(0) && values.includes(1)) expect(binOf(0)).not.toBe(binOf(1));
      }),
    );
  });

  test('are labeled with their range', () => {
    const days = (...dates: string[]) => Int32Array.from(dates, (date) => Date.parse(date) / 86_400_000);
    const labels = ({ bins }: Binning) => bins.map(({ label }) => label);
    expect(labels(binDates(days('2026-01-03', '2026-03-01')))).toEqual(['Jan 2026', 'Feb 2026', 'Mar 2026']);
    expect(labels(binDates(days('2025-11-03', '2026-10-01')))).toEqual([
      'Nov–Dec 2025',
      'Jan–Feb 2026',
      'Mar–Apr 2026',
      'May–Jun 2026',
      'Jul–Aug 2026',
      'Sep–Oct 2026',
    ]);
    expect(labels(binDates(days('2017-05-01', '2022-02-01')))).toEqual([
      '2017',
      '2018',
      '2019',
      '2020',
      '2021',
      '2022',
    ]);
    expect(labels(binComments(Int32Array.of(0, 12)))).toEqual(['0', '1', '2–3', '4–7', '8 or more']);
    expect(labels(binAccuracy(Uint8Array.of(255)))).toEqual(['0–19%', '20–39%', '40–59%', '60–79%', '80–100%']);
    expect([...binAccuracy(Uint8Array.of(0, 50, 51, 254, 255)).binIndex]).toEqual([0, 0, 1, 4, 4]);
    expect(binDates(Int32Array.of(UNKNOWN_DAY)).bins).toEqual([]);
    expect(binComments(Int32Array.of(-1)).bins).toEqual([]);
  });
});
