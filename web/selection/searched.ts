/** Searching within the selection: what is asked of the server for what was typed, and back. Pure. */
import type { SearchAnswer } from '../../server/contract.ts';
import { cutPiece } from '../asking/query-text.ts';
import { isWithin, type State } from '../state.ts';
import { type Part, readParts } from './parts.ts';

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
