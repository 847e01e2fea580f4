/**
 * Ranks papers for a query: retrieves candidates by words and by meaning, and combines what is known of each into one
 * score. How much words count against meaning depends on the query: of 'GRPO entropy collapse' each word matters; of a
 * question in everyday words, hardly any.
 */
import { descendingOrder } from '../core/algorithms/sorting.ts';
import { zScore } from '../core/algorithms/statistics.ts';
import type { SearchMode } from '../core/query/ast.ts';
import { type Candidates, type RetrievalIndex, type RetrievalQuery, retrieveCandidates } from './candidates.ts';
import type { QueryTerms } from './lexical/bm25.ts';
import { idf } from './lexical/inverted-index.ts';

/**
 * Keyword search ranks at most this many papers. Hybrid search ranks fewer, because finding a nearest neighbor takes
 * longer than reading a posting.
 */
const MAX_KEYWORD_CANDIDATES = 1000;

/**
 * Papers in the order of their scores, the highest first. Entry i of `rows`, `scores` and `cosines` is of the same
 * paper.
 */
export interface Ranking {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
  /** Cosine with the query (see `semanticScores` for several vectors); 0 in keyword mode. */
  readonly cosines: Float32Array;
  /** All candidates with what they were ranked by, in the order in which they were retrieved. */
  readonly candidates: Candidates;
  /** How the scores were computed; undefined in keyword mode, in which they are the lexical scores. */
  readonly relevance: Relevance | undefined;
}

/** The features of the candidates and the weights for this query, whose weighted sums are the scores. */
export interface Relevance {
  readonly features: readonly Float32Array[];
  readonly weights: readonly number[];
}

/** Retrieves and ranks papers by BM25, by embedding similarity, or by both. Equal scores are in row order. */
export function rankPapers(index: RetrievalIndex, query: RetrievalQuery, mode: SearchMode): Ranking {
  const { terms, vectors, negativeVectors = [] } = query;
  const hasVectors = vectors.length > 0 || negativeVectors.length > 0;
  if (mode === 'keyword' || !hasVectors) {
    const candidates = retrieveCandidates(index, { terms, vectors: [], filter: query.filter }, MAX_KEYWORD_CANDIDATES);
    return inOrder(candidates, lexicalScores(candidates), undefined);
  }
  // Semantic mode retrieves lexical candidates too, so that whether the corpus answers a query does not depend on the
  // mode.
  const candidates = retrieveCandidates(index, query);
  const { ofCandidates, ofQuery } = computeRankingFeatures(candidates, terms, index.invertedIndex.paperCount);
  const hasTerms = (terms?.terms.length ?? 0) > 0;
  const kind = mode === 'semantic' || !hasTerms ? 'semantic' : query.isPaperText ? 'similar' : 'hybrid';
  const weights = weightsForQuery(kind, ofQuery);
  return inOrder(candidates, relevanceScores(ofCandidates, weights), { features: ofCandidates, weights });
}

function inOrder(candidates: Candidates, scores: Float32Array, relevance: Relevance | undefined): Ranking {
  const order = descendingOrder(candidates.rows, scores);
  return {
    rows: Int32Array.from(order, (i) => candidates.rows[i]),
    scores: Float32Array.from(order, (i) => scores[i]),
    cosines: Float32Array.from(order, (i) => candidates.cosine[i]),
    candidates,
    relevance,
  };
}

// Features and weights.

/** What candidates are ranked by, in the order of the rows of the weights. */
export const candidateFeatureNames = ['lexical', 'contextual', 'static', 'coverage', 'titleCoverage'] as const;

/** What the weights of these features depend on, in the order of the columns of the weights after the first. */
export const queryFeatureNames = [
  'bestCoverage',
  'length',
  'unknownShare',
  'rarestTerm',
  'bestLexical',
  'bestContextual',
  'bestStatic',
] as const;

/** The features of a query's candidates. */
export interface RankingFeatures {
  /**
   * One array per name in `candidateFeatureNames`, each with a value per candidate. `lexical`: BM25 and proximity,
   * z-scored over the corpus. `contextual`, `static`: the cosines of the two models, z-scored over the corpus; both are
   * the cosine of the only model if there is one. `coverage`, `titleCoverage`: see `termCoverage`.
   */
  readonly ofCandidates: readonly Float32Array[];
  /**
   * One value per name in `queryFeatureNames`, in [0, 1], so that an odd query does not turn the weights around: the
   * highest coverage of a candidate; the number of terms, on a logarithmic scale; the share of words that no paper
   * contains; the highest idf of a term as a share of that of a word in one paper; the highest z-scores of each kind, the
   * lexical one on a logarithmic scale.
   */
  readonly ofQuery: readonly number[];
}

/** Proximity is added to BM25 with this weight. */
export const PROXIMITY_WEIGHT = 0.15;

/** The lexical scores of candidates: BM25 plus weighted proximity, z-scored over the corpus. */
export function lexicalScores({ bm25, proximity, bm25Stats }: Candidates): Float32Array {
  return bm25.map((score, i) => zScore(score + PROXIMITY_WEIGHT * proximity[i], bm25Stats));
}

export function computeRankingFeatures(
  candidates: Candidates,
  terms: QueryTerms | undefined,
  paperCount: number,
): RankingFeatures {
  const { parts, coverage, titleCoverage } = candidates;
  const lexical = lexicalScores(candidates);
  const contextual = parts[0];
  const staticPart = parts[1] ?? parts[0];
  const zScores = ({ cosine, stats }: typeof contextual) => cosine.map((value) => zScore(value, stats));
  const [zContextual, zStatic] = [zScores(contextual), zScores(staticPart)];
  const { termCount = 0, unknownWords = [], terms: known = [] } = terms ?? {};
  const rarest = known.reduce((best, { postings }) => Math.max(best, idf(postings.rows.length, paperCount)), 0);
  return {
    ofCandidates: [lexical, zContextual, zStatic, coverage, titleCoverage],
    ofQuery: [
      largest(coverage),
      logarithmicShare(termCount, MANY_TERMS),
      Math.min(1, unknownWords.length / Math.max(1, termCount)),
      Math.min(1, rarest / idf(1, paperCount)),
      logarithmicShare(largest(lexical), HIGH_LEXICAL_SCORE),
      Math.min(1, largest(zContextual) / HIGH_COSINE_SCORE),
      Math.min(1, largest(zStatic) / HIGH_COSINE_SCORE),
    ],
  };
}

/** Query features are 1 from these values on: a long question, and z-scores of a title that was typed. */
const [MANY_TERMS, HIGH_LEXICAL_SCORE, HIGH_COSINE_SCORE] = [64, 100, 12];

/** 0 for 0, 1 for `most` or more, and between them linear in the logarithm of 1 + the value. */
function logarithmicShare(value: number, most: number): number {
  return Math.min(1, Math.log1p(value) / Math.log1p(most));
}

function largest(values: Float32Array): number {
  return values.reduce((best, value) => Math.max(best, value), 0);
}

/** Which weights candidates are ranked with: words and meaning, meaning only, or similar papers. */
export type RankerKind = keyof typeof RANKER_WEIGHTS;

/**
 * The weight of each candidate feature for one query: w₀ + Σ wⱼ · query featureⱼ, but at least 0: no feature counts against
 * a paper.
 */
export function weightsForQuery(kind: RankerKind, ofQuery: readonly number[]): number[] {
  return RANKER_WEIGHTS[kind].map((weights) =>
    Math.max(
      0,
      ofQuery.reduce((sum, value, j) => sum + value * weights[1 + j], weights[0]),
    ),
  );
}

/**
 * The scores of candidates: the weighted sums of their features. Only differences between the scores of one query have a
 * meaning.
 */
export function relevanceScores(features: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const scores = new Float32Array(features[0].length);
  for (const [feature, values] of features.entries()) {
    for (let i = 0; i < scores.length; i++) scores[i] += weights[feature] * values[i];
  }
  return scores;
}

/**
 * One row per candidate feature: the weight of the feature, then of its products with each query feature. Learned from
 * queries that people wrote, and from known items, by pipeline/training/ranker/fit.py (docs/decisions/0048-learned-ranker.md).
 */
export const RANKER_WEIGHTS: Readonly<Record<'hybrid' | 'semantic' | 'similar', readonly (readonly number[])[]>> = {
  hybrid: [
    // lexical
    [0.1342, 0.8481, 0.464, 0.7529, 0.2684, -0.8351, -0.7373, -0.4113],
    // contextual
    [4.85, -3.43, -3.118, -2.106, -1.139, 2.658, -0.5594, -0.2691],
    // static
    [0.02398, 0.1632, 0.2457, 1.68, -0.2238, 0.4146, -0.2841, 0.07884],
    // coverage
    [-1.641, -4.603, 3.138, -31.43, -6.73, 15.11, 11.24, -0.2638],
    // titleCoverage
    [-26.96, 11.99, 8.188, 16.78, 7.319, -3.879, 11.01, 8.035],
  ],
  semantic: [
    // lexical
    [0, 0, 0, 0, 0, 0, 0, 0],
    // contextual
    [2.892, -2.23, -2.135, -1.712, -0.9263, 5.09, -0.5816, -1.138],
    // static
    [-1.548, 1.258, 1.252, 1.606, -0.2049, 3.1, -0.6883, -0.8288],
    // coverage
    [0, 0, 0, 0, 0, 0, 0, 0],
    // titleCoverage
    [0, 0, 0, 0, 0, 0, 0, 0],
  ],
  // Of a grid of weights the best for papers that answer the same judged question (docs/decisions/0012-similar-papers.md).
  similar: [
    [0.1, 0, 0, 0, 0, 0, 0, 0],
    [0.6, 0, 0, 0, 0, 0, 0, 0],
    [0.3, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ],
};
