import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapUpdate } from '../core/manifest.ts';
import type { KnownPlaces, Projection } from '../core/map-positions.ts';
import type { Vectors } from '../core/vectors.ts';
import { NONE } from '../topics/identity.ts';
import { aligned, alignmentTo, type Drift, driftBetween, type SharedRows } from './align.ts';
import { type ProjectOptions, projectPapers } from './layout.ts';
import { placeNewPapers } from './out-of-sample.ts';

export interface ContinueOptions extends ProjectOptions {
  /** The most that half of the papers may move, in shares of the map's width; beyond it the previous map is kept. */
  readonly maxDrift: number;
}

/** A map that was there before. */
export interface PreviousMap {
  readonly map: Projection;
  /** The previous row of each row, NONE for a paper that was not there. */
  readonly previousRowOf: Int32Array;
  /** Whether it was laid out by the same options: if not, the next one is laid out anew and only turned towards it. */
  readonly isComparable: boolean;
  /** Papers that were placed on it since it was last laid out as a whole. */
  readonly newPapers: number;
}

export interface ContinuedMap {
  readonly map: Projection;
  /** How far papers moved; null where none is on both maps. */
  readonly drift: Drift | null;
  readonly made: MapUpdate;
  /** Papers that were placed since the map was last laid out as a whole. */
  readonly newPapers: number;
}

/** Fewer shared papers than this part of the next map hold nothing in its place. */
const LEAST_SHARED = 0.5;
/**
 * Up to this share of papers are placed among the others one by one before everything is laid out again: a map that
 * stands still is worth more than the third digit of its trustworthiness (see DESIGN.md, 'Map').
 */
export const MAX_NEW_PAPERS_SHARE = 0.05;

/**
 * A map on which people find their way again. Few newPapers are placed and nothing else moves; with more the layout starts
 * from the previous places and is turned towards them.
 */
export async function continueMap(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousMap | undefined,
  options: ContinueOptions,
  effects: Effects,
): Promise<ContinuedMap> {
  const newPlan = { made: 'fresh', newPapers: 0 } as const;
  if (!previous) return { map: await projectPapers(vectors, graph, options, effects), drift: null, ...newPlan };
  const shared = sharedRows(previous.previousRowOf);
  const holds = previous.isComparable && shared.next.length >= LEAST_SHARED * vectors.count;
  const start = holds ? knownPlaces(previous) : undefined;
  const newPapers = previous.newPapers + vectors.count - shared.next.length;
  const extended = (places: KnownPlaces) => {
    const map = placeNewPapers(graph, places, options);
    return { map, drift: driftBetween(previous.map, map, shared), newPapers };
  };
  if (start && newPapers <= MAX_NEW_PAPERS_SHARE * vectors.count) return { ...extended(start), made: 'extended' };
  const laidOut = await projectPapers(vectors, graph, { ...options, start }, effects);
  const map = aligned(laidOut, alignmentTo(previous.map, laidOut, shared));
  const drift = driftBetween(previous.map, map, shared);
  if (!start || !drift) return { map, drift, ...newPlan };
  if (drift.median <= options.maxDrift) return { map, drift, made: 'refit', newPapers: 0 };
  effects.warn(
    `half of the papers would have moved by ${percent(drift.median)} of the map's width or more (maxDrift is ` +
      `${percent(options.maxDrift)}): the previous map is kept`,
  );
  return { ...extended(start), made: 'frozen' };
}

function sharedRows(previousRowOf: Int32Array): SharedRows {
  const next = Int32Array.from(previousRowOf.keys()).filter((row) => previousRowOf[row] !== NONE);
  return { next, previous: next.map((row) => previousRowOf[row]) };
}

function knownPlaces({ map, previousRowOf }: PreviousMap): KnownPlaces {
  const at = (axis: Float32Array) => Float32Array.from(previousRowOf, (row) => (row === NONE ? 0 : axis[row]));
  return { x: at(map.x), y: at(map.y), known: Uint8Array.from(previousRowOf, (row) => (row === NONE ? 0 : 1)) };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
