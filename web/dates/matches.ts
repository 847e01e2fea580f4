/** When the papers were written that a search found: asked for once the list stands and nobody types any more. */
import { facets } from '../app/api.ts';
import { type State, screenOf } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { askedQuery } from '../search/search-request.ts';

/** So long a list has stood before its dates are asked for. */
const SETTLED_MS = 400;

export interface FoundDates {
  /** How many papers were found, those without a date among them. */
  readonly total: number;
  /** How many of each month or year. */
  readonly dates: readonly { readonly date: string; readonly papers: number }[];
}

export interface FoundInput {
  store: Store;
  /** null: nothing is looked for. */
  show(found: FoundDates | null): void;
}

/** @returns call it when the list may have changed */
export function createFound({ store, show }: FoundInput): () => void {
  let shown = '';
  let timer = 0;

  const tell = async (q: string, { mode }: State) => {
    const mine = shown;
    try {
      const answer = await facets({ q, mode });
      if (mine === shown) show(answer.dates.length > 0 ? answer : null);
    } catch {
      // The list says what went wrong; bars without what was found are still right.
      if (mine === shown) show(null);
    }
  };
  return () => {
    const state = store.get();
    const q = askedQuery(state);
    const asked = q && screenOf(state) !== 'welcome' ? `${state.mode} ${q}` : '';
    if (asked === shown) return;
    shown = asked;
    clearTimeout(timer);
    if (asked === '') show(null);
    else timer = setTimeout(() => void tell(q, state), SETTLED_MS) as unknown as number;
  };
}
