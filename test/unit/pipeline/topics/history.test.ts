import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { topicHistories } from '../../../../pipeline/topics/history.ts';

fc.configureGlobal({ seed: 8017 });

const history = (dates: readonly (string | undefined)[], leaves: readonly number[], parents: readonly number[]) =>
  topicHistories(dates, Int32Array.from(parents), Int32Array.from(leaves));
/** So many papers of a month, of which so many are in topic 0. */
const month = (date: string, papers: number, inTopic: number): [string, number][] =>
  Array.from({ length: papers }, (_, i) => [date, i < inTopic ? 0 : OUTLIER]);
const growth = (...months: [string, number][][]) => {
  const papers = months.flat();
  return history(
    papers.map(([date]) => date),
    papers.map(([, leaf]) => leaf),
    [-1],
  )[0].growth;
};

describe('topicHistories', () => {
  test('counts the papers of a topic and of its parts by month, beside all papers of that month', () => {
    const dates = ['2025-03-01', '2025-03', '2025-04-30', '2025-04-01', '2025-03-31', '2025-03'];
    const [field, part] = history(dates, [1, 0, 1, OUTLIER, OUTLIER, OUTLIER], [-1, 0]);
    expect(field.months).toEqual([
      { month: '2025-03', papers: 2, share: 0.5 },
      { month: '2025-04', papers: 1, share: 0.5 },
    ]);
    expect(part.months).toEqual([
      { month: '2025-03', papers: 1, share: 0.25 },
      { month: '2025-04', papers: 1, share: 0.5 },
    ]);
  });

  test('passes over dates that name no month', () => {
    const [topic] = history(['2025', undefined, '2025-13', '2025-1', 'soon', '2025-01'], [0, 0, 0, 0, 0, 0], [-1]);
    expect(topic).toEqual({ months: [{ month: '2025-01', papers: 1, share: 1 }], growth: null });
  });

  test('finds that a topic grew, shrank or stayed', () => {
    const before = month('2025-01', 200, 20);
    expect(growth(before, month('2025-02', 100, 40))).toBeGreaterThan(3);
    expect(growth(before, month('2025-02', 100, 2))).toBeLessThan(0.5);
    expect(growth(before, month('2025-02', 100, 10))).toBeCloseTo(1, 1);
  });

  test('knows no growth where a time or the topic has too few papers', () => {
    expect(growth(month('2025-01', 19, 9), month('2025-02', 9, 9))).toBeNull();
    expect(growth(month('2025-01', 200, 4), month('2025-02', 100, 3))).toBeNull();
    expect(growth(month('2025-01', 200, 4), month('2025-02', 100, 4))).not.toBeNull();
    expect(growth(month('2025-01', 300, 100))).toBeNull();
  });

  test('compares the last twelve months with the two years before, and looks no further back', () => {
    const years = (from: number, inTopic: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((i) =>
        month(`${from}-${String(i + 1).padStart(2, '0')}`, 10, inTopic),
      );
    const recent = [years(2022, 1), years(2023, 1), years(2024, 2)];
    const long = Array.from({ length: 12 }, (_, i) => years(2010 + i, 9));
    expect(growth(...long, ...recent)).toBe(growth(...recent));
    expect(growth(...recent)).toBeGreaterThan(1.5);
  });

  const corpus = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -1, max: 3 })), {
    minLength: 60,
    maxLength: 300,
  });
  // 0 holds 1 and 2, 3 stands alone.
  const parents = [-1, 0, 0, -1];
  const datesOf = (papers: readonly (readonly [number, number])[], at: (month: number) => number = (month) => month) =>
    papers.map(([month]) => `2025-0${at(month) + 1}-15`);

  test('loses and invents no paper', () => {
    fc.assert(
      fc.property(corpus, (papers) => {
        const leaves = papers.map(([, leaf]) => leaf);
        const dates = datesOf(papers);
        const histories = history(dates, leaves, parents);
        for (const [topic, { months }] of histories.entries()) {
          const own = papers.filter(([, leaf]) => leaf === topic || (leaf >= 0 && parents[leaf] === topic));
          expect(months.reduce((sum, { papers: count }) => sum + count, 0)).toBe(own.length);
          expect(months.map((one) => one.month)).toEqual([...new Set(months.map((one) => one.month))].sort());
          for (const one of months) {
            const all = dates.filter((date) => date.startsWith(one.month)).length;
            expect(one.share).toBeCloseTo(one.papers / all, 4);
            expect(one.papers).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('the topic of all papers does not grow, and growth read backwards is its inverse', () => {
    fc.assert(
      fc.property(corpus, (papers) => {
        const all = history(
          datesOf(papers),
          papers.map(() => 0),
          [-1],
        );
        expect([null, 1]).toContain(all[0].growth);
        // Two months of equally many papers: either way round one is 'of late'.
        const half = papers.slice(0, papers.length - (papers.length % 2));
        const two = half.map(([, leaf], i): [number, number] => [i % 2, leaf]);
        const leaves = two.map(([, leaf]) => leaf);
        const forwards = history(datesOf(two), leaves, parents);
        const backwards = history(
          datesOf(two, (month) => 1 - month),
          leaves,
          parents,
        );
        forwards.forEach(({ growth }, topic) => {
          const back = backwards[topic].growth;
          if (growth === null || back === null) expect([growth, back]).toEqual([null, null]);
          else expect(Math.abs(growth * back - 1)).toBeLessThan(0.02);
        });
      }),
      { numRuns: 200 },
    );
  });

  test('more papers of late never make it grow less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 100 }), fc.integer({ min: 0, max: 99 }), (early, late) => {
        const before = month('2025-01', 200, early);
        const less = growth(before, month('2025-02', 100, late)) ?? Number.NaN;
        const more = growth(before, month('2025-02', 100, late + 1)) ?? Number.NaN;
        expect(more).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
