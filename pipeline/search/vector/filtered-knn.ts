import { bestRows } from '../../core/algorithms/top-k.ts';
import type { Neighbors } from '../../core/vectors.ts';
import { type ComparedVectors, similarityOf } from '../../core/vectors.ts';
import type { NeighborIndex } from './hnsw.ts';

/** The papers that a question may be answered with. */
export interface RowFilter {
  /** One byte a row, 0 for what is shut out. */
  readonly mask: Uint8Array;
  /** How many it lets through. */
  readonly count: number;
}

/** Up to so many papers every one is looked at: exact, and as fast as the index would be. */
const EXACT_UP_TO = 8_192;

interface Searched {
  readonly vectors: ComparedVectors;
  readonly index: NeighborIndex;
  readonly efSearch: number;
}

/**
 * The `k` papers most similar to a vector among those that a filter lets through, so that it never costs recall: few are
 * looked at one by one, many are looked up in the index, which passes over what is shut out on its way.
 */
export function nearest(corpus: Searched, vector: Float32Array, k: number, filter?: RowFilter): Neighbors {
  const { vectors, index, efSearch } = corpus;
  if ((filter?.count ?? vectors.count) > EXACT_UP_TO) return index.search(vector, k, efSearch, filter?.mask);
  const candidates = new Int32Array(filter?.count ?? vectors.count);
  for (let row = 0, at = 0; row < vectors.count; row++) {
    if (filter === undefined || filter.mask[row] !== 0) candidates[at++] = row;
  }
  const scores = new Float32Array(vectors.count);
  for (const row of candidates) scores[row] = similarityOf(vectors, row, vector);
  const best = bestRows(candidates, scores, k);
  return { rows: best, similarities: Float32Array.from(best, (row) => scores[row]) };
}
