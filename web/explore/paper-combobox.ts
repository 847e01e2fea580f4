/**
 * A field that finds a paper by words: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus stays in
 * the field. The list is below it and not a popup, so that it can be scrolled by touch after the virtual keyboard closed.
 */
import type { PaperSummary } from '../../server/schemas/papers.ts';
import { isAborted, search } from '../app/api.ts';
import type { ViewInput } from '../app/panel.ts';
import { byline } from '../paper/paper-facts.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { errorNotice } from '../ui/placeholders.ts';

const DEBOUNCE_MS = 120;
const MAX_OPTIONS = 8;

export interface PaperComboboxInput extends Pick<ViewInput, 'hoverPaper'> {
  label: string;
  /** The id of a paper that is not offered. */
  excluded: string;
  choose(id: string): void;
}

export function createPaperCombobox({ label, excluded, choose, hoverPaper }: PaperComboboxInput): HTMLElement {
  const field = el('input', {
    type: 'text',
    id: 'path-to',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    placeholder: 'Search by title or topic',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'path-options',
  });
  const list = el('ul', { class: 'paper-options', id: 'path-options', role: 'listbox', 'aria-label': 'Papers' });
  const status = el('p', { class: 'muted small', role: 'status' });
  const errors = el('div', {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | null = null;
  let options: { id: string; element: HTMLElement }[] = [];
  /** Index of the active option; −1: none, and Enter takes the first. */
  let active = -1;

  const activate = (index: number) => {
    active = index;
    for (const [i, { element }] of options.entries()) element.setAttribute('aria-selected', String(i === index));
    const option = options[index];
    if (option) field.setAttribute('aria-activedescendant', option.element.id);
    else field.removeAttribute('aria-activedescendant');
    option?.element.scrollIntoView({ block: 'nearest' });
    hoverPaper(option?.id ?? null);
  };
  const setOptions = (newOptions: typeof options) => {
    options = newOptions;
    list.replaceChildren(...options.map(({ element }) => element));
    errors.replaceChildren();
    field.setAttribute('aria-expanded', String(options.length > 0));
    activate(-1);
  };
  const load = async (typed: string) => {
    request?.abort();
    request = new AbortController();
    try {
      const { hits, nearMisses } = await search(
        { q: typed, mode: 'hybrid', limit: MAX_OPTIONS + 1, offset: 0 },
        request.signal,
      );
      const papers = [...hits, ...nearMisses].filter(({ id }) => id !== excluded).slice(0, MAX_OPTIONS);
      setOptions(papers.map((paper, i) => ({ id: paper.id, element: createOption(paper, i) })));
      status.textContent = papers.length === 0 ? 'No matching papers' : `${formatCount(papers.length, 'paper')} found`;
    } catch (error) {
      if (isAborted(error)) return;
      setOptions([]);
      status.textContent = '';
      errors.replaceChildren(errorNotice(error, () => void load(typed)));
    }
  };
  const createOption = (paper: PaperSummary, i: number) => {
    const { id, title, date } = paper;
    const option = el('li', { id: `path-option-${i}`, role: 'option', 'aria-selected': 'false', dir: 'auto' });
    appendHighlighted(option, title);
    append(option, byline(paper) ?? (date && el('span', { class: 'muted small' }, ` ${formatDate(date)}`)));
    option.addEventListener('click', () => choose(id));
    option.addEventListener('pointerenter', () => hoverPaper(id));
    option.addEventListener('pointerleave', () => hoverPaper(options[active]?.id ?? null));
    return option;
  };
  const close = () => {
    clearTimeout(timer);
    request?.abort();
    setOptions([]);
    status.textContent = '';
  };

  field.addEventListener('input', () => {
    const typed = field.value.trim();
    if (typed === '') return close();
    clearTimeout(timer);
    timer = setTimeout(() => void load(typed), DEBOUNCE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (options.length === 0 || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const last = options.length - 1;
    if (event.key === 'ArrowDown') activate(active === last ? -1 : active + 1);
    else if (event.key === 'ArrowUp') activate(active === -1 ? last : active - 1);
    else if (event.key === 'Enter') choose(options[Math.max(0, active)].id);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener('blur', () => activate(-1));
  // Keeps the focus in the field.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  return el('div', { class: 'paper-combobox' }, el('label', { for: 'path-to' }, label), field, status, errors, list);
}
