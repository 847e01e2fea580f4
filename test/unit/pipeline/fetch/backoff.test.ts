import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { fullJitterWait, parseRetryAfter } from '../../../../pipeline/fetch/http/pacing.ts';

const settings = { baseMs: 1000, capMs: 60_000 };
const now = new Date('2026-12-01T02:00:00.500Z');

describe('back-off with full jitter', () => {
  test('is between 0 and a bound that doubles with each failure, up to the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (failures, share, baseMs, capMs) => {
          const wait = fullJitterWait(failures, { baseMs, capMs }, () => share);
          const bound = Math.min(capMs, baseMs * 2 ** (failures - 1));
          expect(Number.isInteger(wait)).toBe(true);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(bound);
          // The whole range is used.
          expect(Math.abs(wait - share * bound)).toBeLessThan(1);
        },
      ),
    );
  });

  test('spreads clients over the whole range', () => {
    const random = createSeededRandom(3);
    const waits = Array.from({ length: 2000 }, () => fullJitterWait(4, settings, random));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    // The bound is 8 s; the mean of 2,000 draws is within 4 standard errors of half of it.
    expect(Math.abs(mean - 4000)).toBeLessThan((4 * 8000) / Math.sqrt(12 * 2000));
    expect(Math.min(...waits)).toBeLessThan(100);
    expect(Math.max(...waits)).toBeGreaterThan(7900);
  });
});

describe('Retry-After', () => {
  test('is a number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (seconds) => {
        expect(parseRetryAfter(String(seconds), now)).toBe(seconds * 1000);
        expect(parseRetryAfter(`  ${seconds}\t`, now)).toBe(seconds * 1000);
      }),
    );
    expect(parseRetryAfter('1.5', now)).toBe(1500);
  });

  test('is a date in one of the three forms of HTTP', () => {
    const date = fc.date({ min: new Date('1971-01-01'), max: new Date('2068-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        const whole = new Date(Math.floor(time.getTime() / 1000) * 1000);
        const expected = Math.max(0, whole.getTime() - now.getTime());
        const [name, day, month, year, clock] = whole.toUTCString().replace(',', '').split(' ');
        expect(parseRetryAfter(whole.toUTCString(), now)).toBe(expected);
        // asctime pads the day with a space.
        expect(parseRetryAfter(`${name} ${month} ${day.replace(/^0/, ' ')} ${clock} ${year}`, now)).toBe(expected);
      }),
    );
    expect(parseRetryAfter('Tuesday, 01-Dec-26 02:01:00 GMT', now)).toBe(59_500);
  });

  test('is 0 for a date in the past', () => {
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', now)).toBe(0);
  });

  test('is nothing else, whatever a server sends', () => {
    for (const value of [
      undefined,
      '',
      '-5',
      '1e9',
      '12,5',
      'soon',
      '0x10',
      '9'.repeat(12),
      '5 seconds',
      'Mon',
      'Fri, x',
    ]) {
      expect(parseRetryAfter(value, now)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (value) => {
        const wait = parseRetryAfter(value, now);
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});
