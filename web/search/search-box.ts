/** The search form: searches while the user types, and at once on Enter; the mode switch, and errors in the query. */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import { isLimitedToSelection, screenOf, searchPatch } from '../app/page-state.ts';
import type { Store } from '../app/store.ts';
import { append, byId, el } from '../ui/dom.ts';
import { createIcon } from '../ui/icons.ts';
import { createCompletions } from './completion.ts';
import { createAdaptiveDebounce } from './request-pacing.ts';

// Search tips, in a popover beside the search field: examples of the most common keys of docs/queries.md.

export const searchTipExamples: readonly (readonly [query: string, meaning: string])[] = [
  ['"reversal curse"', 'exact phrase'],
  ['transf*', 'words starting with transf'],
  ['-survey', 'without this word'],
  ['since:2025-01', 'from this date on'],
  ['until:2024', 'through 2024'],
  ['like:2501.12948', 'similar to a paper'],
  ['not:2501.12948', 'unlike a paper'],
  ['topic:3', 'in a topic'],
  ['org:"Google DeepMind"', 'from an organization'],
  ['author:"Geoffrey Hinton"', 'by an author'],
  ['category:cs.CL', 'in a category'],
  ['has:code', 'with code'],
  ['authors:<=2', 'at most 2 authors'],
  ['comments:>5', 'over 5 comments'],
  ['sort:date', 'newest first'],
  ['match:literal', 'words exactly as typed'],
];

export function createSearchTips(): void {
  const popover = byId('search-tips', HTMLElement);
  const title = el('h2', { id: 'search-tips-title', tabindex: -1, autofocus: true }, 'Search tips');
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Close' });
  close.appendChild(createIcon('close'));
  close.addEventListener('click', () => popover.hidePopover());
  const list = el('dl', { class: 'tips-examples' });
  for (const [query, meaning] of searchTipExamples) {
    append(list, el('dt', {}, el('code', {}, query)), el('dd', {}, meaning));
  }
  append(
    popover,
    el('div', { class: 'tips-head' }, title, close),
    el(
      'p',
      { class: 'muted' },
      'Describe what you are looking for, or paste a title or abstract. Narrow it down with any of these, without a space after the colon; names and IDs are suggested as you type:',
    ),
    list,
    el(
      'p',
      { class: 'muted small' },
      'All conditions apply. A hyphen before a condition excludes its papers: ',
      el('code', {}, '-topic:3'),
      '.',
    ),
    el(
      'p',
      { class: 'muted small' },
      'A strong match beats the best results of 99% of unrelated searches, a possible match those of 90%.',
    ),
  );
}

/**
 * While the user types, an error is shown only after a pause of this many ms, because most half-typed filters are
 * wrong.
 */
const ERROR_DELAY_MS = 900;

interface QueryError {
  /**
   * Shows a message, at once or after a pause.
   *
   * @param delayed whether to wait, because the user may still be typing
   */
  show(message: string, delayed: boolean): void;
  /** Cancels a message that is waiting to be shown. */
  hold(): void;
  clear(): void;
}

/** Creates the error message below the search field. */
function createQueryError(): QueryError {
  const input = byId('q', HTMLInputElement);
  const line = byId('query-error', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const setMessage = (message: string) => {
    if (line.textContent === message) return;
    line.textContent = message;
    if (message === '') {
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
    } else {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', line.id);
    }
  };
  return {
    show(message, delayed) {
      clearTimeout(timer);
      // If a message is already visible, a new one replaces it at once.
      if (!delayed || line.textContent !== '') setMessage(message);
      else timer = setTimeout(() => setMessage(message), ERROR_DELAY_MS);
    },
    hold: () => clearTimeout(timer),
    clear() {
      clearTimeout(timer);
      setMessage('');
    },
  };
}

export interface SearchBox {
  focus(): void;
  clear(): void;
  /** Whether the user is typing a query and has not confirmed it by Enter or by leaving the field. */
  isTyping(): boolean;
  /** Adds a listener that is called when the user has finished typing a query. */
  onCommit(listener: () => void): void;
  /** Shows why the server cannot parse the query; null: it can. */
  showQueryError(message: string | null): void;
  /** Milliseconds since the last keystroke; Infinity if the user is not typing. */
  idleMs(): number;
  /** Reports how many milliseconds after its request an answer was painted. */
  recordLatency(ms: number): void;
}

export function createSearchBox(store: Store): SearchBox {
  const form = byId('search', HTMLFormElement);
  const input = byId('q', HTMLInputElement);
  const modeRadios = [...form.querySelectorAll<HTMLInputElement>('input[name=mode]')];
  const queryError = createQueryError();
  const debounce = createAdaptiveDebounce();
  let errorMessage: string | null = null;
  // While completions are offered, errors are held back, because the query is not finished.
  const completions = createCompletions(input, queryError.hold, () => {
    if (errorMessage !== null) queryError.show(errorMessage, isTyping);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The browser history gets one entry when typing starts, not one for every keystroke.
  let isTyping = false;
  let lastKeystroke = 0;
  const commitListeners: (() => void)[] = [];
  const commit = () => {
    if (!isTyping) return;
    isTyping = false;
    for (const listener of commitListeners) listener();
  };

  const search = (how: 'push' | 'replace') => {
    clearTimeout(timer);
    const q = input.value.trim();
    const state = store.get();
    const next = { ...state, ...searchPatch(state, q) };
    if (q === state.q && screenOf(state) === screenOf(next)) return;
    store.set(next, how);
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    lastKeystroke = performance.now();
    timer = setTimeout(() => {
      search(isTyping ? 'replace' : 'push');
      isTyping = true;
    }, debounce.delay());
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const how = isTyping ? 'replace' : 'push';
    completions.close();
    search(how);
    commit();
    // Leaving the field closes the virtual keyboard, which would cover the results.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
  });
  input.addEventListener('blur', commit);
  // Arrow down moves the focus to the hits, so the query counts as finished.
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowDown' && !completions.isOpen()) commit();
  });
  for (const radio of modeRadios) {
    radio.addEventListener('change', () => store.set({ mode: radio.value as SearchMode }, 'replace'));
  }

  const clear = () => {
    input.value = '';
    completions.close();
    search(isTyping ? 'replace' : 'push');
    isTyping = false;
  };
  const clearButton = byId('clear', HTMLButtonElement);
  clearButton.append(createIcon('close'));
  clearButton.addEventListener('click', () => {
    clear();
    input.focus();
  });

  const { placeholder } = input;
  const showState = () => {
    const state = store.get();
    input.placeholder = isLimitedToSelection(state) ? 'Search within the selection' : placeholder;
    if (input.value.trim() !== state.q) {
      completions.close();
      input.value = state.q;
    }
    for (const radio of modeRadios) radio.checked = radio.value === state.mode;
  };
  store.subscribe((_state, _before, fromHistory) => {
    if (fromHistory) {
      clearTimeout(timer);
      isTyping = false;
    }
    showState();
  });
  showState();

  return {
    focus() {
      input.focus();
      input.select();
    },
    clear,
    isTyping: () => isTyping,
    onCommit: (listener) => void commitListeners.push(listener),
    idleMs: () => (isTyping ? performance.now() - lastKeystroke : Infinity),
    recordLatency: debounce.recordLatency,
    showQueryError(message) {
      errorMessage = message;
      if (message === null) queryError.clear();
      else if (!completions.isOpen()) queryError.show(message, isTyping);
    },
  };
}
