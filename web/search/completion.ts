import type { CompleteAnswer } from '../../server/schemas/complete.ts';
import { complete } from '../app/api.ts';
import { byId, el } from '../ui/dom.ts';
import { wordDate } from '../ui/format.ts';

/** What completing does to the text of a field: pure. */

export type CompletionItem = CompleteAnswer['items'][number];

/** Longer texts were pasted; asking at every letter of them would send them again and again. */
const LONGEST = 1000;

/**
 * Whether what stands at the cursor may be completed: nothing is marked, and no word goes on behind it.
 *
 * @param start of what is marked, in UTF-16 code units; null where the field does not say
 */
export function mayComplete(text: string, start: number | null, end: number | null): boolean {
  if (start === null || start !== end || text.length > LONGEST) return false;
  return !/^[\p{L}\p{N}]/u.test(text.slice(start));
}

/** The text with an item taken, and where the cursor then stands: behind a space, for the next word, or behind a key's colon. */
export function taken(
  text: string,
  { from, to }: Pick<CompleteAnswer, 'from' | 'to'>,
  item: Pick<CompletionItem, 'text' | 'kind'>,
): { text: string; cursor: number } {
  const [before, after] = [text.slice(0, from) + item.text, text.slice(to)];
  if (item.kind === 'operator') return { text: before + after, cursor: before.length };
  const isSpaced = /^\s/.test(after);
  const space = after === '' ? ' ' : '';
  return { text: before + space + after, cursor: before.length + (isSpaced ? 1 : space.length) };
}

/** Words and keys stand side by side on one line; what has a name of its own stands in a list. */
export function isLine(items: readonly Pick<CompletionItem, 'kind'>[]): boolean {
  return items.every(({ kind }) => kind === 'word' || kind === 'operator');
}

/**
 * Completions under the search field: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus stays in
 * the field and nothing is chosen by itself: typing goes on as if the list were not there, and Enter searches.
 */

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
