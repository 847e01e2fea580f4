import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { topicHistories } from '../../../../pipeline/topics/describe-topics.ts';

fc.configureGlobal({ seed: 8017 });

const historiesOf = (dates: readonly (string | undefined)[], leaves: readonly number[], parents: readonly number[]) =>
  topicHistories(dates, { parentOf: Int32Array.from(parents), leafOfRow: Int32Array.from(leaves) });
/** Papers of one month as [date, topic]; the first `inTopic` are in topic 0, the others in none. */
const month = (date: string, papers: number, inTopic: number): [string, number][] =>
  Array.from({ length: papers }, (_, i) => [date, i < inTopic ? 0 : OUTLIER]);
/** The growth of topic 0. */
const growthOf = (...months: [string, number][][]) => {
  const papers = months.flat();
  return historiesOf(
    papers.map(([date]) => date),
    papers.map(([, leaf]) => leaf),
    [-1],
  )[0].growth;
};

describe('topicHistories', () => {
  test('counts the papers of a topic and its subtopic by month, with their share of all papers of the month', () => {
    const dates = ['2025-03-01', '2025-03', '2025-04-30', '2025-04-01', '2025-03-31', '2025-03'];
    const [topic, subtopic] = historiesOf(dates, [1, 0, 1, OUTLIER, OUTLIER, OUTLIER], [-1, 0]);
    expect(topic.months).toEqual([
      { month: '2025-03', papers: 2, share: 0.5 },
      { month: '2025-04', papers: 1, share: 0.5 },
    ]);
    expect(subtopic.months).toEqual([
      { month: '2025-03', papers: 1, share: 0.25 },
      { month: '2025-04', papers: 1, share: 0.5 },
    ]);
  });

  test('ignores dates without a valid month', () => {
    const [topic] = historiesOf(['2025', undefined, '2025-13', '2025-1', 'soon', '2025-01'], [0, 0, 0, 0, 0, 0], [-1]);
    expect(topic).toEqual({ months: [{ month: '2025-01', papers: 1, share: 1 }], growth: null });
  });

  test('measures whether a topic grew, shrank or stayed the same', () => {
    const earlier = month('2025-01', 200, 20);
    expect(growthOf(earlier, month('2025-02', 100, 40))).toBeGreaterThan(3);
    expect(growthOf(earlier, month('2025-02', 100, 2))).toBeLessThan(0.5);
    expect(growthOf(earlier, month('2025-02', 100, 10))).toBeCloseTo(1, 1);
  });

  test('has no growth if a period or the topic has too few papers', () => {
    expect(growthOf(month('2025-01', 19, 9), month('2025-02', 9, 9))).toBeNull();
    expect(growthOf(month('2025-01', 200, 4), month('2025-02', 100, 3))).toBeNull();
    expect(growthOf(month('2025-01', 200, 4), month('2025-02', 100, 4))).not.toBeNull();
    expect(growthOf(month('2025-01', 300, 100))).toBeNull();
  });

  test('compares the last twelve months with the two years before, and ignores earlier ones', () => {
    const year = (name: number, inTopic: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((i) =>
        month(`${name}-${String(i + 1).padStart(2, '0')}`, 10, inTopic),
      );
    const lastYears = [year(2022, 1), year(2023, 1), year(2024, 2)];
    const yearsBefore = Array.from({ length: 12 }, (_, i) => year(2010 + i, 9));
    expect(growthOf(...yearsBefore, ...lastYears)).toBe(growthOf(...lastYears));
    expect(growthOf(...lastYears)).toBeGreaterThan(1.5);
  });

  /** Papers as [month, topic]. */
  const corpora = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -1, max: 3 })), {
    minLength: 60,
    maxLength: 300,
  });
  // Topics 1 and 2 are subtopics of 0.
  const parents = [-1, 0, 0, -1];
  const datesOf = (papers: readonly (readonly [number, number])[]) =>
    papers.map(([monthIndex]) => `2025-0${monthIndex + 1}-15`);

  test('counts every paper once per topic it is in', () => {
    fc.assert(
      fc.property(corpora, (papers) => {
        const leaves = papers.map(([, leaf]) => leaf);
        const dates = datesOf(papers);
        const histories = historiesOf(dates, leaves, parents);
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

  test('gives a topic of all papers growth 1, and the reciprocal if the periods are swapped', () => {
    fc.assert(
      fc.property(corpora, (papers) => {
        const ofAllPapers = historiesOf(
          datesOf(papers),
          papers.map(() => 0),
          [-1],
        );
        expect([null, 1]).toContain(ofAllPapers[0].growth);
        // Two months with equally many papers: the later one is the recent period.
        const half = papers.slice(0, papers.length - (papers.length % 2));
        const forward = half.map(([, leaf], i): [number, number] => [i % 2, leaf]);
        const backward = forward.map(([monthIndex, leaf]): [number, number] => [1 - monthIndex, leaf]);
        const leaves = half.map(([, leaf]) => leaf);
        const reversed = historiesOf(datesOf(backward), leaves, parents);
        historiesOf(datesOf(forward), leaves, parents).forEach(({ growth }, topic) => {
          const reversedGrowth = reversed[topic].growth;
          if (growth === null || reversedGrowth === null) expect([growth, reversedGrowth]).toEqual([null, null]);
          else expect(Math.abs(growth * reversedGrowth - 1)).toBeLessThan(0.02);
        });
      }),
      { numRuns: 200 },
    );
  });

  test('rises with the number of recent papers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 100 }), fc.integer({ min: 0, max: 99 }), (earlierCount, recentCount) => {
        const earlier = month('2025-01', 200, earlierCount);
        const growth = growthOf(earlier, month('2025-02', 100, recentCount)) ?? Number.NaN;
        const withOneMore = growthOf(earlier, month('2025-02', 100, recentCount + 1)) ?? Number.NaN;
        expect(withOneMore).toBeGreaterThanOrEqual(growth);
      }),
    );
  });
});
