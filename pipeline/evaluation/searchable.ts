import type { Effects } from '../core/effects.ts';
import type { Paper } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import { embedPapers, type KnownVectors } from '../embedding/embed-papers.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { buildWordIndex } from '../search/lexical/build-inverted-index.ts';
import type { WordIndex } from '../search/lexical/inverted-index.ts';
import type { HnswOptions, NeighborIndex } from '../search/vector/hnsw.ts';
import { buildIndex } from '../search/vector/hnsw.ts';

/** A corpus made ready for searching as a snapshot is, without map and topics. */
export interface Searchable {
  readonly vectors: Vectors;
  readonly index: NeighborIndex;
  readonly words: WordIndex;
  /** Papers embedded a second, tokenizing included. */
  readonly embedRate: number;
}

/** Every text goes through the model: the rate is part of what is measured. */
const nothingKnown: KnownVectors = { read: () => false, append: () => undefined };

/** Embeds a corpus and makes its indexes. */
export async function makeSearchable(
  papers: readonly Paper[],
  embedder: Embedder,
  options: HnswOptions,
  effects: Effects,
): Promise<Searchable> {
  const started = performance.now();
  const { vectors } = await embedPapers(papers, embedder, nothingKnown, effects);
  const embedRate = (papers.length * 1000) / Math.max(1, performance.now() - started);
  const index = await buildIndex(vectors, { ...options, leading: embedder.card.leadingDimensions }, effects);
  const words = await buildWordIndex(papers, effects);
  return { vectors, index, words, embedRate };
}
