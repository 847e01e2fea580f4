/** What is shown above the hits about the query itself: its region, the papers it is to be like, a suggested correction. */
import { isWithin, type State } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { append, byId, el, onPress } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { likeTargets } from './edit-query.ts';

export interface RegionChip {
  element: HTMLElement;
  update(state: State): void;
}

/** Shown while searches are limited to the selection: leads to the selection, and lifts the limit. */
export function createRegionChip(store: Store): RegionChip {
  const link = el('a', { class: 'region-chip-link' }, icon('lasso'), 'Within the selection');
  const label = 'Search everywhere';
  const end = el(
    'button',
    { type: 'button', class: 'region-chip-clear', 'aria-label': label, title: label },
    icon('close'),
  );
  const element = el('p', { class: 'region-chip', hidden: true }, link, end);
  onPress(link, () => store.set({ within: false }, 'push'));
  end.addEventListener('click', () => {
    store.set({ within: false, selection: '' }, 'push');
    // The button that had the focus is hidden now.
    byId('papers', HTMLElement).focus();
  });
  return {
    element,
    update(state) {
      element.hidden = !isWithin(state);
      link.href = store.href({ within: false });
    },
  };
}

export interface LikeLinesInput {
  paperHref(id: string): string;
  openPaper(id: string): void;
  /** null if there is no such paper, or it cannot be loaded. */
  paperTitle(id: string): Promise<string | null>;
}

/** The papers of `like:` and `not:`, by their titles; null if the query has none. */
export function likeLines(query: string, { paperHref, openPaper, paperTitle }: LikeLinesInput): HTMLElement | null {
  const targets = likeTargets(query);
  if (targets.length === 0) return null;
  const lines = targets.map(({ id, isLike }) => {
    const link = el('a', { href: paperHref(id), dir: 'auto' }, id);
    onPress(link, () => openPaper(id));
    void paperTitle(id).then((title) => {
      if (title === null) return;
      link.replaceChildren();
      appendHighlighted(link, title);
    });
    const line = el('p', { class: 'like-line' });
    append(line, isLike ? 'Similar to ' : 'Not similar to ', link);
    return line;
  });
  return el('div', {}, ...lines);
}

/** A link to the suggested query; null without a suggestion. */
export function didYouMeanLine(
  query: string | null,
  { searchHref, search }: { searchHref(query: string): string; search(query: string): void },
): HTMLElement | null {
  if (query === null) return null;
  const link = el('a', { href: searchHref(query), dir: 'auto' }, query);
  onPress(link, () => search(query));
  return el('p', { class: 'did-you-mean' }, 'Did you mean ', link, '?');
}
