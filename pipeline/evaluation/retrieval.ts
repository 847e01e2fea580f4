/** Measures search on a judged set: indexes its corpus in memory, runs its queries, and computes ranking metrics. */

import type { Effects } from '../core/effects.ts';
import { noFieldColumns } from '../core/field-columns.ts';
import type { Paper } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import { embedPapers, noEmbeddingCache } from '../embedding/embed-papers.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { buildSearchIndex, type SearchIndexOptions } from '../search/build-search-index.ts';
import type { SearchContext } from '../search/context.ts';
import { createSearchContext } from '../search/create-context.ts';
import type { RetrievalSet } from './datasets.ts';
import { estimateMean, type MeanWithInterval, ndcgAt, recallAt, reciprocalRankAt } from './ranking-metrics.ts';

/**
 * Embeds papers and measures how many are embedded per second. The vector cache is not used, because it would make the
 * rate meaningless.
 */
export async function embedAndMeasureRate(
  papers: readonly Paper[],
  embedder: Embedder,
  effects: Effects,
): Promise<{ vectors: Vectors; papersPerSecond: number }> {
  const started = performance.now();
  const { vectors } = await embedPapers(papers, embedder, noEmbeddingCache, effects);
  return { vectors, papersPerSecond: (papers.length * 1000) / Math.max(1, performance.now() - started) };
}

/**
 * Indexes a corpus in memory, so that it is searched exactly as the server searches a snapshot: with the same indexes
 * and null distribution. The corpus has no topics, map or metadata, because judged queries do not
 * filter.
 */
export async function createInMemorySearchContext(
  papers: readonly Paper[],
  vectors: Vectors,
  embedder: Embedder,
  options: SearchIndexOptions,
  effects: Effects,
): Promise<SearchContext> {
  const { retrieval: _, ...index } = await buildSearchIndex(papers, vectors, embedder, options, effects);
  const rowById = new Map(papers.map(({ id }, row) => [id, row]));
  const unknownNumbers = () => new Int32Array(papers.length).fill(-1);
  const unknownTexts = () => new Array<null>(papers.length).fill(null);
  return createSearchContext({
    ...index,
    vectors,
    efSearch: options.efSearch,
    modelParts: embedder.settings.parts,
    columns: {
      dates: unknownTexts(),
      authorCounts: unknownNumbers(),
      comments: unknownNumbers(),
      organizations: unknownTexts(),
      categories: unknownTexts(),
    },
    fields: noFieldColumns,
    topics: { records: [], topicIdOfRow: unknownNumbers(), isIn: () => undefined },
    positions: { x: new Float32Array(papers.length), y: new Float32Array(papers.length) },
    embedder,
    now: effects.now,
    paper: (row) => papers[row],
    rowOf: (id) => rowById.get(id),
    rowNamedBy: (text) => rowById.get(text),
    authorsOf: (from, to) => papers.slice(from, to).map(({ authors }) => authors ?? []),
  });
}

/**
 * A search function: it returns the ids of the papers that a query finds, best first, at least 100 if there are so
 * many.
 */
export type SearchFunction<Mode extends string> = (query: string, mode: Mode) => Promise<readonly string[]>;

/** The metrics of one search mode on a judged set, each in [0, 1] with its bootstrap interval. */
export interface RetrievalMetrics {
  readonly ndcg10: MeanWithInterval;
  readonly mrr10: MeanWithInterval;
  readonly recall100: MeanWithInterval;
  /** Share of the queries for which nothing was found. */
  readonly unanswered: number;
}

const BOOTSTRAP_SEED = 1;

/**
 * Runs every query of a judged set in every search mode and computes the metrics of each mode. As in BEIR, a found
 * document with the id of the query is ignored: a query that is itself a document of the set would find itself.
 */
export async function measureRetrieval<Mode extends string>(
  set: RetrievalSet,
  modes: readonly Mode[],
  searchIds: SearchFunction<Mode>,
  effects: Effects,
): Promise<Record<Mode, RetrievalMetrics>> {
  const progress = effects.startProgress('queries', set.queries.length);
  const byMode = modes.map((mode) => ({
    mode,
    ndcg: new Float64Array(set.queries.length),
    reciprocalRank: new Float64Array(set.queries.length),
    recall: new Float64Array(set.queries.length),
    unanswered: 0,
  }));
  for (const [i, { id, text, judged }] of set.queries.entries()) {
    effects.signal.throwIfAborted();
    for (const figures of byMode) {
      const found = await searchIds(text, figures.mode);
      const ranked = found.filter((one) => one !== id);
      figures.ndcg[i] = ndcgAt(10, ranked, judged);
      figures.reciprocalRank[i] = reciprocalRankAt(10, ranked, judged);
      figures.recall[i] = recallAt(100, ranked, judged);
      if (found.length === 0) figures.unanswered++;
    }
    progress.update(i + 1);
  }
  progress.finish();
  const entries = byMode.map(({ mode, ndcg, reciprocalRank, recall, unanswered }): [Mode, RetrievalMetrics] => [
    mode,
    {
      ndcg10: estimateMean(ndcg, BOOTSTRAP_SEED),
      mrr10: estimateMean(reciprocalRank, BOOTSTRAP_SEED),
      recall100: estimateMean(recall, BOOTSTRAP_SEED),
      unanswered: unanswered / Math.max(1, set.queries.length),
    },
  ]);
  return Object.fromEntries(entries) as Record<Mode, RetrievalMetrics>;
}
