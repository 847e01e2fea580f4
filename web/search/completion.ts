/**
 * Completions of the query: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus stays in the
 * search field and nothing is selected automatically, so that typing and Enter work as if the list were not there.
 */
import type { CompletionResponse } from '../../server/schemas/search.ts';
import { complete } from '../app/api.ts';
import { byId, el } from '../ui/dom.ts';
import { formatDate } from '../ui/format.ts';

export type CompletionItem = CompletionResponse['items'][number];

/**
 * Longer queries, in UTF-16 code units, get no completions: they were pasted and are not worth sending at every
 * keystroke.
 */
const MAX_LENGTH = 1000;

const DEBOUNCE_MS = 100;

/**
 * Whether to offer completions: nothing is selected in the field, and no word continues after the cursor.
 *
 * @param start start of the selection, in UTF-16 code units; null if the browser does not report it
 */
export function canComplete(text: string, start: number | null, end: number | null): boolean {
  if (start === null || start !== end || text.length > MAX_LENGTH) return false;
  return !/^[\p{L}\p{N}]/u.test(text.slice(start));
}

/**
 * Inserts a completion into a text. The new cursor is after a space, ready for the next word, or after the colon of an
 * operator. `from` and `to` are the part of the text that the completion replaces, in UTF-16 code units.
 */
export function applyCompletion(
  text: string,
  { from, to }: Pick<CompletionResponse, 'from' | 'to'>,
  item: Pick<CompletionItem, 'text' | 'kind'>,
): { text: string; cursor: number } {
  const before = text.slice(0, from) + item.text;
  const after = text.slice(to);
  if (item.kind === 'operator') return { text: before + after, cursor: before.length };
  const space = after === '' ? ' ' : '';
  const isFollowedBySpace = /^\s/.test(after);
  return { text: before + space + after, cursor: before.length + (isFollowedBySpace ? 1 : space.length) };
}

/** Whether completions are shown side by side on one line, like words and operators, and not in a list, like names. */
export function isShownInline(items: readonly Pick<CompletionItem, 'kind'>[]): boolean {
  return items.every(({ kind }) => kind === 'word' || kind === 'operator');
}

export interface Completions {
  isOpen(): boolean;
  /** Closes the list and drops a response that is on its way. */
  close(): void;
}

/**
 * Offers completions for a search field.
 *
 * @param opened called when completions are shown
 * @param closed called when they are no longer shown
 */
export function createCompletions(input: HTMLInputElement, opened: () => void, closed: () => void): Completions {
  const list = byId('completions', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | null = null;
  let shown: { response: CompletionResponse; text: string; options: HTMLElement[] } | null = null;
  /** Index of the option that Enter takes; −1: none. */
  let active = -1;

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    if (shown === null) return;
    shown = null;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    activate(-1);
    closed();
  };

  const activate = (index: number) => {
    active = index;
    for (const [i, option] of (shown?.options ?? []).entries()) {
      option.setAttribute('aria-selected', String(i === index));
    }
    const option = shown?.options[index];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  };

  const load = async () => {
    const { value: text, selectionStart: cursor, selectionEnd } = input;
    request?.abort();
    if (cursor === null || document.activeElement !== input || !canComplete(text, cursor, selectionEnd)) return close();
    const current = new AbortController();
    request = current;
    // Search works without completions, so a failed request is ignored.
    const response = await complete(text, cursor, current.signal).catch(() => null);
    if (current !== request || current.signal.aborted || input.value !== text || input.selectionStart !== cursor)
      return;
    if (response === null || response.items.length === 0) close();
    else show(response, text);
  };

  const show = (response: CompletionResponse, text: string) => {
    const inline = isShownInline(response.items);
    list.className = inline ? 'completions-inline' : 'completions-list';
    list.setAttribute('aria-orientation', inline ? 'horizontal' : 'vertical');
    const options = response.items.map(createOption);
    list.replaceChildren(...options);
    list.hidden = false;
    list.scrollTop = 0;
    // The height of the list is limited, so that it stays above a virtual keyboard.
    const room = (visualViewport?.height ?? innerHeight) - list.getBoundingClientRect().top - 12;
    list.style.maxHeight = inline ? '' : `${Math.max(120, Math.round(room))}px`;
    // Inline options that wrap to a second line are dropped.
    const fitting = inline ? options.filter((option) => option.offsetTop === options[0].offsetTop) : options;
    list.replaceChildren(...fitting);
    shown = { response, text, options: fitting };
    opened();
    input.setAttribute('aria-expanded', 'true');
    activate(-1);
  };

  const take = (index: number) => {
    if (shown === null || shown.text !== input.value) return;
    const completed = applyCompletion(input.value, shown.response, shown.response.items[index]);
    close();
    input.value = completed.text;
    input.setSelectionRange(completed.cursor, completed.cursor);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /**
   * The index of the option to which an arrow key moves, −1 for the field itself; undefined if the list ignores the
   * key.
   */
  const targetOf = (key: string, last: number): number | undefined => {
    if (list.className === 'completions-list') {
      if (key === 'ArrowDown') return active === last ? -1 : active + 1;
      if (key === 'ArrowUp') return active === -1 ? last : active - 1;
      return undefined;
    }
    // In a line of options, arrow down first enters the line, and then leaves it for the hits below. Left and right
    // move along the line.
    if (key === 'ArrowDown') return active === -1 ? 0 : undefined;
    if (active === -1) return undefined;
    if (key === 'ArrowUp') return -1;
    if (key === 'ArrowRight') return Math.min(active + 1, last);
    return key === 'ArrowLeft' ? active - 1 : undefined;
  };

  input.addEventListener('keydown', (event) => {
    if (shown === null || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const { key } = event;
    const target = key.startsWith('Arrow') ? targetOf(key, shown.options.length - 1) : undefined;
    if (target !== undefined) activate(target);
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
    request?.abort();
    activate(-1);
    if (event instanceof InputEvent && event.isComposing) return;
    timer = setTimeout(load, DEBOUNCE_MS);
  });
  // Completions are for one place in the text: they close when the cursor leaves it.
  document.addEventListener('selectionchange', () => {
    if (shown?.text === input.value && document.activeElement === input) {
      const cursor = input.selectionStart ?? 0;
      if (cursor < shown.response.from || cursor > shown.response.to) close();
    }
  });
  input.addEventListener('blur', close);
  // Pressing an option must not take the focus from the search field.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const index = shown?.options.findIndex((option) => option.contains(event.target as Node)) ?? -1;
    if (index >= 0) take(index);
    else close();
  });

  return { isOpen: () => shown !== null, close };
}

function createOption({ label, detail, kind }: CompletionItem, i: number): HTMLElement {
  const isDate = /^\d{4}(?:-\d\d){0,2}$/.test(detail);
  const detailText = kind === 'word' ? '' : isDate ? formatDate(detail) : detail;
  return el(
    'div',
    { id: `completion-${i}`, role: 'option', 'aria-selected': 'false', class: `completion ${kind}` },
    el('span', { class: 'completion-label', dir: 'auto' }, label),
    // Without a space between label and detail, a screen reader would read both as one word.
    detailText !== '' && ' ',
    detailText !== '' && el('span', { class: 'completion-detail' }, detailText),
  );
}
