/** Search requests and their responses: what the page asks the server for a query, and how the answer is shown. */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import type { SearchRequest, SearchResponse } from '../../server/schemas/search.ts';
import { search } from '../app/api.ts';
import { isWithin, type State } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { append, byId, el, onPress } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { likeTargets, withoutRegion } from './edit-query.ts';

// What is shown above the hits about the query itself: its region, the papers it is to be like, a suggested correction.

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

/** Hits per request. */
export const PAGE = 30;

/** The region that searches are limited to, as a key of the query; empty: the whole map. */
export function regionKey(state: Pick<State, 'selection' | 'within'>): string {
  return isWithin(state) ? `within:${state.selection}` : '';
}

/**
 * The query as it is sent to the server. The region goes last, so that positions in an error message are positions in
 * what was typed.
 */
export function joinRegion(typed: string, region: string): string {
  return `${typed} ${region}`.trim();
}

/** `joinRegion` of the state's query. */
export function effectiveQuery(state: Pick<State, 'q' | 'selection' | 'within'>): string {
  return joinRegion(state.q, regionKey(state));
}

/** A page of results. */
export interface ResultsRequest {
  q: string;
  mode: SearchMode;
  /** As `regionKey` returns it. */
  region: string;
  offset: number;
}

/** The request for the first page. @param q with its region */
export function firstPageRequest(q: string, mode: SearchMode): SearchRequest {
  return { q, mode, limit: PAGE, offset: 0 };
}

/** A response in which `query` and `didYouMean` are what the user types: without the region. */
export type DisplayedAnswer = SearchResponse & { readonly region: string };

export function displayedAnswer(response: SearchResponse, typed: string, region: string): DisplayedAnswer {
  const { didYouMean } = response;
  return { ...response, query: typed, region, didYouMean: didYouMean && withoutRegion(didYouMean, region) };
}

export async function fetchAnswer(request: ResultsRequest, signal: AbortSignal): Promise<DisplayedAnswer> {
  const { q, mode, region, offset } = request;
  const response = await search({ ...firstPageRequest(joinRegion(q, region), mode), offset }, signal);
  return displayedAnswer(response, q, region);
}
