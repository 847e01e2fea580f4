import type { RetrievalSet } from './datasets.ts';
import type { Judgments } from './ranking-metrics.ts';

/** Of more papers an even sample is used: the interval is narrow by then. */
const MAX_QUERIES = 1000;

/**
 * A judged set for similar papers, derived from one for queries: two papers that are relevant to one query are related. Each
 * such paper is a query (its id), and its related papers are the answers. Empty if no query has two relevant papers.
 */
export function relatedPapers(set: RetrievalSet): RetrievalSet {
  const related = new Map<string, Map<string, number>>();
  for (const { judged } of set.queries) {
    const relevant = [...judged].filter(([, score]) => score > 0).map(([id]) => id);
    for (const id of relevant) {
      const others = related.get(id) ?? new Map<string, number>();
      for (const other of relevant) if (other !== id) others.set(other, 1);
      if (others.size > 0) related.set(id, others);
    }
  }
  const candidates = set.papers.flatMap(({ id }): { id: string; text: string; judged: Judgments }[] => {
    const judged = related.get(id);
    return judged ? [{ id, text: id, judged }] : [];
  });
  const step = Math.max(1, candidates.length / MAX_QUERIES);
  const count = Math.min(MAX_QUERIES, candidates.length);
  const queries = Array.from({ length: count }, (_, i) => candidates[Math.floor(i * step)]);
  return { papers: set.papers, queries };
}
