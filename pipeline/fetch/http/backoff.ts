/** How long to wait before the next attempt of a request. Pure functions: the clock and the randomness are arguments. */
import type { Random } from '../../core/algorithms/random.ts';

/** The waits between attempts, in milliseconds. */
export interface BackoffSettings {
  /** Upper bound of the first wait; each further bound is twice as large. */
  readonly baseMs: number;
  /** Largest upper bound. */
  readonly capMs: number;
}

/**
 * Exponential back-off with full jitter: a wait that is uniformly distributed between 0 and a bound that doubles with
 * every attempt. Of all common forms it spreads clients that failed together the most, and so ends an overload first.
 *
 * @param failures number of failed attempts so far, at least 1
 * @returns a wait in whole milliseconds, at most `capMs`
 */
export function fullJitterWait(failures: number, { baseMs, capMs }: BackoffSettings, random: Random): number {
  // Beyond 2^30 the product could become infinite; the cap is far below.
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.floor(random() * bound);
}

/**
 * Parses the header `Retry-After`: a number of seconds, or a date in one of the three forms of HTTP.
 *
 * @returns the wait in milliseconds from `now` on, 0 for a date in the past; undefined for anything else
 * @example
 * parseRetryAfter('120', now); // 120000
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  // Fractions are not allowed by the standard, but sent.
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // A date begins with the name of a day. Without this check Date.parse takes numbers such as '-5' for years.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  // The oldest form, of C's asctime, has no time zone; HTTP says that it is GMT, Date.parse takes the zone of the machine.
  const time = Date.parse(/GMT|UTC|[+-]\d{4}$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
