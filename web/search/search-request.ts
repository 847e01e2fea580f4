/**
 * Search requests, and what is shown about the query itself: its region, its similar papers, a suggested correction.
 */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import type { SearchRequest, SearchResponse } from '../../server/schemas/search.ts';
import { search } from '../app/api.ts';
import { isLimitedToSelection, type State } from '../app/page-state.ts';
import type { Store } from '../app/store.ts';
import { appendHighlightedText } from '../text/highlighted-text.ts';
import { append, byId, el, onPlainClick } from '../ui/dom.ts';
import { createIcon } from '../ui/icons.ts';
import { likeTargets, withoutRegion } from './edit-query.ts';

// Lines above the hits about the query itself: its region, the papers that it names by `like:` and `not:`, a suggested
// correction.

export interface RegionChip {
  element: HTMLElement;
  update(state: State): void;
}

/**
 * Creates a chip that is shown while searches are limited to the selection. It links to the selection and has a button
 * that removes the limit.
 */
export function createRegionChip(store: Store): RegionChip {
  const link = el('a', { class: 'region-chip-link' }, createIcon('lasso'), 'Within the selection');
  const label = 'Search everywhere';
  const end = el(
    'button',
    { type: 'button', class: 'region-chip-clear', 'aria-label': label, title: label },
    createIcon('close'),
  );
  const element = el('p', { class: 'region-chip', hidden: true }, link, end);
  onPlainClick(link, () => store.set({ within: false }, 'push'));
  end.addEventListener('click', () => {
    store.set({ within: false, selection: '' }, 'push');
    // The focused button is hidden now, so the panel takes the focus.
    byId('papers', HTMLElement).focus();
  });
  return {
    element,
    update(state) {
      element.hidden = !isLimitedToSelection(state);
      link.href = store.href({ within: false });
    },
  };
}

export interface LikeTargetLinesInput {
  paperHref(id: string): string;
  openPaper(id: string): void;
  /** The title of a paper; null if there is no such paper, or if it cannot be loaded. */
  paperTitle(id: string): Promise<string | null>;
}

/** Lines with links to the papers that a query names by `like:` and `not:`; null if it names none. */
export function createLikeTargetLines(
  query: string,
  { paperHref, openPaper, paperTitle }: LikeTargetLinesInput,
): HTMLElement | null {
  const targets = likeTargets(query);
  if (targets.length === 0) return null;
  const lines = targets.map(({ id, isLike }) => {
    const link = el('a', { href: paperHref(id), dir: 'auto' }, id);
    onPlainClick(link, () => openPaper(id));
    void paperTitle(id).then((title) => {
      if (title === null) return;
      link.replaceChildren();
      appendHighlightedText(link, title);
    });
    const line = el('p', { class: 'like-line' });
    append(line, isLike ? 'Similar to ' : 'Not similar to ', link);
    return line;
  });
  return el('div', {}, ...lines);
}

/** A line with a link to the suggested query; null if there is no suggestion. */
export function createDidYouMeanLine(
  query: string | null,
  { searchHref, search }: { searchHref(query: string): string; search(query: string): void },
): HTMLElement | null {
  if (query === null) return null;
  const link = el('a', { href: searchHref(query), dir: 'auto' }, query);
  onPlainClick(link, () => search(query));
  return el('p', { class: 'did-you-mean' }, 'Did you mean ', link, '?');
}

/** How many hits are requested at a time. */
export const PAGE_SIZE = 30;

/** The filter `within:…` for the selection that searches are limited to; empty if they are not limited. */
export function regionFilterOf(state: Pick<State, 'selection' | 'within'>): string {
  return isLimitedToSelection(state) ? `within:${state.selection}` : '';
}

/**
 * The query as it is sent to the server. The region filter is at the end, so that positions in an error message are
 * positions in what was typed.
 */
export function appendRegionFilter(typed: string, region: string): string {
  return `${typed} ${region}`.trim();
}

/** The query of a state as it is sent to the server, with the region that searches are limited to. */
export function effectiveQuery(state: Pick<State, 'q' | 'selection' | 'within'>): string {
  return appendRegionFilter(state.q, regionFilterOf(state));
}

/** A request for one page of results. */
export interface ResultsRequest {
  q: string;
  mode: SearchMode;
  /** The region filter, as `regionFilterOf` returns it. */
  region: string;
  offset: number;
}

/**
 * The request for the first page of results.
 *
 * @param q the query with its region filter
 */
export function firstPageRequest(q: string, mode: SearchMode): SearchRequest {
  return { q, mode, limit: PAGE_SIZE, offset: 0 };
}

/**
 * A response as it is displayed: `query` and `didYouMean` are without the region filter, which the user did not type.
 */
export type DisplayedAnswer = SearchResponse & { readonly region: string };

export function toDisplayedAnswer(response: SearchResponse, typed: string, region: string): DisplayedAnswer {
  const { didYouMean } = response;
  return { ...response, query: typed, region, didYouMean: didYouMean && withoutRegion(didYouMean, region) };
}

export async function fetchAnswer(request: ResultsRequest, signal: AbortSignal): Promise<DisplayedAnswer> {
  const { q, mode, region, offset } = request;
  const response = await search({ ...firstPageRequest(appendRegionFilter(q, region), mode), offset }, signal);
  return toDisplayedAnswer(response, q, region);
}

/** What was searched for instead of what was typed, in words: 'robots instead of robts, since:2025'. Empty if nothing. */
export function describeInterpretations(interpretations: SearchResponse['interpretations']): string {
  const descriptions = interpretations.map(({ kind, typed, used }) => {
    if (kind === 'spelling' || kind === 'quotation') return `${used} instead of ${typed}`;
    return kind === 'paper' ? `the paper ${used}` : used;
  });
  // A word may be misspelled twice.
  return [...new Set(descriptions)].join(', ');
}

/** The query that searches for the words as typed. */
export function literalQuery(query: string): string {
  return `${query} match:literal`;
}

/**
 * The line above the hits that says what was understood otherwise than typed, with a link that searches for the words as
 * typed; null if nothing was.
 */
export function createInterpretationLine(
  { interpretations, query }: Pick<SearchResponse, 'interpretations' | 'query'>,
  { searchHref, search }: { searchHref(query: string): string; search(query: string): void },
): HTMLElement | null {
  if (interpretations.length === 0) return null;
  const literal = literalQuery(query);
  const link = el('a', { href: searchHref(literal) }, 'Search literally');
  onPlainClick(link, () => search(literal));
  const understood = el('b', { dir: 'auto' }, describeInterpretations(interpretations));
  return el('p', { class: 'did-you-mean' }, 'Searched for ', understood, ' · ', link);
}
