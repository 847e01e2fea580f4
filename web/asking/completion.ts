/**
 * Completions under the search field: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus stays in
 * the field and nothing is chosen by itself: typing goes on as if the list were not there, and Enter searches.
 */
import type { CompleteAnswer } from '../../server/contract-complete.ts';
import { complete } from '../api.ts';
import { byId, el } from '../dom.ts';
import { wordDate } from '../wording.ts';
import { type CompletionItem, isLine, mayComplete, taken } from './complete-text.ts';

const PAUSE_MS = 100;

export interface Completions {
  isOpen(): boolean;
  /** Closes the list, and drops an answer that is on its way. */
  close(): void;
}

/**
 * @param opened called when a list is shown
 * @param closed called when an open list was closed
 */
export function createCompletions(input: HTMLInputElement, opened: () => void, closed: () => void): Completions {
  const list = byId('completions', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underway: AbortController | null = null;
  let shown: { answer: CompleteAnswer; text: string; options: HTMLElement[] } | null = null;
  /** The option that Enter takes; −1: none. */
  let active = -1;

  const close = () => {
    clearTimeout(timer);
    underway?.abort();
    if (shown === null) return;
    shown = null;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    activate(-1);
    closed();
  };

  const activate = (next: number) => {
    active = next;
    for (const [i, option] of (shown?.options ?? []).entries())
      option.setAttribute('aria-selected', String(i === next));
    const option = shown?.options[next];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  };

  const ask = async () => {
    const { value: text, selectionStart: cursor, selectionEnd } = input;
    underway?.abort();
    if (document.activeElement !== input || !mayComplete(text, cursor, selectionEnd)) return close();
    const mine = new AbortController();
    underway = mine;
    // Completions help where they can be had; searching works without them.
    const answer = await complete(text, cursor!, mine.signal).catch(() => null);
    if (mine !== underway || mine.signal.aborted || input.value !== text || input.selectionStart !== cursor) return;
    if (answer === null || answer.items.length === 0) close();
    else show(answer, text);
  };

  const show = (answer: CompleteAnswer, text: string) => {
    const line = isLine(answer.items);
    list.className = line ? 'completions-line' : 'completions-list';
    list.setAttribute('aria-orientation', line ? 'horizontal' : 'vertical');
    const options = answer.items.map(optionOf);
    list.replaceChildren(...options);
    list.hidden = false;
    list.scrollTop = 0;
    // Above the keyboard on the screen, where there is one.
    const room = (visualViewport?.height ?? innerHeight) - list.getBoundingClientRect().top - 12;
    list.style.maxHeight = line ? '' : `${Math.max(120, Math.round(room))}px`;
    // Of a line only what fits on it is there to be chosen.
    const fitting = line ? options.filter((option) => option.offsetTop === options[0]!.offsetTop) : options;
    list.replaceChildren(...fitting);
    shown = { answer, text, options: fitting };
    opened();
    input.setAttribute('aria-expanded', 'true');
    activate(-1);
  };

  const take = (at: number) => {
    if (shown === null || shown.text !== input.value) return;
    const result = taken(input.value, shown.answer, shown.answer.items[at]!);
    close();
    input.value = result.text;
    input.setSelectionRange(result.cursor, result.cursor);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /** What an arrow moves to; undefined: it is not for the list. */
  const moved = (key: string): number | undefined => {
    const last = shown!.options.length - 1;
    if (list.className === 'completions-list') {
      if (key === 'ArrowDown') return active === last ? -1 : active + 1;
      if (key === 'ArrowUp') return active === -1 ? last : active - 1;
      return undefined;
    }
    // Into the line, along it, and out of it below to the papers.
    if (key === 'ArrowDown') return active === -1 ? 0 : undefined;
    if (active === -1) return undefined;
    if (key === 'ArrowUp') return -1;
    if (key === 'ArrowRight') return Math.min(active + 1, last);
    return key === 'ArrowLeft' ? active - 1 : undefined;
  };

  input.addEventListener('keydown', (event) => {
    if (shown === null || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const { key } = event;
    const next = key.startsWith('Arrow') ? moved(key) : undefined;
    if (next !== undefined) activate(next);
    else if ((key === 'Enter' || key === 'Tab') && active >= 0) take(active);
    else if (key === 'Escape') close();
    else {
      if (key === 'Tab' || key === 'ArrowDown') close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener('input', (event) => {
    clearTimeout(timer);
    underway?.abort();
    activate(-1);
    if (event instanceof InputEvent && event.isComposing) return;
    timer = setTimeout(ask, PAUSE_MS);
  });
  // The cursor went elsewhere, and what is shown is not about that place.
  document.addEventListener('selectionchange', () => {
    if (shown?.text === input.value && document.activeElement === input) {
      const at = input.selectionStart ?? 0;
      if (at < shown.answer.from || at > shown.answer.to) close();
    }
  });
  input.addEventListener('blur', close);
  // A press keeps the focus in the field; beside the options of a line it uncovers what lies under it.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const at = shown?.options.findIndex((option) => option.contains(event.target as Node)) ?? -1;
    if (at >= 0) take(at);
    else close();
  });

  return { isOpen: () => shown !== null, close };
}

function optionOf({ label, detail, kind }: CompletionItem, i: number): HTMLElement {
  const isDate = /^\d{4}(?:-\d\d){0,2}$/.test(detail);
  const words = kind === 'word' ? '' : isDate ? wordDate(detail) : detail;
  return el(
    'div',
    { id: `completion-${i}`, role: 'option', 'aria-selected': 'false', class: `completion ${kind}` },
    el('span', { class: 'completion-label', dir: 'auto' }, label),
    // Read out as two words, not as one.
    words !== '' && ' ',
    words !== '' && el('span', { class: 'completion-detail' }, words),
  );
}
