import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { type MapTrust, measureMap } from '../core/map-trust.ts';
import type { Projection } from '../core/projection.ts';
import type { Vectors } from '../core/vectors.ts';
import { inSteps } from './pause.ts';

/** Progress is told in this many parts: neighbours on the map are counted, then a sample is held against the vectors. */
const PARTS = 100;

/** How far the map can be believed, paper by paper and as a whole. */
export async function measureTrust(
  vectors: Vectors,
  graph: KnnGraph,
  map: Projection,
  seed: number,
  effects: Effects,
): Promise<MapTrust> {
  const progress = effects.begin('trust', PARTS);
  const at = (share: number) => progress.at(Math.floor(share * PARTS));
  const trust = await inSteps(measureMap(vectors, graph, map, seed), at, effects.signal);
  const told = (value: number | null) => (value === null ? 'unknown' : value.toFixed(3));
  progress.end(`trustworthiness ${told(trust.trustworthiness)}, neighbours kept ${told(trust.neighborPreservation)}`);
  return trust;
}
