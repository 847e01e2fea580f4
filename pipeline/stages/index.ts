import type { Effects } from '../core/effects.ts';
import type { Vectors } from '../core/vectors.ts';
import { beginHnsw, type HnswOptions, type NeighborIndex } from './indexes/hnsw.ts';
import { pause } from './pause.ts';

/** Rows between two looks up. */
const ROWS_AT_ONCE = 256;

/** The HNSW index over the vectors of a build. */
export async function buildIndex(vectors: Vectors, options: HnswOptions, effects: Effects): Promise<NeighborIndex> {
  const progress = effects.begin('index', vectors.count);
  const index = beginHnsw(vectors, options);
  for (let row = 0; row < vectors.count; row += ROWS_AT_ONCE) {
    await pause(effects.signal);
    progress.at(row);
    index.growTo(Math.min(row + ROWS_AT_ONCE, vectors.count));
  }
  const finished = index.finished();
  progress.end(`${finished.count} vectors`);
  return finished;
}
