/** Keeps the pace that a host asks for: a minimum time between the starts of two requests. */

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
