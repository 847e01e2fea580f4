import type { Effects } from '../core/effects.ts';
import type { RetrievalSet } from './datasets.ts';
import { type Estimate, estimateMean, ndcgAt, recallAt, reciprocalRankAt } from './ranking-metrics.ts';

/** The ids that answer a query, the best first; at least 100 of them where there are that many. */
export type Search<Mode extends string> = (query: string, mode: Mode) => Promise<readonly string[]>;

/** What one way of searching reaches on a set. */
export interface RetrievalFigures {
  readonly ndcg10: Estimate;
  readonly mrr10: Estimate;
  readonly recall100: Estimate;
}

const BOOTSTRAP_SEED = 1;

/**
 * Asks every query in every mode. A document with the query's own id is passed over, as BEIR does: where the queries are
 * documents, each would find itself.
 */
export async function measureRetrieval<Mode extends string>(
  set: RetrievalSet,
  modes: readonly Mode[],
  search: Search<Mode>,
  effects: Effects,
): Promise<Record<Mode, RetrievalFigures>> {
  const progress = effects.begin('queries', set.queries.length);
  const values = new Map(modes.map((mode) => [mode, [0, 1, 2].map(() => new Float64Array(set.queries.length))]));
  for (const [i, { id, text, judged }] of set.queries.entries()) {
    effects.signal.throwIfAborted();
    for (const mode of modes) {
      const ranked = (await search(text, mode)).filter((found) => found !== id);
      const [ndcg, rank, recall] = values.get(mode) ?? [];
      ndcg[i] = ndcgAt(10, ranked, judged);
      rank[i] = reciprocalRankAt(10, ranked, judged);
      recall[i] = recallAt(100, ranked, judged);
    }
    progress.at(i + 1);
  }
  progress.end();
  const figures = [...values].map(([mode, [ndcg, rank, recall]]) => [
    mode,
    {
      ndcg10: estimateMean(ndcg, BOOTSTRAP_SEED),
      mrr10: estimateMean(rank, BOOTSTRAP_SEED),
      recall100: estimateMean(recall, BOOTSTRAP_SEED),
    },
  ]);
  return Object.fromEntries(figures);
}
