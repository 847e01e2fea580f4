/** When the papers were written that a search found: asked for once the list stands and nobody types any more. */
import { facets } from '../api.ts';
import { askedQuery } from '../selection/searched.ts';
import { type State, screenOf } from '../state.ts';
import type { Store } from '../store.ts';

/** So long a list has stood before its dates are asked for. */
const SETTLED_MS = 400;

/** How many papers were found of each month or year. */
export type FoundDates = readonly { readonly date: string; readonly papers: number }[];

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
      const { dates } = await facets({ q, mode });
      if (mine === shown) show(dates.length > 0 ? dates : null);
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
