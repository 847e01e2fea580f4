/**
 * Choosing a paper by some words: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus stays in the
 * field; the list stands open under it, so that a finger may scroll it once the keyboard on the screen is put away.
 */
import type { PaperSummary } from '../../server/schemas/search.ts';
import { isAborted, search } from '../app/api.ts';
import type { ViewInput } from '../app/panel-view.ts';
import { byLine, trouble } from '../paper/hit-list.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { append, el } from '../ui/dom.ts';
import { count, wordDate } from '../ui/format.ts';

/** Who types faster is not asked for every letter. */
const PAUSE_MS = 120;
const OFFERED = 8;

export interface ChooserInput extends Pick<ViewInput, 'point'> {
  label: string;
  /** Not offered: it is chosen already. */
  except: string;
  choose(id: string): void;
}

export function createChooser({ label, except, choose, point }: ChooserInput): HTMLElement {
  const field = el('input', {
    type: 'text',
    id: 'path-to',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    placeholder: 'Words of its title, or what it is about',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'path-ends',
  });
  const list = el('ul', { class: 'chosen-from', id: 'path-ends', role: 'listbox', 'aria-label': 'Papers' });
  const said = el('p', { class: 'quiet small', role: 'status' });
  const wrong = el('div', {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | null = null;
  let offered: { id: string; option: HTMLElement }[] = [];
  /** The option that Enter takes; −1: none is gone to, it takes the first. */
  let active = -1;

  const activate = (next: number) => {
    active = next;
    for (const [i, { option }] of offered.entries()) option.setAttribute('aria-selected', String(i === next));
    const at = offered[next];
    if (at) field.setAttribute('aria-activedescendant', at.option.id);
    else field.removeAttribute('aria-activedescendant');
    at?.option.scrollIntoView({ block: 'nearest' });
    point(at?.id ?? null);
  };
  const put = (options: typeof offered) => {
    offered = options;
    list.replaceChildren(...options.map(({ option }) => option));
    wrong.replaceChildren();
    field.setAttribute('aria-expanded', String(options.length > 0));
    activate(-1);
  };
  const offer = async (typed: string) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const { hits, nearMisses: apart } = await search(
        { q: typed, mode: 'hybrid', limit: OFFERED + 1, offset: 0 },
        asking.signal,
      );
      const papers = [...hits, ...apart].filter(({ id }) => id !== except).slice(0, OFFERED);
      put(papers.map((paper, i) => ({ id: paper.id, option: optionOf(paper, i) })));
      said.textContent =
        papers.length === 0 ? 'No paper is like that.' : `${count(papers.length, 'paper')} to choose from`;
    } catch (error) {
      if (isAborted(error)) return;
      put([]);
      said.textContent = '';
      wrong.replaceChildren(trouble(error, () => void offer(typed)));
    }
  };
  const optionOf = (paper: PaperSummary, i: number) => {
    const { id, title, date } = paper;
    const option = el('li', { id: `path-end-${i}`, role: 'option', 'aria-selected': 'false', dir: 'auto' });
    appendMarked(option, title);
    append(option, byLine(paper) ?? (date && el('span', { class: 'quiet small' }, ` ${wordDate(date)}`)));
    option.addEventListener('click', () => choose(id));
    option.addEventListener('pointerenter', () => point(id));
    option.addEventListener('pointerleave', () => point(offered[active]?.id ?? null));
    return option;
  };
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    put([]);
    said.textContent = '';
  };

  field.addEventListener('input', () => {
    const typed = field.value.trim();
    if (typed === '') return close();
    clearTimeout(timer);
    timer = setTimeout(() => void offer(typed), PAUSE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (offered.length === 0 || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const last = offered.length - 1;
    if (event.key === 'ArrowDown') activate(active === last ? -1 : active + 1);
    else if (event.key === 'ArrowUp') activate(active === -1 ? last : active - 1);
    else if (event.key === 'Enter') choose(offered[Math.max(0, active)]!.id);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener('blur', () => activate(-1));
  // A press keeps the focus in the field.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  return el('div', { class: 'chooser' }, el('label', { for: 'path-to' }, label), field, said, wrong, list);
}
