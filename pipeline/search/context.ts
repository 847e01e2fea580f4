/** Interfaces of everything that a search reads; `createSearchContext` makes it from a corpus. */
import type { FieldColumns } from '../core/field-columns.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { Paper } from '../core/paper.ts';
import type { PaperColumns } from '../core/paper-columns.ts';
import type { MapArea } from '../core/query/region.ts';
import type { TopicRecord } from '../core/topic-tree.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { LazyTask } from '../runtime/idle-and-lazy-tasks.ts';
import type { AuthorIndex } from './author-index.ts';
import type { NullDistribution } from './calibration/answerability.ts';
import type { RetrievalIndex } from './candidates.ts';
import type { SemanticHighlighter } from './highlight/semantic-highlight.ts';
import type { SortedPaperLister } from './sort-order.ts';
import type { SpellingCorrector } from './suggest/spelling.ts';

/** The topics in which `topic:` of a query is looked up by id or name. */
export interface TopicLookup {
  readonly records: readonly Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>[];
  /** By row: the id of the paper's topic on the default level of the topic tree; `OUTLIER` if it has none. */
  readonly topicIdOfRow: Int32Array;
  /**
   * Returns a function that tests whether the paper of a row is in a topic or one of its subtopics; undefined for an
   * unknown topic id.
   */
  isIn(id: number): ((row: number) => boolean) | undefined;
}

/**
 * Everything that a search reads: the indexes of one snapshot, the parameters that the build learned, and the columns
 * that filters look at. Papers are addressed by row, their position in the snapshot. Immutable except for caches.
 */
export interface SearchContext {
  readonly index: RetrievalIndex;
  /**
   * Match scores of off-topic queries, to recognize queries that the corpus does not answer. Null for a corpus too
   * small to measure them: then every query counts as answered.
   */
  readonly nullDistribution: NullDistribution | null;
  readonly graph: KnnGraph;
  readonly columns: PaperColumns;
  /** The columns of the user's data. */
  readonly fields: FieldColumns;
  readonly topics: TopicLookup;
  readonly authors: LazyTask<AuthorIndex>;
  readonly sortedPapers: SortedPaperLister;
  readonly spelling: SpellingCorrector;
  /** Marks words with a meaning similar to the query; undefined for a model whose token vectors cannot be read. */
  readonly highlighter: SemanticHighlighter | undefined;
  /** Computes the embeddings of queries; undefined if the model is not available: then only keyword search works. */
  readonly embedder: Pick<Embedder, 'embedQueries'> | undefined;
  /** The current time, which dates in words ('last month') refer to. */
  now(): Date;
  /** A mask of the papers in an area of the map: one byte per row, 1 inside and 0 outside. */
  areaMask(area: MapArea): Uint8Array;
  /** The row of the paper with this id; undefined for an unknown id. */
  rowOf(id: string): number | undefined;
  /** The row of the paper that an identifier or an address names; undefined if the corpus has none. */
  rowNamedBy(text: string): number | undefined;
  paper(row: number): Paper;
}
