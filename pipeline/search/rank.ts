import type { SearchMode } from '../../server/schemas/search.ts';
import { type Evidence, fuse, type LengthWeights, ranking, weightsFor } from './fusion.ts';
import { gather, type Question, type Retrievable } from './retrieve.ts';

/** Papers that one can page through where only words are asked: they cost less than neighbors do. */
const KEYWORD_POOL = 1000;

/** What is searched, and how much words and meaning count in it. */
export interface Searched {
  readonly corpus: Retrievable;
  readonly weights: readonly LengthWeights[];
}

/** Papers that answer a query, the best first. */
export interface Ranked {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
  /** Cosine with the query, or what stands for it (see `meaningOf`); 0 where only words are asked. */
  readonly cosines: Float32Array;
  /** What it was made from, in another order. */
  readonly evidence: Evidence;
}

/** Ranks papers by words, by meaning, or by both. Equal scores stand by row. */
export function rank({ corpus, weights }: Searched, question: Question, mode: SearchMode): Ranked {
  const { asked, near, far = [] } = question;
  const learned = weightsFor(weights, asked?.count ?? 0);
  if (mode === 'keyword') {
    const evidence = gather(corpus, { asked, near: [], filter: question.filter }, KEYWORD_POOL);
    return ranked(evidence, fuse(evidence, { ...learned, keyword: 1 }));
  }
  const evidence = gather(corpus, question);
  // The best by words are candidates here too: what is said of an answer does not depend on how it is ordered.
  if (mode === 'semantic') return ranked(evidence, evidence.cosine);
  const hasWords = (asked?.terms.length ?? 0) > 0;
  const hasVectors = near.length > 0 || far.length > 0;
  const keyword = hasWords && hasVectors ? learned.keyword : hasWords ? 1 : 0;
  return ranked(evidence, fuse(evidence, { ...learned, keyword }));
}

function ranked(evidence: Evidence, scores: Float32Array): Ranked {
  const order = ranking(evidence.rows, scores);
  return {
    rows: Int32Array.from(order, (at) => evidence.rows[at]),
    scores: Float32Array.from(order, (at) => scores[at]),
    cosines: Float32Array.from(order, (at) => evidence.cosine[at]),
    evidence,
  };
}
