/** All papers that match a query, for the map: fetched once the hits are listed and the user stopped typing. */
import type { SearchMaskRequest, SearchMaskResponse } from '../../server/schemas/search.ts';
import { joinRegion, type ResultsRequest } from './search-request.ts';

/** A longer pause between keystrokes means that the query is complete. */
const IDLE_MS = 400;

/** A list of hits. */
export interface HitListState {
  request: Pick<ResultsRequest, 'q' | 'mode' | 'region'>;
  /** Number of matches, and of those that are listed. */
  total: number;
  listed: number;
}

export interface MatchMask {
  /**
   * By row 1 for each paper that keeps its color, listed or not; null: only listed papers do. Until the mask of a new list
   * is known, it is that of the previous one, so that the map does not flicker.
   */
  mask(): Uint8Array | null;
  /** @param list null: no search */
  update(list: HitListState | null): void;
}

export interface MatchMaskInput {
  /** Of the map. */
  paperCount: number;
  snapshot: string;
  fetchMask(request: SearchMaskRequest): Promise<SearchMaskResponse>;
  /** Milliseconds since the last keystroke in a query that is being typed; Infinity if none is. */
  idleMs(): number;
  /** Called when `mask` changes after a request. */
  changed(): void;
}

/** The bits of a response as bytes, one a row; null if it belongs to another map. */
export function decodeMask(
  { bits, snapshot }: SearchMaskResponse,
  map: { paperCount: number; snapshot: string },
): Uint8Array | null {
  const bytes = atob(bits);
  if (snapshot !== map.snapshot || bytes.length !== Math.ceil(map.paperCount / 8)) return null;
  const mask = new Uint8Array(map.paperCount);
  for (let row = 0; row < mask.length; row++) mask[row] = (bytes.charCodeAt(row >> 3) >> (row & 7)) & 1;
  return mask;
}

export function createMatchMask({ paperCount, snapshot, fetchMask, idleMs, changed }: MatchMaskInput): MatchMask {
  const all = new Uint8Array(paperCount).fill(1);
  let mask: Uint8Array | null = all;
  /** Identifies the query whose mask is shown or being fetched. */
  let requested: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const load = async (key: string, request: HitListState['request']) => {
    let loaded: Uint8Array | null = null;
    try {
      const response = await fetchMask({ q: joinRegion(request.q, request.region), mode: request.mode });
      loaded = decodeMask(response, { paperCount, snapshot });
    } catch {
      // The list is right without the mask.
    }
    if (key !== requested) return;
    mask = loaded;
    changed();
  };
  const loadWhenIdle = (key: string, request: HitListState['request']) => {
    const wait = IDLE_MS - idleMs();
    if (wait > 0) timer = setTimeout(() => loadWhenIdle(key, request), wait);
    else void load(key, request);
  };
  return {
    mask: () => mask,
    update(list) {
      // If all matches are listed, no mask is needed.
      const request = list && list.total > list.listed ? list.request : null;
      const key = request && `${request.mode} ${joinRegion(request.q, request.region)}`;
      if (key !== null && key === requested) return;
      clearTimeout(timer);
      requested = key;
      if (request && key !== null) return loadWhenIdle(key, request);
      mask = list ? null : all;
    },
  };
}
