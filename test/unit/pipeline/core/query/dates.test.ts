import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DateBound, isDateWithin, parseDateSpan } from '../../../../../pipeline/core/query/dates.ts';

fc.configureGlobal({ seed: 8017 });

describe('parseDateSpan', () => {
  test.each([
    ['2025', '2025-01-01', '2025-12-31'],
    ['2025-01', '2025-01-01', '2025-01-31'],
    ['2025-04', '2025-04-01', '2025-04-30'],
    ['2025-02', '2025-02-01', '2025-02-28'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['1900-02', '1900-02-01', '1900-02-28'],
    ['2000-02', '2000-02-01', '2000-02-29'],
    ['2025-01-07', '2025-01-07', '2025-01-07'],
    ['2024-02-29', '2024-02-29', '2024-02-29'],
  ])('of %s is %s to %s', (date, from, to) => {
    expect(parseDateSpan(date)).toEqual({ from, to });
  });

  test.each([
    '',
    '25',
    '20255',
    '2025-1',
    '2025-00',
    '2025-13',
    '2025-02-29',
    '2025-04-31',
    '2025-01-00',
    '2025/01',
    ' 2025',
    '2025-01-07T00:00Z',
  ])('is null for %j', (date) => {
    expect(parseDateSpan(date)).toBeNull();
  });

  test('agrees with the JavaScript calendar', () => {
    const days = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        expect(parseDateSpan(iso)).toEqual({ from: iso, to: iso });
        const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
        expect(parseDateSpan(iso.slice(0, 7))?.to).toBe(last);
      }),
    );
  });
});

describe('isDateWithin', () => {
  const bound = (text: string): DateBound => {
    const [kind, date] = text.split(':');
    return { kind: kind as DateBound['kind'], date };
  };
  test.each([
    ['2025-01-07', 'since:2025', true],
    ['2024-12-31', 'since:2025', false],
    ['2025-01-07', 'until:2025', true],
    ['2025-12-31', 'until:2025', true],
    ['2026-01-01', 'until:2025', false],
    ['2025-03-31', 'until:2025-03', true],
    ['2025-04-01', 'until:2025-03', false],
    // Some days of the year are within the bounds.
    ['2025', 'since:2025-06', true],
    ['2025', 'until:2025-06', true],
    ['2024', 'since:2025-06', false],
    ['2025-06', 'since:2025-06-30', true],
    ['2025-06', 'since:2025-07-01', false],
    ['2025', 'since:2025-03 until:2025-04', true],
    ['2025-05', 'since:2025-03 until:2025-04', false],
    ['2025-05', 'since:2025-03 since:2025-06', false],
    // No single day satisfies both bounds, although each bound alone has one.
    ['2025', 'since:2025-06 until:2025-03', false],
  ])('for %s and %s is %s', (date, bounds, expected) => {
    expect(isDateWithin(date, bounds.split(' ').map(bound))).toBe(expected);
  });

  test('is true if one of the days of the date satisfies all bounds', () => {
    const date = fc
      .tuple(
        fc.constantFrom('2023', '2024'),
        fc.constantFrom('02', '03', '11'),
        fc.constantFrom('01', '15', '28'),
        fc.nat(2),
      )
      .map(([year, month, day, parts]) => [year, month, day].slice(0, parts + 1).join('-'));
    const bounds = fc.array(fc.record({ kind: fc.constantFrom('since' as const, 'until' as const), date }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(date, bounds, (paper, all) => {
        const days: string[] = [];
        for (let day = Date.UTC(2023, 0, 1); day < Date.UTC(2025, 0, 1); day += 86_400_000) {
          const iso = new Date(day).toISOString().slice(0, 10);
          if (iso.startsWith(paper)) days.push(iso);
        }
        // A day of the bound's own month or year satisfies the bound.
        const satisfies = (day: string, { kind, date: limit }: DateBound) =>
          day.startsWith(limit) || (kind === 'since' ? day > limit : day < limit);
        expect(isDateWithin(paper, all)).toBe(days.some((day) => all.every((bound) => satisfies(day, bound))));
      }),
    );
  });

  test('is false without a valid date, unless there are no bounds', () => {
    for (const date of [null, undefined, '', 'spring']) {
      expect(isDateWithin(date, [])).toBe(true);
      expect(isDateWithin(date, [bound('since:1000')])).toBe(false);
    }
    expect(isDateWithin('2025', [bound('since:spring')])).toBe(false);
  });
});
