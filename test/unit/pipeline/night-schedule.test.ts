import { describe, expect, test } from 'vitest';
import { nextNight, parseSchedule, timeInZone } from '../../../pipeline/night-schedule.ts';

const next = (pattern: string, zone: string, after: string) =>
  parseSchedule(pattern, zone).next(new Date(after))?.toISOString();

describe('a schedule', () => {
  test.each([
    ['0 3 * * *', 'UTC', '2026-12-01T02:59:59.900Z', '2026-12-01T03:00:00.000Z'],
    ['0 3 * * *', 'UTC', '2026-12-01T03:00:00.000Z', '2026-12-02T03:00:00.000Z'],
    ['0 3 * * *', 'Europe/Berlin', '2026-12-01T12:00:00Z', '2026-12-02T02:00:00.000Z'],
    ['0 3 * * *', 'Europe/Berlin', '2026-07-01T12:00:00Z', '2026-07-02T01:00:00.000Z'],
    ['0 3 * * *', 'Asia/Kolkata', '2026-12-01T12:00:00Z', '2026-12-01T21:30:00.000Z'],
    ['30 22 * * 1-5', 'UTC', '2026-12-04T23:00:00Z', '2026-12-07T22:30:00.000Z'],
  ])('%s in %s is due after %s at %s', (pattern, zone, after, expected) => {
    expect(next(pattern, zone, after)).toBe(expected);
  });

  test('runs once a night when clocks change', () => {
    const nights = (from: string, count: number) => {
      const { next } = parseSchedule('30 2 * * *', 'Europe/Berlin');
      const found: string[] = [];
      let at: Date | undefined = new Date(from);
      while (at && found.length < count) {
        at = next(at);
        if (at) found.push(timeInZone(at, 'Europe/Berlin').slice(0, 10));
      }
      return found;
    };
    // Forward on 29 March 2026, when 2:30 does not exist; back on 25 October, when it is there twice.
    expect(nights('2026-03-27T12:00:00Z', 3)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
    expect(nights('2026-10-23T12:00:00Z', 3)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
  });

  test('without a zone is that of the system, and says so', () => {
    expect(parseSchedule('0 3 * * *', '').timeZone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  test.each([
    ['daily', '', /^nightly is "daily": expected minute, hour, day, month and weekday/],
    ['0 25 * * *', '', /^nightly is "0 25 \* \* \*"/],
    ['0 3 31 2 *', 'UTC', /no time matches it/],
    ['0 3 * * *', 'Berlin', /^nightlyTimeZone is "Berlin": expected the name of a time zone/],
  ])('%s in %j is refused', (pattern, zone, message) => {
    expect(() => parseSchedule(pattern, zone)).toThrow(
      expect.objectContaining({ kind: 'bad_request', message: expect.stringMatching(message) }),
    );
  });

  test('shows a moment as the clocks of its zone do', () => {
    expect(timeInZone(new Date('2026-12-02T02:00:00Z'), 'Europe/Berlin')).toBe('2026-12-02 03:00 Europe/Berlin');
  });
});

describe('the next night', () => {
  const schedule = parseSchedule('0 3 * * *', 'UTC');
  const at = (last: string | undefined, now: string) =>
    nextNight(schedule, last === undefined ? undefined : new Date(last), new Date(now))?.toISOString();

  test('is now if one was missed', () => {
    expect(at('2026-11-28T03:00:02Z', '2026-12-01T12:00:00Z')).toBe('2026-12-01T12:00:00.000Z');
    expect(at('2026-11-30T03:00:02Z', '2026-12-01T03:00:00Z')).toBe('2026-12-01T03:00:00.000Z');
  });

  test('is the next one that is due if none was missed', () => {
    expect(at('2026-12-01T03:00:02Z', '2026-12-01T12:00:00Z')).toBe('2026-12-02T03:00:00.000Z');
    expect(at('2026-12-01T09:30:00Z', '2026-12-01T12:00:00Z')).toBe('2026-12-02T03:00:00.000Z');
  });

  test('of a collection that never had one is not missed', () => {
    expect(at(undefined, '2026-12-01T12:00:00Z')).toBe('2026-12-02T03:00:00.000Z');
  });
});
