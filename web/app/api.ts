/**
 * The HTTP API as typed functions. Failed requests reject with an `ApiError` whose message can be shown to the user.
 */
import type { AttentionMeasure } from '../../pipeline/core/field-columns.ts';
import type { ColumnsResponse, MapFieldResponse } from '../../server/schemas/columns.ts';
import type {
  DraftRequest,
  DraftResponse,
  HiddenGemsResponse,
  NewPapersResponse,
  ReadingPathResponse,
} from '../../server/schemas/explore.ts';
import type { ImportState } from '../../server/schemas/import.ts';
import type { HeatmapRequest, HeatmapResponse } from '../../server/schemas/map.ts';
import type { PaperRequest, PaperResponse, SimilarPapersResponse } from '../../server/schemas/papers.ts';
import type {
  CompletionResponse,
  FacetsRequest,
  FacetsResponse,
  SearchMaskRequest,
  SearchMaskResponse,
  SearchRequest,
  SearchResponse,
} from '../../server/schemas/search.ts';
import type { ErrorResponse, StatusResponse } from '../../server/schemas/status.ts';
import type {
  CompareTopicsResponse,
  TopicPapersRequest,
  TopicPapersResponse,
  TopicResponse,
  TopicsResponse,
} from '../../server/schemas/topics.ts';
import { decodeMapColumns, type MapColumns } from '../map/map-columns.ts';
import { toSentence } from '../ui/format.ts';

export class ApiError extends Error {
  override name = 'ApiError';
  /** HTTP status; 0 if there was no response. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether a request was aborted because a newer one replaced it. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Whether the server rejected the request as it is, so that retrying does not help. */
export function isClientError(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

/**
 * Fetches a path of the API.
 *
 * @throws ApiError if the server cannot be reached or returns an error
 */
async function fetchApi(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (error) {
    if (isAborted(error)) throw error;
    throw new ApiError(0, 'Couldn’t reach the server. Is paperfield still running?');
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as ErrorResponse | null;
  const message = body?.error?.message ?? `The server returned an error (${response.status})`;
  throw new ApiError(response.status, toSentence(message));
}

async function getJson<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  const response = await fetchApi(path, signal ? { signal } : {});
  return (await response.json()) as Body;
}

function postJson(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return fetchApi(path, signal ? { ...init, signal } : init);
}

/** Encodes parameters as a query string. Parameters that are undefined are left out. */
function queryString(parameters: object): string {
  const defined = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return new URLSearchParams(defined.map(([name, value]) => [name, String(value)])).toString();
}

/**
 * Search responses that were requested while the page was loading, by path; null if the request failed. Each of them is
 * used only once.
 */
const prefetched = new Map<string, Promise<SearchResponse | null>>();

function searchPath(request: SearchRequest): string {
  return `search?${queryString(request)}`;
}

/** Requests a search in advance. The response is used by the next call of `search` with the same request. */
export function prefetchSearch(request: SearchRequest): void {
  const path = searchPath(request);
  prefetched.set(
    path,
    getJson<SearchResponse>(path).catch(() => null),
  );
}

export async function search(request: SearchRequest, signal: AbortSignal): Promise<SearchResponse> {
  const path = searchPath(request);
  const response = prefetched.get(path);
  prefetched.delete(path);
  return (await response) ?? getJson(path, signal);
}

/** All papers that match a query, as a bit mask of map rows. */
export function searchMask({ q, mode }: SearchMaskRequest): Promise<SearchMaskResponse> {
  return getJson(`search/mask?${queryString({ q, mode })}`);
}

/** The latest facets are cached, because several parts of the page request them for the same query. */
let lastFacets: { readonly path: string; readonly response: Promise<FacetsResponse> } | null = null;

export function facets({ q, mode }: FacetsRequest): Promise<FacetsResponse> {
  const path = `facets?${queryString({ q, mode })}`;
  if (lastFacets?.path === path) return lastFacets.response;
  const response = getJson<FacetsResponse>(path);
  lastFacets = { path, response };
  // A failed request is not cached.
  response.catch(() => {
    if (lastFacets?.response === response) lastFacets = null;
  });
  return response;
}

/**
 * Requests completions for the word at the cursor.
 *
 * @param cursor position in `q`, in UTF-16 code units
 */
export function complete(q: string, cursor: number, signal: AbortSignal): Promise<CompletionResponse> {
  return getJson(`complete?${queryString({ q, cursor })}`, signal);
}

/** The API path of a paper. If a query is given, the response also says what to highlight for it. */
export function paperPath(id: string, query?: PaperRequest): string {
  const path = `papers/${encodeURIComponent(id)}`;
  return query?.q ? `${path}?${queryString({ q: query.q, mode: query.mode })}` : path;
}

/**
 * Requests a paper.
 *
 * @param path as `paperPath` returns it
 */
export function paper(path: string): Promise<PaperResponse> {
  return getJson(path);
}

export function similar(id: string, limit: number): Promise<SimilarPapersResponse> {
  return getJson(`papers/${encodeURIComponent(id)}/similar?limit=${limit}`);
}

/**
 * Requests the topics of one level.
 *
 * @param level 0 is the coarsest; null: the default level
 */
export function topics(level: number | null): Promise<TopicsResponse> {
  return getJson(level === null ? 'topics' : `topics?level=${level}`);
}

export function topic(id: string): Promise<TopicResponse> {
  return getJson(`topics/${id}`);
}

export function topicPapers(
  id: number,
  request: TopicPapersRequest,
  signal: AbortSignal,
): Promise<TopicPapersResponse> {
  return getJson(`topics/${id}/papers?${queryString(request)}`, signal);
}

export function compareTopics(a: number, b: number): Promise<CompareTopicsResponse> {
  return getJson(`topics/compare?${queryString({ a, b })}`);
}

/** Requests the columns of the map in a binary format, which is half the size of JSON and needs no parsing. */
export async function mapColumns(): Promise<MapColumns> {
  const response = await fetchApi('map', { headers: { accept: 'application/octet-stream' } });
  return decodeMapColumns(await response.arrayBuffer(), response.headers.get('x-snapshot') ?? '');
}

export function heatmap({ q, mode }: HeatmapRequest, signal: AbortSignal): Promise<HeatmapResponse> {
  return getJson(`heatmap?${queryString({ q, mode })}`, signal);
}

/** Requests the position of a draft. The draft is sent in the request body, because addresses are logged and cached. */
export async function placeDraft(request: DraftRequest, signal: AbortSignal): Promise<DraftResponse> {
  const response = await postJson('draft', request, signal);
  return (await response.json()) as DraftResponse;
}

export function readingPath(from: string, to: string): Promise<ReadingPathResponse> {
  return getJson(`path?${queryString({ from, to })}`);
}

/**
 * Requests up to 50 hidden gems.
 *
 * @param topic the id of a topic of any level; null: all topics
 * @param by what attention is measured by; null: the server chooses
 */
export function hiddenGems(topic: number | null, by: AttentionMeasure | null): Promise<HiddenGemsResponse> {
  return getJson(`gems?${queryString({ limit: 50, topic: topic ?? undefined, by: by ?? undefined })}`);
}

/**
 * Requests the papers that are newer than a snapshot or a date.
 *
 * @param since the id of a snapshot, or a date
 */
export function newPapers(since: string, limit: number): Promise<NewPapersResponse> {
  return getJson(`new?${queryString({ since, limit })}`);
}

/** Requests the names and types of the columns of the user's data. */
export function columns(): Promise<ColumnsResponse> {
  return getJson('columns');
}

/** Requests one column by row of the map. */
export function mapField(name: string): Promise<MapFieldResponse> {
  return getJson(`map/field/${encodeURIComponent(name)}`);
}

export function status(): Promise<StatusResponse> {
  return getJson('status');
}

/** Requests papers as a file in an export format, in the order of `ids`. */
export async function exportPapers(ids: readonly string[], format: string): Promise<Blob> {
  const response = await postJson('export', { ids, format });
  return response.blob();
}

export async function bibtex(ids: readonly string[]): Promise<string> {
  const response = await postJson('export', { ids, format: 'bibtex' });
  return response.text();
}

/** Begins an import, to which files are then sent. */
export async function createImport(signal: AbortSignal): Promise<ImportState> {
  return (await (await fetchApi('imports', { method: 'POST', signal })).json()) as ImportState;
}

/**
 * Sends a file of an import. Not by `fetch`, which does not say how much was sent.
 *
 * @param onProgress called with the number of bytes that were sent
 */
export function sendImportFile(
  id: string,
  file: File,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `api/imports/${id}/files?${queryString({ name: file.name })}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => {
      if (request.status < 300) return resolve();
      const body = request.response as ErrorResponse | null;
      const message = body?.error?.message ?? `The server returned an error (${request.status})`;
      reject(new ApiError(request.status, toSentence(message)));
    });
    request.addEventListener('error', () =>
      reject(
        new ApiError(0, `Couldn’t send ${file.name}. Is it a file that can be read, and is paperfield still running?`),
      ),
    );
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** Makes the server read the files of an import. */
export function readImport(id: string, signal: AbortSignal): Promise<ImportState> {
  return postImport(`${id}/preview`, signal);
}

/** Makes the server import the files that were read. */
export function startImport(id: string, signal: AbortSignal): Promise<ImportState> {
  return postImport(`${id}/start`, signal);
}

async function postImport(path: string, signal: AbortSignal): Promise<ImportState> {
  return (await (await fetchApi(`imports/${path}`, { method: 'POST', signal })).json()) as ImportState;
}

export function importState(id: string, signal: AbortSignal): Promise<ImportState> {
  return getJson(`imports/${id}`, signal);
}

/** Ends an import, whatever it is doing. */
export async function discardImport(id: string): Promise<void> {
  await fetchApi(`imports/${id}`, { method: 'DELETE', keepalive: true });
}
