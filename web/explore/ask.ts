/** The server's answers for looking around, typed by its contract. */
import type { DraftAnswer, DraftRequest, GemsAnswer, PathAnswer } from '../../server/contract-explore.ts';
import type { NewAnswer } from '../../server/contract-export.ts';
import { ask, read } from '../api.ts';

/** In the body of a request: an address would be kept by whoever sees it. */
export async function placeDraft(request: DraftRequest, signal: AbortSignal): Promise<DraftAnswer> {
  const headers = { 'content-type': 'application/json' };
  const response = await ask('draft', { method: 'POST', headers, body: JSON.stringify(request), signal });
  return (await response.json()) as DraftAnswer;
}

export function readingPath(from: string, to: string): Promise<PathAnswer> {
  return read(`path?${new URLSearchParams({ from, to })}`);
}

/** @param topic of any level; null: of all */
export function hiddenGems(topic: number | null): Promise<GemsAnswer> {
  return read(`gems?limit=50${topic === null ? '' : `&topic=${topic}`}`);
}

export function newPapers(since: string, limit: number): Promise<NewAnswer> {
  return read(`new?${new URLSearchParams({ since, limit: String(limit) })}`);
}
