import type { Effects } from '../core/effects.ts';
import type { Paper } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import { embedPapers, noEmbeddingCache } from '../embedding/embed-papers.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { buildSearchIndex, type SearchIndexOptions } from '../search/build-search-index.ts';
import type { SearchContext } from '../search/context.ts';
import { createSearchContext } from '../search/create-context.ts';

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
    topics: { records: [], idOf: () => null, isIn: () => undefined },
    positions: { x: new Float32Array(papers.length), y: new Float32Array(papers.length) },
    embedder,
    paper: (row) => papers[row],
    rowOf: (id) => rowById.get(id),
    authorsOf: (from, to) => papers.slice(from, to).map(({ authors }) => authors ?? []),
  });
}
