/** Choosing a paper by some words: a field, and under it papers as links while one types. */
import { isAborted, search } from '../api.ts';
import { append, el, onPress } from '../dom.ts';
import type { ViewInput } from '../panel-view.ts';
import { trouble } from '../papers/hit-list.ts';
import { appendMarked } from '../papers/marked.ts';
import { wordDate } from '../wording.ts';

/** Who types faster is not asked for every letter. */
const PAUSE_MS = 120;
const OFFERED = 8;

export interface ChooserInput extends Pick<ViewInput, 'point'> {
  label: string;
  /** Not offered: it is chosen already. */
  except: string;
  href(id: string): string;
  choose(id: string): void;
}

export function createChooser({ label, except, href, choose, point }: ChooserInput): HTMLElement {
  const field = el('input', {
    type: 'text',
    id: 'path-to',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    placeholder: 'Words of its title, or what it is about',
  });
  const list = el('ul', { class: 'chosen-from', 'aria-label': 'Papers' });
  const said = el('p', { class: 'quiet small', role: 'status' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | null = null;

  const offer = async (typed: string) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const { hits, apart } = await search({ q: typed, mode: 'hybrid', limit: OFFERED + 1, offset: 0 }, asking.signal);
      const papers = [...hits, ...apart].filter(({ id }) => id !== except).slice(0, OFFERED);
      list.replaceChildren(
        ...papers.map(({ id, title, date }) => {
          const link = el('a', { href: href(id), dir: 'auto' });
          appendMarked(link, title);
          append(link, date && el('span', { class: 'quiet small' }, ` ${wordDate(date)}`));
          onPress(link, () => choose(id));
          for (const event of ['pointerenter', 'focus']) link.addEventListener(event, () => point(id));
          for (const event of ['pointerleave', 'blur']) link.addEventListener(event, () => point(null));
          return el('li', {}, link);
        }),
      );
      said.textContent = papers.length === 0 ? 'No paper is like that.' : '';
    } catch (error) {
      if (!isAborted(error))
        list.replaceChildren(
          el(
            'li',
            {},
            trouble(error, () => void offer(typed)),
          ),
        );
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    const typed = field.value.trim();
    if (typed === '') {
      asking?.abort();
      list.replaceChildren();
    } else timer = setTimeout(() => void offer(typed), PAUSE_MS);
  });
  // Down leads from the field into the list and along it, up and back again.
  const stops = () => [field, ...list.querySelectorAll('a')];
  const chooser = el('div', { class: 'chooser' }, el('label', { for: 'path-to' }, label), field, said, list);
  chooser.addEventListener('keydown', (event) => {
    const at = stops().indexOf(event.target as HTMLAnchorElement);
    const next = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : -1;
    if (event.key === 'Enter' && at === 0) list.querySelector('a')?.click();
    if (at < 0 || !stops()[next]) return;
    event.preventDefault();
    event.stopPropagation();
    stops()[next]!.focus();
  });
  return chooser;
}
