import type { SearchMode } from '../core/query/ast.ts';
import {
  type Candidates,
  descendingOrder,
  type FusionWeights,
  fuseScores,
  type LengthWeights,
  weightsFor,
} from './fusion.ts';
import { type RetrievalIndex, type RetrievalQuery, retrieveCandidates } from './retrieve.ts';

/** Keyword search can list more hits than hybrid search: a posting costs less than a neighbor. */
const MAX_KEYWORD_CANDIDATES = 1000;

/** Papers in the order of their scores, the highest first. Entry i of each array is of the same paper. */
export interface Ranking {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
  /** Cosine with the query (see `semanticScores` for several vectors); 0 in keyword mode. */
  readonly cosines: Float32Array;
  /** What the scores were fused from, in another order. */
  readonly candidates: Candidates;
  /** The weights used; undefined in semantic mode, where scores are cosines. */
  readonly weights: FusionWeights | undefined;
}

/** Retrieves and ranks papers by BM25, by embedding similarity, or by both. Equal scores are in row order. */
export function rank(
  index: RetrievalIndex,
  learnedWeights: readonly LengthWeights[],
  query: RetrievalQuery,
  mode: SearchMode,
): Ranking {
  const { terms, vectors, negativeVectors = [] } = query;
  const learned = weightsFor(learnedWeights, terms?.termCount ?? 0);
  if (mode === 'keyword') {
    const candidates = retrieveCandidates(index, { terms, vectors: [], filter: query.filter }, MAX_KEYWORD_CANDIDATES);
    return byFusion(candidates, { ...learned, lexical: 1 });
  }
  const candidates = retrieveCandidates(index, query);
  // Lexical candidates too, as in hybrid mode: whether a query is answered must not depend on the mode of ranking.
  if (mode === 'semantic') return inOrder(candidates, candidates.cosine, undefined);
  const hasTerms = (terms?.terms.length ?? 0) > 0;
  const hasVectors = vectors.length > 0 || negativeVectors.length > 0;
  const lexical = hasTerms && hasVectors ? learned.lexical : hasTerms ? 1 : 0;
  return byFusion(candidates, { ...learned, lexical });
}

function byFusion(candidates: Candidates, weights: FusionWeights): Ranking {
  return inOrder(candidates, fuseScores(candidates, weights), weights);
}

function inOrder(candidates: Candidates, scores: Float32Array, weights: FusionWeights | undefined): Ranking {
  const order = descendingOrder(candidates.rows, scores);
  return {
    rows: Int32Array.from(order, (i) => candidates.rows[i]),
    scores: Float32Array.from(order, (i) => scores[i]),
    cosines: Float32Array.from(order, (i) => candidates.cosine[i]),
    candidates,
    weights,
  };
}
