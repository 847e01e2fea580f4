/** The dates of a search's results, requested once the list has settled. */
import { facets } from '../app/api.ts';
import { type State, screenOf } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { effectiveQuery } from '../search/search-request.ts';

/** How long results must have been listed: while someone types, nothing is requested. */
const SETTLE_MS = 400;

export interface ResultDates {
  /** All results, including those without a date. */
  readonly total: number;
  /** How many are from each month or year. */
  readonly dates: readonly { readonly date: string; readonly count: number }[];
}

export interface ResultDatesInput {
  store: Store;
  /** null: there is no search, or its dates are unknown. */
  show(results: ResultDates | null): void;
}

/** @returns a function to be called when other results may be listed */
export function watchResultDates({ store, show }: ResultDatesInput): () => void {
  /** Mode and query of the last request. */
  let requested = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const request = async (q: string, { mode }: State) => {
    const key = requested;
    try {
      const response = await facets({ q, mode });
      if (key === requested) show(response.dates.length > 0 ? response : null);
    } catch {
      // The list of results reports the error.
      if (key === requested) show(null);
    }
  };
  return () => {
    const state = store.get();
    const q = effectiveQuery(state);
    const key = q && screenOf(state) !== 'welcome' ? `${state.mode} ${q}` : '';
    if (key === requested) return;
    requested = key;
    clearTimeout(timer);
    if (key === '') show(null);
    else timer = setTimeout(() => void request(q, state), SETTLE_MS);
  };
}
