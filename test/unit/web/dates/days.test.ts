import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDateRange, formatDay, parseDateAsDays, parseDateRange } from '../../../../web/dates/days.ts';

describe('a date', () => {
  test('means all days of a year or a month, or one day', () => {
    expect(parseDateAsDays('1970')).toEqual({ first: 0, last: 364 });
    expect(parseDateAsDays('1970-02')).toEqual({ first: 31, last: 58 });
    expect(parseDateAsDays('2024-02')!.last - parseDateAsDays('2024-02')!.first).toBe(28);
    expect(parseDateAsDays('1969-12-31')).toEqual({ first: -1, last: -1 });
    for (const wrong of ['', '2025-13', '2025-02-30', '25', '2025-1', '2025-01-07T', 'x2025']) {
      expect(parseDateAsDays(wrong)).toBeNull();
    }
  });

  test('parses to the day it was formatted from', () => {
    const anyDay = fc.integer({ min: parseDateAsDays('1960')!.first, max: parseDateAsDays('2035')!.last });
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(parseDateAsDays(formatDay(day, 'day'))).toEqual({ first: day, last: day });
        const month = parseDateAsDays(formatDay(day, 'month'))!;
        expect(month.first <= day && day <= month.last).toBe(true);
      }),
    );
  });
});

test('a range of dates in an address includes both ends', () => {
  expect(formatDateRange('2025-01', '2025-06')).toBe('2025-01..2025-06');
  expect(parseDateRange('2025-01..2025-06')).toEqual({
    first: parseDateAsDays('2025-01-01')!.first,
    last: parseDateAsDays('2025-06-30')!.last,
  });
  expect(parseDateRange(formatDateRange('2025', '2025'))).toEqual(parseDateAsDays('2025'));
  for (const wrong of ['', '2025..', '..2025', '2026..2025', '2025..2026..2027']) {
    expect(parseDateRange(wrong)).toBeNull();
  }
});
