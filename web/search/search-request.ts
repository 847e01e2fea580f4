/** Search requests and their responses: what the page asks the server for a query, and how the answer is shown. */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import type { SearchRequest, SearchResponse } from '../../server/schemas/search.ts';
import { search } from '../app/api.ts';
import { isWithin, type State } from '../app/state.ts';
import { withoutRegion } from './edit-query.ts';

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
