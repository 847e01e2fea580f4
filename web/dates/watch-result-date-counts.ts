/** Watches the search results and fetches how many there are of each month, once the user has stopped typing. */
import { facets } from '../app/api.ts';
import { type State, screenOf } from '../app/page-state.ts';
import type { Store } from '../app/store.ts';
import { effectiveQuery } from '../search/search-request.ts';

/**
 * How many milliseconds the same results must be listed before their dates are fetched. Nothing is fetched while the
 * user types.
 */
const SETTLE_MS = 400;

/** How the results of a search are distributed over time. */
export interface ResultDateCounts {
  /** The number of all results, including those without a date. */
  readonly total: number;
  /** The number of results of each month (`YYYY-MM`) or year (`YYYY`). */
  readonly dates: readonly { readonly date: string; readonly count: number }[];
}

/** The state to watch, and the receiver of the counts. */
export interface ResultDateCountsInput {
  store: Store;
  /** Called with the counts of new results; null if there is no search or its dates are not known. */
  show(results: ResultDateCounts | null): void;
}

/**
 * Starts watching the dates of search results.
 *
 * @returns a function that must be called whenever the listed results may have changed
 */
export function watchResultDateCounts({ store, show }: ResultDateCountsInput): () => void {
  /** The mode and query of the latest request; empty if there is no search. */
  let requested = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const request = async (q: string, { mode }: State) => {
    const key = requested;
    try {
      const response = await facets({ q, mode });
      if (key === requested) show(response.dates.length > 0 ? response : null);
    } catch {
      // The error is ignored here, because the list of results reports it.
      if (key === requested) show(null);
    }
  };
  return () => {
    const state = store.get();
    const q = effectiveQuery(state);
    const key = q && screenOf(state) !== 'start' ? `${state.mode} ${q}` : '';
    if (key === requested) return;
    requested = key;
    clearTimeout(timer);
    if (key === '') show(null);
    else timer = setTimeout(() => void request(q, state), SETTLE_MS);
  };
}
