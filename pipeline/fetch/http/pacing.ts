/** How long requests wait: for another attempt, and for a host's pace. The clock and the randomness are arguments. */
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

/** What operators ask of programs. A rule holds for a domain and all of its subdomains together. */
const RULES: readonly { readonly domain: string; readonly intervalMs: number }[] = [
  // https://info.arxiv.org/help/api/tou.html: one request every three seconds, over all of its interfaces together.
  { domain: 'arxiv.org', intervalMs: 3000 },
  // https://developers.openalex.org: at most ten requests a second.
  { domain: 'openalex.org', intervalMs: 200 },
];

/** Minimum time between two requests to a host that asks for nothing else. */
const DEFAULT_INTERVAL_MS = 500;

/** The pace of a host: which requests share it, and its interval. */
export function paceOf(host: string): { readonly key: string; readonly intervalMs: number } {
  const rule = RULES.find(({ domain }) => host === domain || host.endsWith(`.${domain}`));
  return rule ? { key: rule.domain, intervalMs: rule.intervalMs } : { key: host, intervalMs: DEFAULT_INTERVAL_MS };
}

/** Waits until a request to a host may start. */
export interface HostGate {
  /**
   * @param intervalMs minimum time since the previous request with this key was allowed to start
   * @throws the signal's reason, if it is aborted
   */
  enter(key: string, intervalMs: number, signal: AbortSignal): Promise<void>;
}

/**
 * Creates a gate for all requests of a run, whatever source they belong to.
 *
 * @param now milliseconds of any clock that `wait` follows
 */
export function createHostGate(now: () => number, wait: (ms: number, signal: AbortSignal) => Promise<void>): HostGate {
  const nextStart = new Map<string, number>();
  return {
    async enter(key, intervalMs, signal) {
      const current = now();
      const start = Math.max(current, nextStart.get(key) ?? 0);
      // The place is taken before waiting, so that requests that wait together start one after the other.
      nextStart.set(key, start + intervalMs);
      if (start > current) await wait(start - current, signal);
      signal.throwIfAborted();
    },
  };
}
