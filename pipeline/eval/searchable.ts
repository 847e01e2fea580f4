import type { Effects } from '../core/effects.ts';
import type { Paper } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import type { WordIndex } from '../core/word-index.ts';
import { embedPapers, type KnownVectors } from '../stages/embed.ts';
import type { Embedder } from '../stages/embedders/embedder.ts';
import { buildIndex } from '../stages/index.ts';
import { buildWordIndex } from '../stages/index-words.ts';
import type { HnswOptions, NeighborIndex } from '../stages/indexes/hnsw.ts';

/** A corpus made ready for searching as a snapshot is, without map and topics. */
export interface Searchable {
  readonly vectors: Vectors;
  readonly index: NeighborIndex;
  readonly words: WordIndex;
  /** Papers embedded a second, tokenising included. */
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
