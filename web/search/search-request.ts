import type { SearchAnswer, SearchMode, SearchRequest } from '../../server/schemas/search.ts';
import { search } from '../app/api.ts';
import { isWithin, type State } from '../app/state.ts';
import { type Part, readParts } from '../selection/region-parts.ts';
import { cutPiece } from './query-text.ts';

/** Searching within the selection: what is asked of the server for what was typed, and back. Pure. */

/** The part of the map that the search keeps to, as a key of the query; empty: all of it. */
export function withinKey(state: Pick<State, 'selection' | 'within'>): string {
  return isWithin(state) ? `within:${state.selection}` : '';
}

/** What the server is asked. The key stands behind, so that places in a message are places in what was typed. */
export function askedQuery(state: Pick<State, 'q' | 'selection' | 'within'>): string {
  return `${state.q} ${withinKey(state)}`.trim();
}

/** An answer with the query that was typed; `within` is the key that was asked beside it. */
export type ToldAnswer = SearchAnswer & { readonly within: string };

/** The answer as it is told: to the query that was typed, and with what was perhaps meant by that. */
export function answerTo(answer: SearchAnswer, typed: string, within: string): ToldAnswer {
  const { didYouMean } = answer;
  return { ...answer, query: typed, within, didYouMean: didYouMean && cutPiece(didYouMean, within) };
}

/** The parts of the map that a typed query names. */
export function partsNamed(query: string): Part[] {
  return [...query.matchAll(/(?:^|\s)within:(\S+)/gi)].flatMap(([, shape]) => readParts(shape!));
}

/** What is asked for a list of papers, and the answer as it is told. */

export const PAGE = 30;

export interface Question {
  q: string;
  mode: SearchMode;
  /** The key of the part of the map that it keeps to, which the answer is told without; empty: all of it. */
  within: string;
  offset: number;
}

/** What is asked for when a query comes to be shown. */
export function firstPage(q: string, mode: SearchMode): SearchRequest {
  return { q, mode, limit: PAGE, offset: 0 };
}

/** What the server is asked: the query with the part of the map behind it. */
export function wholeQuery({ q, within }: Pick<Question, 'q' | 'within'>): string {
  return `${q} ${within}`.trim();
}

export async function answerFor(question: Question, signal: AbortSignal): Promise<ToldAnswer> {
  const { q, mode, within, offset } = question;
  return answerTo(await search({ ...firstPage(wholeQuery(question), mode), offset }, signal), q, within);
}
