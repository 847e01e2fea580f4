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

/** Browsers refuse to be told more addresses in a row than a fast typist makes letters: no more are told a second than three. */
const ADDRESS_MS = 330;

export function createStore(): Store {
  let state = decodeState(location.search);
  const listeners: Listener[] = [];
  let later = 0;
  let writtenAt = -Infinity;

  const address = (next: State) => encodeState(next) || location.pathname;
  const change = (next: State, stepped: boolean) => {
    const before = state;
    state = next;
    for (const listener of listeners) listener(next, before, stepped);
  };

  const write = () => {
    clearTimeout(later);
    later = 0;
    writtenAt = performance.now();
    history.replaceState({ depth: depthOf(history.state) }, '', address(state));
  };
  const settle = () => {
    if (later) write();
  };

  addEventListener('popstate', () => {
    clearTimeout(later);
    later = 0;
    change(decodeState(location.search), true);
  });
  addEventListener('pagehide', settle);

  const store: Store = {
    get: () => state,
    set(patch, how) {
      const next = { ...state, ...patch };
      if (encodeState(next) === encodeState(state)) return;
      if (how === 'push') {
        settle();
        history.pushState({ depth: depthOf(history.state) + 1 }, '', address(next));
      }
      change(next, false);
      if (how === 'replace' && !later) {
        const wait = ADDRESS_MS - (performance.now() - writtenAt);
        if (wait <= 0) write();
        else later = setTimeout(write, wait) as unknown as number;
      }
    },
    href: (patch) => address({ ...state, ...patch }),
    back() {
      settle();
      if (depthOf(history.state) > 0) history.back();
      else store.set(parentOf(state), 'replace');
    },
    subscribe: (listener) => void listeners.push(listener),
  };
  return store;
}
