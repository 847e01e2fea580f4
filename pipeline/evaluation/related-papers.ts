import type { RetrievalSet } from './datasets.ts';
import type { Judgments } from './ranking-metrics.ts';

/** With more papers than this an even choice of them is asked: the interval is narrow by then. */
const MOST = 1000;

/**
 * Similar papers, judged: two papers that answer one query are related. Each of them is a query of its own, by its id, and
 * the others its answers. Empty where no query has two answers.
 */
export function relatedPapers(set: RetrievalSet): RetrievalSet {
  const related = new Map<string, Map<string, number>>();
  for (const { judged } of set.queries) {
    const answers = [...judged].filter(([, score]) => score > 0).map(([id]) => id);
    for (const id of answers) {
      const others = related.get(id) ?? new Map<string, number>();
      for (const other of answers) if (other !== id) others.set(other, 1);
      if (others.size > 0) related.set(id, others);
    }
  }
  const known = set.papers.flatMap(({ id }): { id: string; text: string; judged: Judgments }[] => {
    const judged = related.get(id);
    return judged ? [{ id, text: id, judged }] : [];
  });
  const step = Math.max(1, known.length / MOST);
  const queries = Array.from({ length: Math.min(MOST, known.length) }, (_, i) => known[Math.floor(i * step)]);
  return { papers: set.papers, queries };
}
