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

export async function answerFor({ q, mode, within, offset }: Question, signal: AbortSignal): Promise<ToldAnswer> {
  return answerTo(await search({ ...firstPage(`${q} ${within}`.trim(), mode), offset }, signal), q, within);
}
