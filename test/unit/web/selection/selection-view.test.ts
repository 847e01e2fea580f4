import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, daysOf, NO_DAY } from '../../../../web/dates/days.ts';
import { fittingIds, printParts } from '../../../../web/selection/region-parts.ts';
import { dateRange, newestFirst, topicsOf } from '../../../../web/selection/selection-view.ts';
import { exportName } from '../../../../web/ui/export-buttons.ts';

const day = fc.option(fc.integer({ min: daysOf('1990')!.first, max: daysOf('2030')!.last }), { nil: NO_DAY });
const papers = fc.array(fc.tuple(day, fc.integer({ min: -1, max: 4 }), fc.boolean()), { maxLength: 60 }).map((all) => ({
  date: Int32Array.from(all, ([one]) => one),
  topic: Int32Array.from(all, ([, one]) => one),
  rows: Uint32Array.from(all.flatMap(([, , isIn], row) => (isIn ? [row] : []))),
}));

describe('what is told of selected papers', () => {
  it('counts every one of them in its topic, the largest first', () => {
    fc.assert(
      fc.property(papers, ({ rows, topic }) => {
        const told = topicsOf(rows, topic);
        for (const [id, n] of told) expect(n).toBe([...rows].filter((row) => topic[row] === id).length);
        expect(told.reduce((sum, [, n]) => sum + n, 0)).toBe(rows.length);
        const sizes = told.map(([, n]) => n);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });

  it('begins and ends with dates that papers have', () => {
    fc.assert(
      fc.property(papers, ({ rows, date }) => {
        const known = [...rows]
          .map((row) => date[row]!)
          .filter((one) => one !== NO_DAY)
          .sort((a, b) => a - b);
        const range = dateRange(rows, date);
        if (known.length === 0) expect(range).toBeNull();
        else expect(range).toEqual({ from: dateOf(known[0]!, 'day'), to: dateOf(known.at(-1)!, 'day') });
      }),
    );
  });

  it('has the newest first and those without a date last', () => {
    fc.assert(
      fc.property(papers, ({ rows, date }) => {
        const ordered = newestFirst(rows, date);
        expect([...ordered].sort((a, b) => a - b)).toEqual([...rows]);
        for (let i = 1; i < ordered.length; i++)
          expect(date[ordered[i - 1]!]).toBeGreaterThanOrEqual(date[ordered[i]!]!);
      }),
    );
  });

  it('is saved under a name that says what and how many', () => {
    expect(exportName(42, 'Robots · grasping', 'bibtex')).toBe('paperfield-42-papers-robots-grasping.bib');
    expect(exportName(1, '', 'csv')).toBe('paperfield-1-paper.csv');
  });
});

describe('papers in an address', () => {
  it('are as many as it can hold, from the first on', () => {
    const ids = Array.from({ length: 900 }, (_, i) => `2501.${String(i).padStart(5, '0')}`);
    const fitting = fittingIds(ids);
    expect(fitting.length).toBeGreaterThan(300);
    expect(fitting).toEqual(ids.slice(0, fitting.length));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 900 }), (some) => {
        const text = printParts([{ operation: 'add', subject: { kind: 'papers', ids: fittingIds(some) } }]);
        expect(encodeURIComponent(text).replaceAll('%2C', ',').length).toBeLessThanOrEqual(4010);
      }),
    );
  });
});
