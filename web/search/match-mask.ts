/** All papers that match a query, for the map: fetched once the hits are listed and the user stopped typing. */
import type { SearchMaskRequest, SearchMaskResponse } from '../../server/schemas/search.ts';
import { appendRegionFilter, type ResultsRequest } from './search-request.ts';

/** A pause of this many ms between keystrokes means that the query is complete. */
const IDLE_MS = 400;

/** The query of a list of hits, and how many hits are listed. */
export interface HitListState {
  request: Pick<ResultsRequest, 'q' | 'mode' | 'region'>;
  /** The number of papers that match. */
  total: number;
  /** How many of the matching papers are listed. */
  listed: number;
}

export interface MatchMask {
  /**
   * A mask by row: 1 for each matching paper, listed or not, all of which keep their color on the map. null: only
   * listed papers keep it. Until the mask of a new query has arrived, the mask of the previous query is returned, so
   * that the map does not flicker.
   */
  mask(): Uint8Array | null;
  /**
   * To be called when the list of hits has changed.
   *
   * @param list null: there is no search
   */
  update(list: HitListState | null): void;
}

export interface MatchMaskInput {
  /** The number of papers on the map. */
  paperCount: number;
  snapshot: string;
  fetchMask(request: SearchMaskRequest): Promise<SearchMaskResponse>;
  /** Milliseconds since the last keystroke in a query that is being typed; Infinity if none is. */
  idleMs(): number;
  /** Called when `mask` returns something new because a response has arrived. */
  changed(): void;
}

/** Unpacks the bits of a response into one byte per row; null if the response belongs to another map. */
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
      const response = await fetchMask({ q: appendRegionFilter(request.q, request.region), mode: request.mode });
      loaded = decodeMask(response, { paperCount, snapshot });
    } catch {
      // An error is ignored, because the list of hits is complete without the mask.
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
      // If all matching papers are listed, the list is enough and no mask is requested.
      const request = list && list.total > list.listed ? list.request : null;
      const key = request && `${request.mode} ${appendRegionFilter(request.q, request.region)}`;
      if (key !== null && key === requested) return;
      clearTimeout(timer);
      requested = key;
      if (request && key !== null) return loadWhenIdle(key, request);
      mask = list ? null : all;
    },
  };
}
