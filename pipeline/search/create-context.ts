/** Creates the search context: what `search` and the other functions of this folder read. */
import type { FieldColumns } from '../core/field-columns.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { Paper } from '../core/paper.ts';
import type { PaperColumns } from '../core/paper-columns.ts';
import type { AnyVectors } from '../core/vectors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { ModelPart } from '../embedding/model-settings.ts';
import { createLazyTask } from '../runtime/idle-and-lazy-tasks.ts';
import { buildAuthorIndex } from './author-index.ts';
import type { NullDistribution } from './calibration/answerability.ts';
import { createRetrievalIndex } from './candidates.ts';
import { sortKeys } from './column-filter.ts';
import type { SearchContext, TopicLookup } from './context.ts';
import { createCorpusHighlighter } from './highlight/semantic-highlight.ts';
import type { InvertedIndex } from './lexical/inverted-index.ts';
import { createAreaMasker } from './region-mask.ts';
import { createSortedPaperLister } from './sort-order.ts';
import { createSpellingCorrector } from './suggest/spelling.ts';
import type { VectorIndex } from './vector/hnsw.ts';

/**
 * What a corpus must provide to be searched. The server reads it from a snapshot, `paperfield eval` makes it in memory.
 */
export interface SearchContextInput {
  readonly invertedIndex: InvertedIndex;
  readonly vectors: AnyVectors;
  readonly vectorIndex: VectorIndex;
  readonly efSearch: number;
  readonly graph: KnnGraph;
  /** The models that the vectors combine; undefined for a single model. */
  readonly modelParts: readonly ModelPart[] | undefined;
  readonly nullDistribution: NullDistribution | null;
  readonly columns: PaperColumns;
  /** The columns of the user's data. */
  readonly fields: FieldColumns;
  readonly topics: TopicLookup;
  readonly positions: MapPositions;
  /** The embedding model; undefined if it is not available: then only keyword search works. */
  readonly embedder: Embedder | undefined;
  /** The current time, which dates in words ('last month') refer to. */
  now(): Date;
  paper(row: number): Paper;
  rowOf(id: string): number | undefined;
  rowNamedBy(text: string): number | undefined;
  /** The author names of each paper in the rows `from` … `to` − 1. */
  authorsOf(from: number, to: number): readonly (readonly string[])[];
}

export function createSearchContext(corpus: SearchContextInput): SearchContext {
  const { invertedIndex, vectors, vectorIndex, efSearch, graph, columns, fields, embedder } = corpus;
  return {
    index: createRetrievalIndex(invertedIndex, vectors, vectorIndex, efSearch, corpus.modelParts),
    nullDistribution: corpus.nullDistribution,
    graph,
    columns,
    fields,
    topics: corpus.topics,
    authors: createLazyTask(() => buildAuthorIndex(graph.count, corpus.authorsOf)),
    sortedPapers: createSortedPaperLister(columns, (column) => sortKeys(fields, column)),
    spelling: createSpellingCorrector(invertedIndex, embedder && ((word) => embedder.hasWord(word))),
    highlighter: createCorpusHighlighter(invertedIndex, embedder?.tokenVectors?.()),
    embedder,
    now: corpus.now,
    areaMask: createAreaMasker(corpus.positions),
    rowOf: corpus.rowOf,
    rowNamedBy: corpus.rowNamedBy,
    paper: corpus.paper,
  };
}
