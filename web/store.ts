/** The one state of the page, mirrored in the address. Everything that changes it goes through `set`. */
import { decodeState, encodeState, parentOf, type State } from './state.ts';

/** `stepped`: the change came from the browser's back or forward button. */
type Listener = (now: State, before: State, stepped: boolean) => void;

export interface Store {
  get(): State;
  /** `push` makes a step that the browser's back button undoes, `replace` changes the step we stand on. */
  set(patch: Partial<State>, how: 'push' | 'replace'): void;
  /** The address of the page as it would be after `set(patch)`, for links. */
  href(patch: Partial<State>): string;
  /** Undoes the last step; on a page opened by a link, goes one level up. */
  back(): void;
  subscribe(listener: Listener): void;
}

function depthOf(entry: unknown): number {
  return typeof entry === 'object' && entry !== null && 'depth' in entry && typeof entry.depth === 'number'
    ? entry.depth
    : 0;
}

export function createStore(): Store {
  let state = decodeState(location.search);
  const listeners: Listener[] = [];

  const address = (next: State) => encodeState(next) || location.pathname;
  const change = (next: State, stepped: boolean) => {
    const before = state;
    state = next;
    for (const listener of listeners) listener(next, before, stepped);
  };

  addEventListener('popstate', () => change(decodeState(location.search), true));

  const store: Store = {
    get: () => state,
    set(patch, how) {
      const next = { ...state, ...patch };
      if (encodeState(next) === encodeState(state)) return;
      const depth = depthOf(history.state);
      if (how === 'push') history.pushState({ depth: depth + 1 }, '', address(next));
      else history.replaceState({ depth }, '', address(next));
      change(next, false);
    },
    href: (patch) => address({ ...state, ...patch }),
    back() {
      if (depthOf(history.state) > 0) history.back();
      else store.set(parentOf(state), 'replace');
    },
    subscribe: (listener) => void listeners.push(listener),
  };
  return store;
}
