import { describe, expect, it } from 'vitest';
import { everyMonth, growthWords, monthsWords, nearnessWords, percent } from '../../../../web/topic/topic-history.ts';

const month = (name: string, papers: number, share: number) => ({ month: name, papers, share });

describe('what figures about a topic mean', () => {
  it('says whether it grows, shrinks or stays', () => {
    expect(growthWords(2.04)).toBe('Growing: its share of new papers is 2.0 times what it was');
    expect(growthWords(1.02)).toBe('Steady: its share of new papers is what it was');
    expect(growthWords(0.46)).toBe('Shrinking: its share of new papers is 46 % of what it was');
    expect(growthWords(null)).toBeNull();
  });

  it('writes shares as exactly as they can be read', () => {
    expect([0, 0.0042, 0.0949, 0.095, 0.4234, 1].map(percent)).toEqual([
      '0 %',
      '0.4 %',
      '9.5 %',
      '10 %',
      '42 %',
      '100 %',
    ]);
  });

  it('puts months without a paper between the others, and after them up to the newest paper of all', () => {
    const months = [month('2025-11', 3, 0.3), month('2026-01', 1, 0.1)];
    expect(everyMonth(months, '2026-03-14').map((one) => [one.month, one.papers])).toEqual([
      ['2025-11', 3],
      ['2025-12', 0],
      ['2026-01', 1],
      ['2026-02', 0],
      ['2026-03', 0],
    ]);
    expect(everyMonth(months, null).map((one) => one.month)).toEqual(['2025-11', '2025-12', '2026-01']);
    expect(everyMonth(months, '2020').at(-1)?.month).toBe('2026-01');
    expect(everyMonth([], '2026-01')).toEqual([]);
  });

  it('keeps the latest months where there are too many to point at', () => {
    const row = everyMonth([month('1990-01', 1, 0.5)], '2026-08-01');
    expect(row.length).toBe(48);
    expect(row.at(-1)?.month).toBe('2026-08');
  });

  it('tells the bars in a sentence', () => {
    expect(monthsWords([month('2025-11', 3, 0.3), month('2025-12', 9, 0.45), month('2026-01', 1, 0.013)])).toBe(
      'Share of all papers by month: 30 % in Nov 2025, 1.3 % in Jan 2026, at most 45 % in Dec 2025.',
    );
  });

  it('calls the nearer of two topics no farther than the other', () => {
    expect([0.9, 0.6, 0.4, 0.1, -0.3].map(nearnessWords)).toEqual([
      'very near',
      'near',
      'some way off',
      'far off',
      'far off',
    ]);
  });
});
