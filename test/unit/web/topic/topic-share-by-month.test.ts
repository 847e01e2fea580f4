import { describe, expect, test } from 'vitest';
import {
  fillMissingMonths,
  formatShare,
  growthText,
  monthChartText,
  similarityText,
} from '../../../../web/topic/topic-share-by-month.ts';

const month = (name: string, papers: number, share: number) => ({ month: name, papers, share });

test('growth is the change of the share of recent papers', () => {
  expect(growthText(2.04)).toBe('Share of recent papers up 104%');
  expect(growthText(1.02)).toBe('Steady share of recent papers');
  expect(growthText(0.86)).toBe('Share of recent papers down 14%');
  expect(growthText(null)).toBeNull();
});

test('shares have a decimal place only if they are small', () => {
  expect([0, 0.0042, 0.0949, 0.095, 0.4234, 1].map(formatShare)).toEqual(['0%', '0.4%', '9.5%', '10%', '42%', '100%']);
});

describe('the months of a topic', () => {
  test('include those without papers, up to the newest of all papers', () => {
    const months = [month('2025-11', 3, 0.3), month('2026-01', 1, 0.1)];
    expect(fillMissingMonths(months, '2026-03-14').map((one) => [one.month, one.papers])).toEqual([
      ['2025-11', 3],
      ['2025-12', 0],
      ['2026-01', 1],
      ['2026-02', 0],
      ['2026-03', 0],
    ]);
    expect(fillMissingMonths(months, null).map((one) => one.month)).toEqual(['2025-11', '2025-12', '2026-01']);
    expect(fillMissingMonths(months, '2020').at(-1)?.month).toBe('2026-01');
    expect(fillMissingMonths([], '2026-01')).toEqual([]);
  });

  test('are the latest ones if there are too many', () => {
    const months = fillMissingMonths([month('1990-01', 1, 0.5)], '2026-08-01');
    expect(months.length).toBe(48);
    expect(months.at(-1)?.month).toBe('2026-08');
  });

  test('are described in a sentence', () => {
    expect(monthChartText([month('2025-11', 3, 0.3), month('2025-12', 9, 0.45), month('2026-01', 1, 0.013)])).toBe(
      'Share of all papers by month: from 30% in Nov 2025 to 1.3% in Jan 2026, peaking at 45% in Dec 2025.',
    );
  });
});

test('the more similar two topics are, the closer they are related', () => {
  expect([0.9, 0.6, 0.4, 0.1, -0.3].map(similarityText)).toEqual([
    'closely related',
    'related',
    'moderately related',
    'distantly related',
    'distantly related',
  ]);
});
