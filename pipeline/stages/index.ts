import type { Effects } from '../core/effects.ts';
import type { Vectors } from '../core/vectors.ts';
import { buildHnsw, type HnswOptions, type NeighborIndex } from './indexes/hnsw.ts';

/** How often, in rows, the loop looks up: to show progress and to see whether it shall stop. */
const LOOK_UP_EVERY = 256;

/** The HNSW index over the vectors of a build. */
export function buildIndex(vectors: Vectors, options: HnswOptions, effects: Effects): NeighborIndex {
  const progress = effects.begin('index', vectors.count);
  const index = buildHnsw(vectors, options, (done) => {
    if (done % LOOK_UP_EVERY !== 0) return;
    effects.signal.throwIfAborted();
    progress.at(done);
  });
  progress.end(`${index.count} vectors`);
  return index;
}
