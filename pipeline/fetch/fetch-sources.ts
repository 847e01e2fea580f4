/** Fetches all sources one after the other: a failure of one changes nothing for the others. */
import { setTimeout as delay } from 'node:timers/promises';
import { createSeededRandom } from '../core/algorithms/random.ts';
import type { Effects } from '../core/effects.ts';
import { fetchSource } from './fetch-source.ts';
import { systemResolver } from './http/address-guard.ts';
import { createHttpClient } from './http/http-client.ts';
import { defaultHttpLimits, type HttpSettings } from './http/http-types.ts';
import type { SourceOptions } from './source-options.ts';
import type { FetchSettings, SourceReport } from './source-report.ts';

/**
 * Fetches sources in their order. The caller holds the lock of the data folder.
 *
 * @param network what tests replace of the network: limits, waiting, names of hosts, randomness
 * @returns a report for each source
 * @throws only the reason of `effects.signal`, if it is aborted
 */
export async function fetchSources(
  sources: readonly SourceOptions[],
  settings: FetchSettings,
  effects: Effects,
  network: Partial<HttpSettings> = {},
): Promise<SourceReport[]> {
  const http = createHttpClient({
    ...defaultHttpLimits,
    userAgent: userAgent(settings.contact),
    resolve: systemResolver,
    // Clients that failed together must not come back together, so the seed differs between machines and runs.
    random: createSeededRandom(effects.now().getTime() ^ process.pid),
    now: () => effects.now(),
    wait: (ms, signal) => delay(ms, undefined, { signal }),
    onRetry: (message) => effects.warn(message),
    ...network,
  });
  try {
    const reports: SourceReport[] = [];
    for (const source of sources) reports.push(await fetchSource(source, settings, http, effects));
    return reports;
  } finally {
    await http.close();
  }
}

/** Who asks: operators block programs that do not say how their user can be reached. */
function userAgent(contact: string | undefined): string {
  if (contact === undefined) return 'paperfield';
  return `paperfield (${contact.includes('@') && !/^https?:/.test(contact) ? `mailto:${contact}` : contact})`;
}
