/** What is asked for a list of papers, and the answer as it is told. */
import type { SearchMode, SearchRequest } from '../../server/contract.ts';
import { search } from '../api.ts';
import { answerTo, type ToldAnswer } from '../selection/searched.ts';

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
