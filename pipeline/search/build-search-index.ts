import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { PaperText } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { NullDistribution } from './calibration/answerability.ts';
import { measureNullDistribution } from './calibration/null-distribution.ts';
import { createRetrievalIndex, type RetrievalIndex } from './candidates.ts';
import { buildInvertedIndex } from './lexical/build-inverted-index.ts';
import type { InvertedIndex } from './lexical/inverted-index.ts';
import { buildKnnGraph } from './vector/build-knn-graph.ts';
import { buildHnswWithProgress, type VectorIndex } from './vector/hnsw.ts';

/** The indexes of a corpus. */
export interface SearchIndex {
  readonly vectorIndex: VectorIndex;
  readonly graph: KnnGraph;
  readonly invertedIndex: InvertedIndex;
  readonly retrieval: RetrievalIndex;
  /** Match scores of off-topic queries; null for a corpus too small to measure them. */
  readonly nullDistribution: NullDistribution | null;
}

export interface SearchIndexOptions {
  /** Neighbors per paper in the kNN graph. */
  readonly neighbors: number;
  /** HNSW: maximum number of links of a node on each layer. */
  readonly m: number;
  /** HNSW: number of candidates that are considered while a node is inserted. */
  readonly efConstruction: number;
  /** HNSW: number of candidates that are considered by a search. */
  readonly efSearch: number;
  readonly seed: number;
}

/** Builds all indexes of a corpus, then measures the null distribution. */
export async function buildSearchIndex(
  papers: readonly PaperText[],
  vectors: Vectors,
  embedder: Embedder,
  options: SearchIndexOptions,
  effects: Effects,
): Promise<SearchIndex> {
  const { leadingDimensions } = embedder.settings;
  const vectorIndex = await buildHnswWithProgress(vectors, { ...options, leadingDimensions }, effects);
  const graph = await buildKnnGraph(vectors, vectorIndex, { k: options.neighbors }, effects);
  const invertedIndex = await buildInvertedIndex(papers, effects);
  const retrieval = createRetrievalIndex(
    invertedIndex,
    vectors,
    vectorIndex,
    options.efSearch,
    embedder.settings.parts,
  );
  const nullDistribution = (await measureNullDistribution(retrieval, embedder, effects)) ?? null;
  return { vectorIndex, graph, invertedIndex, retrieval, nullDistribution };
}
