import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractDates, isDateWithin, parseDateSpan } from '../../../../../pipeline/core/query/dates.ts';
import { printFilter } from '../../../../../pipeline/core/query/printer.ts';

/** A Wednesday. */
const TODAY = '2026-06-10';

/** The dates of a text as filters, and what is left of the text. */
function datesIn(text: string, today = TODAY): { filters: string; rest: string } {
  // The last second of the day, which is another day in most time zones.
  const { filters, text: rest } = extractDates(text, new Date(`${today}T23:59:59Z`));
  return { filters: filters.map(printFilter).join(' '), rest };
}

describe('a year, or a month of a year', () => {
  test.each([
    ['world models since 2025', 'since:2025', 'world models'],
    ['world models since October 2025', 'since:2025-10', 'world models'],
    ['World models starting in Oct. 2025', 'since:2025-10', 'World models'],
    ['maps from 2025-03 onwards about cities', 'since:2025-03', 'maps about cities'],
    ['maps from SEPT 2025 on', 'since:2025-09', 'maps'],
    ['maps from march of 2025', 'since:2025-03', 'maps'],
    ['agents published after 2024', 'since:2025', 'agents'],
    ['agents that were released after December 2024', 'since:2025-01', 'agents'],
    ['grasping before Jan. 2025', 'until:2024-12', 'grasping'],
    ['grasping before 2025', 'until:2024', 'grasping'],
    ['grasping up to May, 2025', 'until:2025-05', 'grasping'],
    ['tool use in 2026', 'since:2026 until:2026', 'tool use'],
    ['tool use during June 2025, with code', 'since:2025-06 until:2025-06', 'tool use , with code'],
    ['agents between May 2025 and Sept 2025', 'since:2025-05 until:2025-09', 'agents'],
    ['agents from 2023 to 2025', 'since:2023 until:2025', 'agents'],
    ['agents from Dec 2023 through Jan 2025', 'since:2023-12 until:2025-01', 'agents'],
  ])('in %j is %j', (text, filters, rest) => {
    expect(datesIn(text)).toEqual({ filters, rest });
  });
});

describe('a month without a year', () => {
  test.each([
    ['2026-06-10', 'since:2025-07'],
    ['2026-06-30', 'since:2025-07'],
    ['2026-07-01', 'since:2026-07'],
    ['2026-08-15', 'since:2026-07'],
    ['2026-12-31', 'since:2026-07'],
    ['2027-01-01', 'since:2026-07'],
  ])('is the last one that has begun: on %s, "since July" is %s', (today, filters) => {
    expect(datesIn('robots since July', today)).toEqual({ filters, rest: 'robots' });
  });

  test.each([
    ['robots from may', 'since:2026-05 until:2026-05'],
    ['robots in August', 'since:2025-08 until:2025-08'],
    ['the best papers of June', 'since:2026-06 until:2026-06'],
  ])('of %j is that month alone', (text, filters) => {
    expect(datesIn(text).filters).toBe(filters);
  });
});

describe('a time before today', () => {
  test.each([
    ['robots from yesterday', 'since:2026-06-09 until:2026-06-09'],
    ['robots of the last day', 'since:2026-06-09'],
    ['robots in the past week', 'since:2026-06-03'],
    ['robots last month', 'since:2026-05-10'],
    ['robots within the last year', 'since:2025-06-10'],
    ['robots over the past two weeks', 'since:2026-05-27'],
    ['robots in the last 10 days', 'since:2026-05-31'],
    ['robots of the past twelve months', 'since:2025-06-10'],
    ['robots from the last 7 months', 'since:2025-11-10'],
    ['robots published in the last 3 years', 'since:2023-06-10'],
    ['robots this week', 'since:2026-06-08'],
    ['robots from this month', 'since:2026-06-01'],
    ['robots of this year', 'since:2026-01-01'],
  ])('as in %j is counted from today', (text, filters) => {
    expect(datesIn(text)).toEqual({ filters, rest: 'robots' });
  });

  test.each([
    ['last month', '2026-03-31', 'since:2026-02-28'],
    ['last month', '2024-03-31', 'since:2024-02-29'],
    ['last month', '2026-07-31', 'since:2026-06-30'],
    ['last month', '2026-01-31', 'since:2025-12-31'],
    ['the last two months', '2026-04-30', 'since:2026-02-28'],
    ['the last 12 months', '2024-02-29', 'since:2023-02-28'],
    ['last year', '2024-02-29', 'since:2023-02-28'],
    ['the last four years', '2024-02-29', 'since:2020-02-29'],
    ['the last two days', '2026-03-01', 'since:2026-02-27'],
    ['yesterday', '2026-01-01', 'since:2025-12-31 until:2025-12-31'],
    ['last week', '2026-01-03', 'since:2025-12-27'],
    ['this week', '2026-01-01', 'since:2025-12-29'],
    ['this week', '2026-01-04', 'since:2025-12-29'],
    ['this week', '2026-01-05', 'since:2026-01-05'],
    ['this month', '2026-03-31', 'since:2026-03-01'],
  ])('does not skip a month or a day: %s on %s is %s', (text, today, filters) => {
    expect(datesIn(`robots ${text}`, today)).toEqual({ filters, rest: 'robots' });
  });

  const days = fc
    .integer({ min: 0, max: 20_000 })
    .map((day) => new Date(Date.UTC(1980, 0, 1 + day)).toISOString().slice(0, 10));

  test('in months is as many months ago, on the same day or the last one of a shorter month', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 120 }), (today, count) => {
        let [year, month] = today.split('-').map(Number);
        for (let i = 0; i < count; i++) [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
        let day = Number(today.slice(8));
        const dateOf = () => [year, month, day].map((value) => String(value).padStart(2, '0')).join('-');
        while (parseDateSpan(dateOf()) === null) day--;
        expect(datesIn(`robots of the last ${count} months`, today).filters).toBe(`since:${dateOf()}`);
        if (count % 12 === 0) {
          expect(datesIn(`robots of the last ${count / 12} years`, today).filters).toBe(`since:${dateOf()}`);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('in days or weeks goes back day by day', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 99 }), (today, count) => {
        const [since] = datesIn(`robots of the last ${count} weeks`, today).filters.split(' ');
        expect(datesIn(`robots of the last ${7 * count} days`, today).filters).toBe(since);
        const elapsed = (Date.parse(today) - Date.parse(since.slice('since:'.length))) / 86_400_000;
        expect(elapsed).toBe(7 * count);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('includes today, whatever the unit and the day', () => {
    const unit = fc.constantFrom('day', 'week', 'month', 'year');
    fc.assert(
      fc.property(days, fc.constantFrom('last', 'past', 'this'), unit, (today, word, one) => {
        fc.pre(word !== 'this' || one !== 'day');
        const { filters } = extractDates(`robots ${word} ${one}`, new Date(`${today}T00:00:00Z`));
        expect(filters.map(({ kind }) => kind)).toEqual(['since']);
        expect(isDateWithin(today, filters as { kind: 'since'; date: string }[])).toBe(true);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('words that only look like dates stay', () => {
  test.each([
    'the 2025 BEHAVIOR challenge',
    'learning in marketing 2025',
    'motion in 20250 steps',
    'vectors in 2048 dimensions',
    'what robots may do before 2060',
    'robots that may fall',
    'the march of progress',
    'an august company of robots',
    "this year's challenge",
    'the last layer of a network',
    'past experience of robots',
    'the last two layers',
    'predict the next month',
    'how to decline since you asked',
    'summer schools since March 3',
    'summer schools since March 3, 2025',
    'health surveys in 1990 and 2010',
    'agents from May to July 2025',
    'agents in May and June',
    '2025-03-15 since',
    'since 2025-13',
    '',
  ])('%j', (text) => {
    expect(datesIn(text)).toEqual({ filters: '', rest: text });
  });

  test('as they are, and dates are valid and not in a later year, in any text', () => {
    const word = fc.constantFrom(
      ...'in from since before after between until and to or of the last past this robots on published'.split(' '),
      ...'may March sept. Dec 2024 2025-07 2031 7 two day weeks month years yesterday ,'.split(' '),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const text = words.join(' ');
        const { filters, text: rest } = extractDates(text, new Date(`${TODAY}T12:00:00Z`));
        if (filters.length === 0) expect(rest).toBe(text);
        else found++;
        const left = rest === '' ? [] : rest.split(' ');
        expect(words.filter((one) => left.includes(one)).length).toBeGreaterThanOrEqual(left.length);
        for (const filter of filters) {
          const date = filter.kind === 'since' || filter.kind === 'until' ? filter.date : '';
          expect(parseDateSpan(date)).not.toBeNull();
          expect(Number(date.slice(0, 4))).toBeLessThanOrEqual(2026);
        }
      }),
      { seed: 4, numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(200);
  });
});
