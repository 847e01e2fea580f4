import type { Effects } from '../core/effects.ts';
import type { RetrievalSet } from './datasets.ts';
import { type Estimate, estimateMean, ndcgAt, recallAt, reciprocalRankAt } from './ranking-metrics.ts';

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
