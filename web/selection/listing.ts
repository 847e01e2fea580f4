/** Selected papers one by one, page by page. Of each the map knows all but what lists say of it, fetched when its page is shown. */
import { el } from '../dom.ts';
import type { ViewInput } from '../panel-view.ts';
import { bones, createHitList, type HitList, trouble } from '../papers/hit-list.ts';

const PAGE = 20;

export type Listing = Pick<HitList, 'element' | 'light'>;

export function createListing(rows: Uint32Array, input: ViewInput): Listing {
  const { atlas, library } = input;
  const list = createHitList({ ...input, snippets: false, numbered: false });
  const below = el('div', {});
  let listed = 0;

  const more = async () => {
    const ids = Array.from(rows.slice(listed, listed + PAGE), (row) => atlas.idOf(row));
    below.replaceChildren(bones(Math.min(ids.length, 4)));
    try {
      const told = await Promise.all(ids.map(library.listed));
      list.put(told, listed);
      listed += told.length;
      below.replaceChildren();
      const rest = rows.length - listed;
      if (rest <= 0) return;
      const button = el('button', { type: 'button', class: 'button more' }, `Show ${Math.min(rest, PAGE)} more`);
      button.addEventListener('click', async () => {
        const next = rows[listed]!;
        await more();
        list.focus(atlas.idOf(next));
      });
      below.appendChild(button);
    } catch (error) {
      below.replaceChildren(trouble(error, () => void more()));
    }
  };
  void more();

  return { element: el('div', {}, list.element, below), light: list.light };
}
