/** Updates the map of the previous snapshot to the papers of the next one. */
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapDrift, MapUpdate } from '../core/manifest.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import { MAX_NEW_PAPERS_SHARE, NEW_PAPER } from '../core/previous-rows.ts';
import type { Vectors } from '../core/vectors.ts';
import { applyAlignment, measureDrift, procrustesAlignment, type SharedRows } from './align.ts';
import { type LayoutOptions, layOutPapers } from './layout.ts';
import { placeNewPapers } from './out-of-sample.ts';

export interface UpdateMapOptions extends LayoutOptions {
  /** Largest median drift, as a share of the map's width; if a new layout moves papers more, the old positions are kept. */
  readonly maxDrift: number;
}

export interface PreviousMap {
  readonly map: MapPositions;
  /** The previous row of each row; NEW_PAPER for a new one. */
  readonly previousRowOf: Int32Array;
  /** True if it was laid out with the same options. If not, the next map is laid out without it and only aligned to it. */
  readonly isComparable: boolean;
  /** Papers that were placed on it since it was last laid out as a whole. */
  readonly newPapers: number;
}

export interface UpdatedMap {
  readonly map: MapPositions;
  /** How far papers moved; null if no paper is on both maps. */
  readonly drift: MapDrift | null;
  readonly update: MapUpdate;
  /** Papers that were placed on the map since it was last laid out as a whole. */
  readonly newPapers: number;
}

/** If fewer of the next map's papers are on the previous one, its positions are not worth keeping. */
const MIN_SHARED = 0.5;

/**
 * The next map. A few new papers are placed among the others, which stay; with more, the layout starts from the previous
 * positions and is aligned to them. See `MapUpdate` for all cases.
 */
export async function updateMap(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousMap | undefined,
  options: UpdateMapOptions,
  effects: Effects,
): Promise<UpdatedMap> {
  const fresh = { update: 'fresh', newPapers: 0 } as const;
  if (!previous) {
    effects.debug('map: fresh, because there is no previous map');
    return { map: await layOutPapers(vectors, graph, options, effects), drift: null, ...fresh };
  }
  const shared = sharedRows(previous.previousRowOf);
  const isUsable = previous.isComparable && shared.next.length >= MIN_SHARED * vectors.count;
  const start = isUsable ? knownPositions(previous) : undefined;
  const newPapers = previous.newPapers + vectors.count - shared.next.length;
  const extend = (known: KnownPositions) => {
    const map = placeNewPapers(graph, known, options);
    return { map, drift: measureDrift(previous.map, map, shared), newPapers };
  };
  const news = `${newPapers} papers new since the last layout, ${percent(MAX_NEW_PAPERS_SHARE)} are placed without another`;
  if (start && newPapers <= MAX_NEW_PAPERS_SHARE * vectors.count) {
    effects.debug(`map: extended (${news})`);
    return { ...extend(start), update: 'extended' };
  }
  const layout = await layOutPapers(vectors, graph, { ...options, start }, effects);
  const map = applyAlignment(layout, procrustesAlignment(previous.map, layout, shared));
  const drift = measureDrift(previous.map, map, shared);
  if (!start || !drift) {
    const reason = previous.isComparable ? 'fewer than half of the papers are on the previous map' : 'options changed';
    effects.debug(`map: fresh, because ${reason}; aligned to the previous map`);
    return { map, drift, ...fresh };
  }
  const moved = `median drift ${percent(drift.median)} of the map's width, maxDrift ${percent(options.maxDrift)}`;
  effects.debug(`map: ${drift.median <= options.maxDrift ? 'refit' : 'frozen'} (${news}; ${moved})`);
  if (drift.median <= options.maxDrift) return { map, drift, update: 'refit', newPapers: 0 };
  effects.warn(
    `the previous map is kept: in a new layout half of the papers would move by ${percent(drift.median)} of the map's ` +
      `width or more, and maxDrift is ${percent(options.maxDrift)}`,
  );
  return { ...extend(start), update: 'frozen' };
}

function sharedRows(previousRowOf: Int32Array): SharedRows {
  const next = Int32Array.from(previousRowOf.keys()).filter((row) => previousRowOf[row] !== NEW_PAPER);
  return { next, previous: next.map((row) => previousRowOf[row]) };
}

function knownPositions({ map, previousRowOf }: PreviousMap): KnownPositions {
  const take = (axis: Float32Array) => Float32Array.from(previousRowOf, (row) => (row === NEW_PAPER ? 0 : axis[row]));
  return {
    x: take(map.x),
    y: take(map.y),
    known: Uint8Array.from(previousRowOf, (row) => (row === NEW_PAPER ? 0 : 1)),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
