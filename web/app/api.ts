import type { CompleteAnswer } from '../../server/schemas/complete.ts';
import type {
  DraftAnswer,
  DraftRequest,
  FacetsAnswer,
  FacetsRequest,
  GemsAnswer,
  HeatmapAnswer,
  HeatmapRequest,
  MaskAnswer,
  MaskRequest,
  PathAnswer,
} from '../../server/schemas/explore.ts';
import type { NewAnswer } from '../../server/schemas/export.ts';
import type {
  ErrorAnswer,
  PaperAnswer,
  PaperRequest,
  SearchAnswer,
  SearchRequest,
  SimilarAnswer,
  StatusAnswer,
  TopicsAnswer,
} from '../../server/schemas/search.ts';
import type {
  CompareAnswer,
  TopicDetailAnswer,
  TopicPapersAnswer,
  TopicPapersRequest,
} from '../../server/schemas/topics.ts';
import { type Columns, decodeColumns } from '../map/map-columns.ts';
import { sentence } from '../ui/format.ts';

/** The server's answers, typed by its contract. Throws `ApiError` with a message that a person can act on. */

export class ApiError extends Error {
  override name = 'ApiError';
  /** HTTP status; 0 where no answer came. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** True for a request that was given up because a newer one took its place. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** True where the server cannot answer what was asked as it was asked, and asking again would not help. */
export function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong in the page.';
}

/** @throws ApiError */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (error) {
    if (isAborted(error)) throw error;
    throw new ApiError(0, 'The paperfield server does not answer. Is it still running?');
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as ErrorAnswer | null;
  throw new ApiError(response.status, sentence(body?.error?.message ?? `The server answered ${response.status}`));
}

export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const response = await ask(path, signal ? { signal } : {});
  return (await response.json()) as Answer;
}

/** Answers that were asked for before the list was there, by address; null where that failed. Each is given once. */
const early = new Map<string, Promise<SearchAnswer | null>>();

function searchPath(request: SearchRequest): string {
  return `search?${new URLSearchParams(Object.entries(request).map(([name, value]) => [name, String(value)]))}`;
}

/** Asks while the page is still being put together: the same `search` then takes this answer. */
export function searchEarly(request: SearchRequest): void {
  const path = searchPath(request);
  const answer = read<SearchAnswer>(path).catch(() => null);
  early.set(path, answer);
}

export async function search(request: SearchRequest, signal: AbortSignal): Promise<SearchAnswer> {
  const path = searchPath(request);
  const asked = early.get(path);
  early.delete(path);
  return (await asked) ?? read(path, signal);
}

/** @param cursor in UTF-16 code units */
export function complete(q: string, cursor: number, signal: AbortSignal): Promise<CompleteAnswer> {
  return read(`complete?${new URLSearchParams({ q, at: String(cursor) })}`, signal);
}

/** Where a paper stands, marked for a query where there is one. */
export function paperAddress(id: string, asked?: PaperRequest): string {
  const path = `papers/${encodeURIComponent(id)}`;
  return asked?.q ? `${path}?${new URLSearchParams({ q: asked.q, mode: asked.mode })}` : path;
}

/** @param address as `paperAddress` gives it */
export function paper(address: string): Promise<PaperAnswer> {
  return read(address);
}

export function similar(id: string, limit: number, signal?: AbortSignal): Promise<SimilarAnswer> {
  return read(`papers/${encodeURIComponent(id)}/similar?limit=${limit}`, signal);
}

/** Papers as entries of BibTeX. */
export async function bibtex(ids: readonly string[]): Promise<string> {
  const body = JSON.stringify({ ids, format: 'bibtex' });
  const response = await ask('export', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return response.text();
}

export function field({ q, mode }: HeatmapRequest, signal: AbortSignal): Promise<HeatmapAnswer> {
  return read(`field?${new URLSearchParams({ q, mode })}`, signal);
}

/** What was asked last, by whichever part of the page: what stands beside a list is told from one answer. */
let lastFacets: { readonly path: string; readonly answer: Promise<FacetsAnswer> } | null = null;

export function facets({ q, mode }: FacetsRequest): Promise<FacetsAnswer> {
  const path = `facets?${new URLSearchParams({ q, mode })}`;
  if (lastFacets?.path === path) return lastFacets.answer;
  const answer = read<FacetsAnswer>(path);
  lastFacets = { path, answer };
  // What failed is asked anew.
  answer.catch(() => {
    if (lastFacets?.answer === answer) lastFacets = null;
  });
  return answer;
}

export function found({ q, mode }: MaskRequest): Promise<MaskAnswer> {
  return read(`found?${new URLSearchParams({ q, mode })}`);
}

/** @param level as the state has it */
export function topics(level: number | null): Promise<TopicsAnswer> {
  return read(level === null ? 'topics' : `topics?level=${level}`);
}

export function topic(id: string): Promise<TopicDetailAnswer> {
  return read(`topics/${id}`);
}

export function topicPapers(id: number, request: TopicPapersRequest, signal: AbortSignal): Promise<TopicPapersAnswer> {
  const params = new URLSearchParams(Object.entries(request).map(([name, value]) => [name, String(value)]));
  return read(`topics/${id}/papers?${params}`, signal);
}

export function compareTopics(a: number, b: number): Promise<CompareAnswer> {
  return read(`topics/compare?a=${a}&b=${b}`);
}

export function status(): Promise<StatusAnswer> {
  return read('status');
}

/** Papers as a file, in the order of their ids. */
export async function exportPapers(ids: readonly string[], format: string): Promise<Blob> {
  const headers = { 'content-type': 'application/json' };
  const response = await ask('export', { method: 'POST', headers, body: JSON.stringify({ ids, format }) });
  return response.blob();
}

/** The map's columns, binary: half the bytes of JSON and no parsing. */
export async function map(): Promise<Columns> {
  const response = await ask('map', { headers: { accept: 'application/octet-stream' } });
  return decodeColumns(await response.arrayBuffer(), response.headers.get('x-snapshot') ?? '');
}

/** The server's answers for looking around, typed by its contract. */

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
