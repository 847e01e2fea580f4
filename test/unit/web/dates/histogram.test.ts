import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, daysOf, NO_DAY, printSpan, spanDays } from '../../../../web/dates/days.ts';
import { binned, binOf, datesOfBins, histogramOf, outsideOf } from '../../../../web/dates/histogram.ts';

const day = fc.integer({ min: daysOf('1960')!.first, max: daysOf('2035')!.last });
const spread = fc.constantFrom(5, 80, 900, 30_000);
/** Days of papers near each other or far apart, some not known. */
const dates = fc
  .tuple(day, spread)
  .chain(([from, width]) =>
    fc.array(
      fc.option(
        fc.nat(width).map((add) => from + add),
        { nil: NO_DAY },
      ),
      { maxLength: 80 },
    ),
  )
  .map((days) => Int32Array.from(days));

describe('dates', () => {
  it('mean all days of a year or a month, or one day', () => {
    expect(daysOf('1970')).toEqual({ first: 0, last: 364 });
    expect(daysOf('1970-02')).toEqual({ first: 31, last: 58 });
    expect(daysOf('2024-02')!.last - daysOf('2024-02')!.first).toBe(28);
    expect(daysOf('1969-12-31')).toEqual({ first: -1, last: -1 });
    for (const wrong of ['', '2025-13', '2025-02-30', '25', '2025-1', '2025-01-07T', 'x2025']) {
      expect(daysOf(wrong)).toBeNull();
    }
  });

  it('come back from the day they name', () => {
    fc.assert(
      fc.property(day, (one) => {
        expect(daysOf(dateOf(one, 'day'))).toEqual({ first: one, last: one });
        const month = daysOf(dateOf(one, 'month'))!;
        expect(month.first <= one && one <= month.last).toBe(true);
      }),
    );
  });

  it('stand in an address as a span, both ends within', () => {
    expect(printSpan('2025-01', '2025-06')).toBe('2025-01..2025-06');
    expect(spanDays('2025-01..2025-06')).toEqual({
      first: daysOf('2025-01-01')!.first,
      last: daysOf('2025-06-30')!.last,
    });
    expect(spanDays(printSpan('2025', '2025'))).toEqual(daysOf('2025'));
    for (const wrong of ['', '2025..', '..2025', '2026..2025', '2025..2026..2027']) expect(spanDays(wrong)).toBeNull();
  });
});

describe('the histogram of dates', () => {
  it('counts every dated paper in the bin of its day, its month or its year', () => {
    fc.assert(
      fc.property(dates, (some) => {
        const { unit, starts, counts, dated } = histogramOf(some);
        const known = [...some].filter((one) => one !== NO_DAY);
        expect(dated).toBe(known.length);
        const expected = new Map<string, number>();
        for (const one of known) {
          const name = dateOf(one, unit);
          expected.set(name, (expected.get(name) ?? 0) + 1);
        }
        const told = [...counts].map((count, bin) => [dateOf(starts[bin]!, unit), count] as const);
        expect(new Map(told.filter(([, count]) => count > 0))).toEqual(expected);
        for (let bin = 1; bin < starts.length; bin++) expect(starts[bin]).toBeGreaterThan(starts[bin - 1]!);
        for (const one of known) {
          const bin = binOf(starts, one);
          expect(starts[bin]! <= one && one < starts[bin + 1]!).toBe(true);
        }
      }),
    );
  });

  it('bins what was found of each month where the papers themselves stand, months or years', () => {
    fc.assert(
      fc.property(dates, (some) => {
        const histogram = histogramOf(some);
        const months = new Map<string, number>();
        for (const one of some)
          if (one !== NO_DAY) months.set(dateOf(one, 'month'), (months.get(dateOf(one, 'month')) ?? 0) + 1);
        const found = binned(
          histogram,
          [...months].map(([date, papers]) => ({ date, papers })),
        );
        expect(found).toEqual(histogram.unit === 'day' ? null : histogram.counts);
      }),
    );
  });

  it('has bins that fit how far the dates are apart', () => {
    const of = (...some: string[]) => histogramOf(Int32Array.from(some, (date) => daysOf(date)!.first));
    expect(of('2025-01-07', '2025-02-03').unit).toBe('day');
    expect(of('2025-01', '2025-03').unit).toBe('month');
    expect(of('2025-01-07', '2025-09-03')).toMatchObject({ unit: 'month', dated: 2 });
    expect(of('1971', '2025').unit).toBe('year');
    expect(histogramOf(Int32Array.of(NO_DAY)).counts.length).toBe(0);
  });

  it('gives for some of its bins the dates that keep just their papers', () => {
    fc.assert(
      fc.property(dates, fc.nat(), fc.nat(), (some, a, b) => {
        const histogram = histogramOf(some);
        const bins = histogram.counts.length;
        if (bins === 0) return;
        const [from, to] = [Math.min(a % bins, b % bins), Math.max(a % bins, b % bins)];
        const span = datesOfBins(histogram, from, to);
        const outside = outsideOf(some, spanDays(printSpan(span.from, span.to))!);
        const kept = [...outside].filter((one) => one === 0).length;
        expect(kept).toBe(histogram.counts.slice(from, to + 1).reduce((sum, one) => sum + one, 0));
      }),
    );
  });
});
