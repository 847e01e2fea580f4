/** Selected papers one by one, page by page. Of each the map knows all but the title, fetched when its page is shown. */
import { el, onPress } from '../dom.ts';
import type { ViewInput } from '../panel-view.ts';
import { bones, trouble } from '../papers/hit-list.ts';
import { wordDate } from '../wording.ts';

const PAGE = 20;

export interface Listing {
  element: HTMLElement;
  light(id: string | null): void;
}

export function createListing(rows: Uint32Array, { atlas, library, tags, href, open, point }: ViewInput): Listing {
  const list = el('ul', { class: 'hits apart' });
  const below = el('div', {});
  const element = el('div', {}, list, below);
  const entries = new Map<string, HTMLElement>();

  const entry = (id: string, title: string, date: string | null) => {
    const link = el('a', { class: 'hit-title', href: href(id), dir: 'auto' }, title);
    onPress(link, () => open(id));
    const facts = el('div', { class: 'hit-facts' }, tags.ofPaper(id), date && el('span', {}, wordDate(date)));
    const item = el('li', { class: 'hit' }, link, facts);
    for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => point(id));
    for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => point(null));
    entries.set(id, item);
    return item;
  };
  const more = async () => {
    const from = entries.size;
    const ids = Array.from(rows.slice(from, from + PAGE), (row) => atlas.idOf(row));
    below.replaceChildren(bones(Math.min(ids.length, 4)));
    try {
      const told = await Promise.all(ids.map((id) => library.known(id) ?? library.paper(id)));
      list.append(...told.map(({ title, date }, i) => entry(ids[i]!, title, date)));
      below.replaceChildren();
      const rest = rows.length - entries.size;
      if (rest <= 0) return;
      const button = el('button', { type: 'button', class: 'button more' }, `Show ${Math.min(rest, PAGE)} more`);
      button.addEventListener('click', async () => {
        const next = rows[entries.size]!;
        await more();
        entries.get(atlas.idOf(next))?.querySelector('a')?.focus();
      });
      below.appendChild(button);
    } catch (error) {
      below.replaceChildren(trouble(error, () => void more()));
    }
  };
  void more();

  return {
    element,
    light(id) {
      for (const [known, item] of entries) item.classList.toggle('lit', known === id);
    },
  };
}
