import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDay, parseDateAsDays, UNKNOWN_DAY } from '../../../../web/dates/days.ts';
import { countByTopic, dateRangeOf, sortNewestFirst } from '../../../../web/selection/selection-view.ts';
import { exportFileName } from '../../../../web/ui/export-buttons.ts';

const day = fc.option(fc.integer({ min: parseDateAsDays('1990')!.first, max: parseDateAsDays('2030')!.last }), {
  nil: UNKNOWN_DAY,
});
const selections = fc
  .array(fc.tuple(day, fc.integer({ min: -1, max: 4 }), fc.boolean()), { maxLength: 60 })
  .map((papers) => ({
    date: Int32Array.from(papers, ([date]) => date),
    topic: Int32Array.from(papers, ([, topic]) => topic),
    rows: Uint32Array.from(papers.flatMap(([, , isSelected], row) => (isSelected ? [row] : []))),
  }));

describe('the summary of selected papers', () => {
  test('counts every paper in its topic, the largest topic first', () => {
    fc.assert(
      fc.property(selections, ({ rows, topic }) => {
        const counts = countByTopic(rows, topic);
        for (const [id, papers] of counts) expect(papers).toBe([...rows].filter((row) => topic[row] === id).length);
        expect(counts.reduce((sum, [, papers]) => sum + papers, 0)).toBe(rows.length);
        const sizes = counts.map(([, papers]) => papers);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });

  test('has the first and the last known date', () => {
    fc.assert(
      fc.property(selections, ({ rows, date }) => {
        const days = [...rows]
          .map((row) => date[row])
          .filter((value) => value !== UNKNOWN_DAY)
          .sort((a, b) => a - b);
        const range = dateRangeOf(rows, date);
        if (days.length === 0) expect(range).toBeNull();
        else expect(range).toEqual({ from: formatDay(days[0], 'day'), to: formatDay(days.at(-1)!, 'day') });
      }),
    );
  });

  test('lists the newest paper first and papers without a date last', () => {
    fc.assert(
      fc.property(selections, ({ rows, date }) => {
        const ordered = sortNewestFirst(rows, date);
        expect([...ordered].sort((a, b) => a - b)).toEqual([...rows]);
        for (let i = 1; i < ordered.length; i++) expect(date[ordered[i - 1]]).toBeGreaterThanOrEqual(date[ordered[i]]);
      }),
    );
  });

  test('is exported under a file name with the number of papers and their topic', () => {
    expect(exportFileName(42, 'Robots · grasping', 'bibtex')).toBe('paperfield-42-papers-robots-grasping.bib');
    expect(exportFileName(1, '', 'csv')).toBe('paperfield-1-paper.csv');
  });
});
