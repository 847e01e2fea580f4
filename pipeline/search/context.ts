import type { KnnGraph } from '../core/knn-graph.ts';
import type { Paper } from '../core/paper.ts';
import type { PaperColumns } from '../core/paper-columns.ts';
import type { MapArea } from '../core/query/region.ts';
import type { TopicRecord } from '../core/topic-tree.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { LazyTask } from '../runtime/lazy-task.ts';
import type { AuthorIndex } from './author-index.ts';
import type { NullDistribution } from './calibration/answerability.ts';
import type { SemanticHighlighter } from './highlight/semantic-highlight.ts';
import type { LengthWeights, RetrievalIndex } from './rank.ts';
import type { SortedPapers } from './sort-order.ts';
import type { SpellingCorrector } from './suggest/spelling.ts';

/** What `topic:` in a query is looked up in. */
export interface TopicLookup {
  readonly records: readonly Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>[];
  /** The id of each row's topic on the default level; OUTLIER for none. */
  readonly topicIdOfRow: Int32Array;
  /** A test whether a row is in a topic or one of its subtopics; undefined for an unknown topic. */
  isIn(id: number): ((row: number) => boolean) | undefined;
}

/**
 * Everything that a search reads: the indexes of one snapshot, the parameters that the build learned, and the columns
 * that filters look at. Rows are those of the snapshot. Nothing in it changes but caches.
 */
export interface SearchContext {
  readonly index: RetrievalIndex;
  readonly fusionWeights: readonly LengthWeights[];
  /** null for a corpus too small to estimate it: then every query counts as answered. */
  readonly nullDistribution: NullDistribution | null;
  readonly graph: KnnGraph;
  readonly columns: PaperColumns;
  readonly topics: TopicLookup;
  readonly authors: LazyTask<AuthorIndex>;
  readonly sortedPapers: SortedPapers;
  readonly spelling: SpellingCorrector;
  /** undefined for a model without readable token vectors. */
  readonly highlighter: SemanticHighlighter | undefined;
  /** undefined if the model is not available: then only keyword search works. */
  readonly embedder: Pick<Embedder, 'embedQueries'> | undefined;
  /** By row, 1 for the papers in an area of the map. */
  areaMask(area: MapArea): Uint8Array;
  /** The row of a paper, or undefined. */
  rowOf(id: string): number | undefined;
  paper(row: number): Paper;
}
