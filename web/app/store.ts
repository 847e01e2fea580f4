/**
 * Holds the state of the page and writes it into the address. Every change goes through `set`, also
 * those of links (`createStateLink`).
 */
import { el, onPlainClick } from '../ui/dom.ts';
import { decodeState, encodeState, parentStateOf, type State } from './page-state.ts';

/** Called after every change of the state. `fromHistory`: the browser's back or forward button caused the change. */
type Listener = (state: State, before: State, fromHistory: boolean) => void;

export interface Store {
  get(): State;
  /** `push` adds an entry to the browser history, `replace` changes the current one. */
  set(patch: Partial<State>, how: 'push' | 'replace'): void;
  /** The address of the state that `set(patch)` would give, for links. */
  href(patch: Partial<State>): string;
  /** Goes back in the history; on a page opened by a link, to the parent view. */
  back(): void;
  subscribe(listener: Listener): void;
}

/**
 * The position of a history entry among the entries that the page added, given the entry's state; 0 for the entry with
 * which the page was opened.
 */
function depthOf(entry: unknown): number {
  return typeof entry === 'object' && entry !== null && 'depth' in entry && typeof entry.depth === 'number'
    ? entry.depth
    : 0;
}

/** Minimum time between two changes of the address. Browsers throttle them; three a second are safe. */
const MIN_INTERVAL_MS = 330;

export function createStore(): Store {
  let state = decodeState(location.search);
  const listeners: Listener[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writtenAt = -Infinity;

  const addressOf = (next: State) => encodeState(next) || location.pathname;
  const change = (next: State, fromHistory: boolean) => {
    const before = state;
    state = next;
    for (const listener of listeners) listener(next, before, fromHistory);
  };

  const cancelWrite = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const writeAddress = () => {
    cancelWrite();
    writtenAt = performance.now();
    history.replaceState({ depth: depthOf(history.state) }, '', addressOf(state));
  };
  const flush = () => {
    if (timer !== undefined) writeAddress();
  };

  addEventListener('popstate', () => {
    cancelWrite();
    change(decodeState(location.search), true);
  });
  addEventListener('pagehide', flush);

  const store: Store = {
    get: () => state,
    set(patch, how) {
      const next = { ...state, ...patch };
      if (encodeState(next) === encodeState(state)) return;
      if (how === 'push') {
        flush();
        history.pushState({ depth: depthOf(history.state) + 1 }, '', addressOf(next));
      }
      change(next, false);
      if (how === 'replace' && timer === undefined) {
        const wait = MIN_INTERVAL_MS - (performance.now() - writtenAt);
        if (wait <= 0) writeAddress();
        else timer = setTimeout(writeAddress, wait);
      }
    },
    href: (patch) => addressOf({ ...state, ...patch }),
    back() {
      flush();
      if (depthOf(history.state) > 0) history.back();
      else store.set(parentStateOf(state), 'replace');
    },
    subscribe: (listener) => void listeners.push(listener),
  };
  return store;
}

/** A link that changes the state of the page. The page shows the new state without loading again. */
export function createStateLink(
  store: Pick<Store, 'href' | 'set'>,
  label: string,
  patch: Partial<State>,
  className = 'button',
): HTMLAnchorElement {
  const link = el('a', { class: className, href: store.href(patch) }, label);
  onPlainClick(link, () => store.set(patch, 'push'));
  return link;
}
