import type { SearchMode } from '../../server/schemas/search.ts';
import { asking, isWithin, screenOf } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { byId } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { createCompletions } from './completion.ts';
import { createPace } from './request-pacing.ts';

/** What is wrong with the query, under the search field. */

/** Who is still typing is not told at once: most half-written filters are wrong. */
const PATIENCE_MS = 900;

export interface QueryProblem {
  /** `soon`: a person may still be typing. */
  show(message: string, soon: boolean): void;
  /** What has not been said yet is not said now. */
  hold(): void;
  clear(): void;
}

export function createQueryProblem(): QueryProblem {
  const input = byId('q', HTMLInputElement);
  const line = byId('query-problem', HTMLElement);
  let timer = 0;

  const put = (message: string) => {
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
    show(message, soon) {
      clearTimeout(timer);
      // What already stands there is put right at once.
      if (!soon || line.textContent !== '') put(message);
      else timer = setTimeout(() => put(message), PATIENCE_MS) as unknown as number;
    },
    hold: () => clearTimeout(timer),
    clear() {
      clearTimeout(timer);
      put('');
    },
  };
}

/** The search box: types into the state as fast as answers come, at once on Enter; the mode switch beside it. */

export interface SearchBox {
  focus(): void;
  clear(): void;
  /** A query grows letter by letter in the field: it is not asked for good yet. */
  isTyping(): boolean;
  /** Called when it was grown: on Enter, and when the field is left. */
  whenTyped(then: () => void): void;
  /** Says under the field why the query cannot be read; null: it can. */
  refused(message: string | null): void;
  /** Milliseconds since a letter of a query that is being written; Infinity while none is. */
  rested(): number;
  /** An answer stood on the screen, so many milliseconds after it was asked for. */
  took(ms: number): void;
}

export function createSearchBox(store: Store): SearchBox {
  const form = byId('search', HTMLFormElement);
  const input = byId('q', HTMLInputElement);
  const modes = [...form.querySelectorAll<HTMLInputElement>('input[name=mode]')];
  const problem = createQueryProblem();
  const pace = createPace();
  // What may yet become right is not called wrong while one chooses.
  let refusal: string | null = null;
  const completions = createCompletions(input, problem.hold, () => {
    if (refusal !== null) problem.show(refusal, typing);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A query grows letter by letter: only its first letters and what follows Enter make a step to go back to.
  let typing = false;
  const typed: (() => void)[] = [];
  const endTyping = () => {
    if (!typing) return;
    typing = false;
    for (const then of typed) then();
  };
  let lastLetter = 0;

  const look = (how: 'push' | 'replace') => {
    clearTimeout(timer);
    const q = input.value.trim();
    const state = store.get();
    const next = { ...state, ...asking(state, q) };
    if (q === state.q && screenOf(state) === screenOf(next)) return;
    store.set(next, how);
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    lastLetter = performance.now();
    timer = setTimeout(() => {
      look(typing ? 'replace' : 'push');
      typing = true;
    }, pace.pause());
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const how = typing ? 'replace' : 'push';
    completions.close();
    look(how);
    endTyping();
    // The keyboard on the screen would lie over the answer.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
  });
  input.addEventListener('blur', endTyping);
  // On to the papers: to those of what is written now.
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowDown' && !completions.isOpen()) endTyping();
  });
  for (const radio of modes) {
    radio.addEventListener('change', () => store.set({ mode: radio.value as SearchMode }, 'replace'));
  }

  const clear = () => {
    input.value = '';
    completions.close();
    look(typing ? 'replace' : 'push');
    typing = false;
  };
  const clearButton = byId('clear', HTMLButtonElement);
  clearButton.append(icon('close'));
  clearButton.addEventListener('click', () => {
    clear();
    input.focus();
  });

  const everywhere = input.placeholder;
  const mirror = () => {
    const { q, mode } = store.get();
    input.placeholder = isWithin(store.get()) ? 'Search within the selection' : everywhere;
    if (input.value.trim() !== q) {
      completions.close();
      input.value = q;
    }
    for (const radio of modes) radio.checked = radio.value === mode;
  };
  store.subscribe((_now, _before, stepped) => {
    if (stepped) {
      clearTimeout(timer);
      typing = false;
    }
    mirror();
  });
  mirror();

  return {
    focus() {
      input.focus();
      input.select();
    },
    clear,
    isTyping: () => typing,
    whenTyped: (then) => void typed.push(then),
    rested: () => (typing ? performance.now() - lastLetter : Infinity),
    took: pace.took,
    refused(message) {
      refusal = message;
      if (message === null) problem.clear();
      else if (!completions.isOpen()) problem.show(message, typing);
    },
  };
}
