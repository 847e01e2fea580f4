import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binDateCounts,
  binOf,
  buildDateHistogram,
  datesOfBins,
  maskOutsideDayRange,
} from '../../../../web/dates/date-bins.ts';
import {
  formatDateRange,
  formatDay,
  parseDateAsDays,
  parseDateRange,
  UNKNOWN_DAY,
} from '../../../../web/dates/days.ts';

const anyDay = fc.integer({ min: parseDateAsDays('1960')!.first, max: parseDateAsDays('2035')!.last });
/** Dates of papers, days or decades apart, some unknown. */
const dates = fc
  .tuple(anyDay, fc.constantFrom(5, 80, 900, 30_000))
  .chain(([first, width]) => {
    const day = fc.nat(width).map((offset) => first + offset);
    return fc.array(fc.option(day, { nil: UNKNOWN_DAY }), { maxLength: 80 });
  })
  .map((days) => Int32Array.from(days));

describe('the date histogram', () => {
  test('counts every dated paper in the bin of its day, month or year', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const { unit, starts, counts, dated } = buildDateHistogram(date);
        const known = [...date].filter((day) => day !== UNKNOWN_DAY);
        expect(dated).toBe(known.length);
        const expected = new Map<string, number>();
        for (const day of known) {
          const name = formatDay(day, unit);
          expected.set(name, (expected.get(name) ?? 0) + 1);
        }
        const binned = [...counts].map((count, bin) => [formatDay(starts[bin], unit), count] as const);
        expect(new Map(binned.filter(([, count]) => count > 0))).toEqual(expected);
        for (let bin = 1; bin < starts.length; bin++) expect(starts[bin]).toBeGreaterThan(starts[bin - 1]);
        for (const day of known) {
          const bin = binOf(starts, day);
          expect(starts[bin] <= day && day < starts[bin + 1]).toBe(true);
        }
      }),
    );
  });

  test('puts days outside of its bins into the first or the last', () => {
    const { starts } = buildDateHistogram(Int32Array.of(100, 103));
    expect([binOf(starts, 5), binOf(starts, 99), binOf(starts, 500)]).toEqual([0, 0, 3]);
  });

  test('bins counts by month as it bins the papers themselves, unless its bins are days', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const histogram = buildDateHistogram(date);
        const months = new Map<string, number>();
        for (const day of date) {
          if (day !== UNKNOWN_DAY) months.set(formatDay(day, 'month'), (months.get(formatDay(day, 'month')) ?? 0) + 1);
        }
        const byMonth = [...months].map(([month, count]) => ({ date: month, count }));
        expect(binDateCounts(histogram, byMonth)).toEqual(histogram.unit === 'day' ? null : histogram.counts);
      }),
    );
  });

  test('has bins of days, months or years, depending on the range of the dates', () => {
    const histogramOf = (...names: string[]) =>
      buildDateHistogram(Int32Array.from(names, (name) => parseDateAsDays(name)!.first));
    expect(histogramOf('2025-01-07', '2025-02-03').unit).toBe('day');
    expect(histogramOf('2025-01', '2025-03').unit).toBe('month');
    expect(histogramOf('2025-01-07', '2025-09-03')).toMatchObject({ unit: 'month', dated: 2 });
    expect(histogramOf('1971', '2025').unit).toBe('year');
    expect(buildDateHistogram(Int32Array.of(UNKNOWN_DAY)).counts.length).toBe(0);
  });

  test('gives for a range of bins the dates that select exactly their papers', () => {
    fc.assert(
      fc.property(dates, fc.nat(), fc.nat(), (date, a, b) => {
        const histogram = buildDateHistogram(date);
        const bins = histogram.counts.length;
        if (bins === 0) return;
        const [first, last] = [Math.min(a % bins, b % bins), Math.max(a % bins, b % bins)];
        const { from, to } = datesOfBins(histogram, first, last);
        const excluded = maskOutsideDayRange(date, parseDateRange(formatDateRange(from, to))!);
        const selected = [...excluded].filter((value) => value === 0).length;
        expect(selected).toBe(histogram.counts.slice(first, last + 1).reduce((sum, count) => sum + count, 0));
      }),
    );
  });
});
