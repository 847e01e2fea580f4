import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperColumns } from '../../../../pipeline/core/paper-columns.ts';
import { createRowComparator, createSortedPaperLister } from '../../../../pipeline/search/sort-order.ts';

interface Dated {
  readonly date: string | null;
  readonly comments: number;
}
const columnsOf = (papers: readonly Dated[]): PaperColumns => ({
  dates: papers.map(({ date }) => date),
  comments: Int32Array.from(papers, ({ comments }) => comments),
  authorCounts: new Int32Array(papers.length),
  organizations: papers.map(() => null),
  categories: papers.map(() => null),
});
const papers = fc.array(
  fc.record({
    date: fc.constantFrom(null, '2024', '2025', '2025-01', '2025-01-07', '2025-01-08'),
    comments: fc.integer({ min: -1, max: 3 }),
  }),
  { maxLength: 20 },
);

describe('sorted papers', () => {
  test('are all papers that pass the filter, each once, by date or by comments', () => {
    const masks = fc.option(fc.uint8Array({ minLength: 20, maxLength: 20, max: 1 }), { nil: undefined });
    fc.assert(
      fc.property(papers, masks, fc.constantFrom('date' as const, 'comments' as const), (list, bits, order) => {
        const mask = bits?.subarray(0, list.length);
        const filter = mask && { mask, count: mask.filter((bit) => bit === 1).length };
        const rows = createSortedPaperLister(columnsOf(list))(filter, order);
        const passing = [...list.keys()].filter((row) => !mask || mask[row] === 1);
        expect([...rows].sort((a, b) => a - b)).toEqual(passing);
        for (let i = 1; i < rows.length; i++) {
          const [previous, next] = [list[rows[i - 1]], list[rows[i]]];
          const byDate = (previous.date ?? '').localeCompare(next.date ?? '') || rows[i] - rows[i - 1];
          const byComments = order === 'comments' ? previous.comments - next.comments : 0;
          expect(byComments || byDate).toBeGreaterThan(0);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('have papers without a date or without a number of comments last', () => {
    const columns = columnsOf([
      { date: null, comments: 0 },
      { date: '2024', comments: -1 },
      { date: '2025-01', comments: 7 },
      { date: '2025', comments: 0 },
    ]);
    expect([...createSortedPaperLister(columns)(undefined, 'date')]).toEqual([2, 3, 1, 0]);
    expect([...createSortedPaperLister(columns)(undefined, 'comments')]).toEqual([2, 3, 0, 1]);
  });

  test('by comments are sorted by date if the numbers are equal or unknown', () => {
    const columns = columnsOf([
      { date: '2024', comments: -1 },
      { date: '2024-05', comments: 2 },
      { date: null, comments: -1 },
      { date: '2025-02', comments: 2 },
      { date: '2025', comments: -1 },
    ]);
    expect([...createSortedPaperLister(columns)(undefined, 'comments')]).toEqual([3, 1, 4, 0, 2]);
  });

  test('are empty without papers', () => {
    expect(createSortedPaperLister(columnsOf([]))(undefined, 'date')).toHaveLength(0);
  });
});

test('createRowComparator is a total order for each sort order', () => {
  fc.assert(
    fc.property(papers, fc.constantFrom('date' as const, 'comments' as const), (list, order) => {
      const compare = createRowComparator(columnsOf(list), order);
      const sorted = [...list.keys()].sort(compare);
      sorted.forEach((a, i) => {
        sorted.forEach((b, j) => {
          expect(Math.sign(compare(a, b))).toBe(Math.sign(i - j));
        });
      });
    }),
    { seed: 2 },
  );
});
