import type { Effects } from '../core/effects.ts';
import type { Paper } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import { embedPapers, noEmbeddingCache } from '../embedding/embed-papers.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { buildSearchIndex, type SearchIndexOptions } from '../search/build-search-index.ts';
import type { SearchContext } from '../search/context.ts';
import { createSearchContext } from '../search/create-context.ts';
import type { RetrievalSet } from './datasets.ts';
import { type Estimate, estimateMean, ndcgAt, recallAt, reciprocalRankAt } from './ranking-metrics.ts';

/** The embeddings of some papers. Without a cache, because the rate is part of what is measured. */
export async function embedAll(
  papers: readonly Paper[],
  embedder: Embedder,
  effects: Effects,
): Promise<{ vectors: Vectors; papersPerSecond: number }> {
  const started = performance.now();
  const { vectors } = await embedPapers(papers, embedder, noEmbeddingCache, effects);
  return { vectors, papersPerSecond: (papers.length * 1000) / Math.max(1, performance.now() - started) };
}

/**
 * A corpus in memory that is searched exactly as the server searches a snapshot of it, with the same indexes, learned weights
 * and null distribution. It has no topics, map or metadata: judged queries do not filter.
 */
export async function createEvaluationContext(
  papers: readonly Paper[],
  vectors: Vectors,
  embedder: Embedder,
  options: SearchIndexOptions,
  effects: Effects,
): Promise<SearchContext> {
  const { fusion, ...index } = await buildSearchIndex(papers, vectors, embedder, options, effects);
  const rowById = new Map(papers.map(({ id }, row) => [id, row]));
  const unknownNumbers = () => new Int32Array(papers.length).fill(-1);
  const unknownTexts = () => new Array<null>(papers.length).fill(null);
  return createSearchContext({
    ...index,
    vectors,
    efSearch: options.efSearch,
    fusionWeights: fusion.weights,
    columns: {
      dates: unknownTexts(),
      authorCounts: unknownNumbers(),
      comments: unknownNumbers(),
      organizations: unknownTexts(),
      categories: unknownTexts(),
    },
    topics: { records: [], topicIdOfRow: unknownNumbers(), isIn: () => undefined },
    positions: { x: new Float32Array(papers.length), y: new Float32Array(papers.length) },
    embedder,
    paper: (row) => papers[row],
    rowOf: (id) => rowById.get(id),
    authorsOf: (from, to) => papers.slice(from, to).map(({ authors }) => authors ?? []),
  });
}

/** The ids that a query finds, the best first; at least 100 of them if there are that many. */
export type SearchIds<Mode extends string> = (query: string, mode: Mode) => Promise<readonly string[]>;

/** What one search mode reaches on a judged set, each figure in [0, 1] with its bootstrap interval. */
export interface RetrievalFigures {
  readonly ndcg10: Estimate;
  readonly mrr10: Estimate;
  readonly recall100: Estimate;
  /** Share of the queries for which nothing was found. */
  readonly unanswered: number;
}

const BOOTSTRAP_SEED = 1;

/**
 * Runs every query in every mode. A document with the query's own id is skipped, as BEIR does: where the queries are
 * documents of the set, each would find itself.
 */
export async function measureRetrieval<Mode extends string>(
  set: RetrievalSet,
  modes: readonly Mode[],
  searchIds: SearchIds<Mode>,
  effects: Effects,
): Promise<Record<Mode, RetrievalFigures>> {
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
  const entries = byMode.map(({ mode, ndcg, reciprocalRank, recall, unanswered }): [Mode, RetrievalFigures] => [
    mode,
    {
      ndcg10: estimateMean(ndcg, BOOTSTRAP_SEED),
      mrr10: estimateMean(reciprocalRank, BOOTSTRAP_SEED),
      recall100: estimateMean(recall, BOOTSTRAP_SEED),
      unanswered: unanswered / Math.max(1, set.queries.length),
    },
  ]);
  return Object.fromEntries(entries) as Record<Mode, RetrievalFigures>;
}
