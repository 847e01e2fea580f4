/** Retrieves the papers that may answer a query, by words and by meaning, with everything that they are ranked by. */
import { createSeededRandom, sampleRows } from '../core/algorithms/random.ts';
import { topK } from '../core/algorithms/sorting.ts';
import { computeScoreStats, type ScoreStats, zScore } from '../core/algorithms/statistics.ts';
import { type AnyVectors, cosineWithRow, dot, type Neighbors } from '../core/vectors.ts';
import type { ModelPart } from '../embedding/model-settings.ts';
import { Bm25Scorer, proximityScores, type QueryTerms, termCoverage } from './lexical/bm25.ts';
import type { InvertedIndex } from './lexical/inverted-index.ts';
import type { VectorIndex } from './vector/hnsw.ts';

/** The candidates of a query with their scores. Entry i of every array is of row `rows[i]`. */
export interface Candidates {
  readonly rows: Int32Array;
  /** BM25 scores; 0 for a paper with none of the query's terms. */
  readonly bm25: Float32Array;
  /** Proximity scores of the query's adjacent terms, before multiplication with their weight. */
  readonly proximity: Float32Array;
  /**
   * Cosines with the query; for several vectors or `not:` combined z-scores (see `semanticScores`); 0 without an
   * embedding.
   */
  readonly cosine: Float32Array;
  readonly bm25Stats: ScoreStats;
  readonly cosineStats: ScoreStats;
  /** Share of the query's terms that the paper contains, weighted by idf, in [0, 1] (see `termCoverage`). */
  readonly coverage: Float32Array;
  /** The same for the title alone. */
  readonly titleCoverage: Float32Array;
  /**
   * The cosines of each of the models that the embedding combines; one entry for a single model, and for several vectors
   * or `not:`.
   */
  readonly parts: readonly PartCosines[];
}

/** Cosines of candidates with the query in the space of one model, and their mean and deviation over the corpus. */
export interface PartCosines {
  readonly cosine: Float32Array;
  readonly stats: ScoreStats;
}

/** A query retrieves at most this many candidates by BM25. */
const MAX_LEXICAL_CANDIDATES = 400;
/**
 * A query retrieves at most this many candidates by embedding similarity: fewer than by BM25, because finding a
 * neighbor takes longer than reading a posting.
 */
const MAX_SEMANTIC_CANDIDATES = 200;
/**
 * Proximity scores are computed for at most this many candidates, the best by BM25 and by embedding, because they
 * require reading texts.
 */
const MAX_PROXIMITY_CANDIDATES = 400;
/** The mean and deviation of a query's cosines are estimated from a sample of this many papers. */
const STATS_SAMPLE_SIZE = 256;

/** The indexes that candidates are retrieved from. */
export interface RetrievalIndex {
  readonly invertedIndex: InvertedIndex;
  readonly scorer: Bm25Scorer;
  readonly vectors: AnyVectors;
  readonly vectorIndex: VectorIndex;
  readonly efSearch: number;
  /** A sample of rows, from which the mean and deviation of cosines are estimated. */
  readonly sample: Int32Array;
  /** The models that the vectors combine, in the order of their dimensions; one entry for a single model. */
  readonly parts: readonly ModelPart[];
}

export function createRetrievalIndex(
  invertedIndex: InvertedIndex,
  vectors: AnyVectors,
  vectorIndex: VectorIndex,
  efSearch: number,
  parts: readonly ModelPart[] = [{ dimensions: vectors.dimensions, weight: 1 }],
): RetrievalIndex {
  // The sample has a fixed seed, so that equal queries always get equal scores.
  const sample = sampleRows(vectors.count, STATS_SAMPLE_SIZE, createSeededRandom(1));
  return { invertedIndex, scorer: new Bm25Scorer(invertedIndex), vectors, vectorIndex, efSearch, sample, parts };
}

/** The papers that a query's filters let through. */
export interface RowFilter {
  /** One byte per row: 1 for papers that pass, 0 for the others. */
  readonly mask: Uint8Array;
  /** How many rows pass the filters. */
  readonly count: number;
}

/** The parts of a query that papers are retrieved by. */
export interface RetrievalQuery {
  readonly terms?: QueryTerms | undefined;
  /** Vectors that papers should be near to: the embedding of the query, and those of `like:` papers. */
  readonly vectors: readonly Float32Array[];
  /** Vectors that papers should not be near to: the embeddings of `not:` papers. */
  readonly negativeVectors?: readonly Float32Array[] | undefined;
  readonly filter?: RowFilter | undefined;
  /** Whether the query is a paper, or a draft of one, whose similar papers are searched for, and nothing was typed. */
  readonly isPaperText?: boolean | undefined;
}

/**
 * Retrieves the best papers by BM25 and by embedding similarity, each with both scores.
 *
 * @param maxLexical at most this many candidates by BM25
 */
export function retrieveCandidates(
  index: RetrievalIndex,
  { terms, vectors, negativeVectors = [], filter }: RetrievalQuery,
  maxLexical = MAX_LEXICAL_CANDIDATES,
): Candidates {
  const scores = index.scorer.score(terms?.terms ?? [], filter?.mask);
  const lexical = scores.best(maxLexical).rows;
  const maxSemantic = Math.min(maxLexical, MAX_SEMANTIC_CANDIDATES);
  const semantic = vectors.map((vector) => filteredKnn(index, vector, maxSemantic, filter));
  const rows = Int32Array.from(new Set(interleave([lexical, ...semantic.map((neighbors) => neighbors.rows)])));
  const proximity = new Float32Array(rows.length);
  if (terms) {
    const best = rows.subarray(0, MAX_PROXIMITY_CANDIDATES);
    proximity.set(proximityScores(index.invertedIndex, terms.pairs, best));
  }
  return {
    rows,
    bm25: scores.scoresOf(rows),
    proximity,
    bm25Stats: scores.stats(filter?.count ?? index.invertedIndex.paperCount),
    ...termCoverage(index.invertedIndex, terms, rows),
    ...semanticScores(index, rows, vectors, negativeVectors, semantic[0]?.cosineOf),
  };
}

/**
 * Merges lists of rows: the first of each list, then the second of each, and so on, so that the beginning of the result
 * has the best of every list.
 */
function interleave(lists: readonly Int32Array[]): number[] {
  const rows: number[] = [];
  const longest = Math.max(...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) rows.push(list[i]);
  return rows;
}

/** Up to this many papers, comparing a query with all of them is as fast as searching the vector index, and exact. */
const MAX_EXACT_SCAN = 8_192;

/** The papers most similar to a vector. */
interface VectorNeighbors extends Neighbors {
  /** The cosine of any paper with the vector. Cosines that the search has computed are not computed again. */
  cosineOf(row: number): number;
}

/**
 * The `k` papers most similar to a vector among those that pass a filter. A filter does not cost recall: if few papers
 * pass, all of them are compared; if many, the vector index skips the others during its search.
 */
export function filteredKnn(
  { vectors, vectorIndex, efSearch }: Pick<RetrievalIndex, 'vectors' | 'vectorIndex' | 'efSearch'>,
  vector: Float32Array,
  k: number,
  filter?: RowFilter,
): VectorNeighbors {
  const compute = (row: number) => cosineWithRow(vectors, row, vector);
  if ((filter?.count ?? vectors.count) > MAX_EXACT_SCAN) {
    const neighbors = vectorIndex.search(vector, k, efSearch, filter?.mask);
    const known = new Map(Array.from(neighbors.rows, (row, i) => [row, neighbors.similarities[i]]));
    return { ...neighbors, cosineOf: (row) => known.get(row) ?? compute(row) };
  }
  const passes = (row: number) => filter === undefined || filter.mask[row] !== 0;
  const candidates = new Int32Array(filter?.count ?? vectors.count);
  for (let row = 0, at = 0; row < vectors.count; row++) {
    if (passes(row)) candidates[at++] = row;
  }
  const scores = new Float32Array(vectors.count);
  for (const row of candidates) scores[row] = compute(row);
  const best = topK(candidates, scores, k);
  return {
    rows: best,
    similarities: Float32Array.from(best, (row) => scores[row]),
    cosineOf: (row) => (passes(row) ? scores[row] : compute(row)),
  };
}

/**
 * The highest z-scored similarity of a paper to a `not:` paper is multiplied by this and subtracted from the paper's
 * score.
 */
const NEGATIVE_WEIGHT = 0.5;

/**
 * Semantic scores of some rows. For a single vector: the cosine with it. For several vectors: half the mean plus half
 * the minimum of the z-scored cosines, so that a paper somewhat near to all of them comes before one that is very near
 * to only one. An unwanted vector (of a `not:` paper) lowers the score of papers that are nearer to it than the average
 * paper is.
 *
 * @param cosineOf returns the cosine of a row with the only vector; by default it is computed
 */
export function semanticScores(
  index: Pick<RetrievalIndex, 'vectors' | 'sample' | 'parts'>,
  rows: Int32Array,
  vectors: readonly Float32Array[],
  negativeVectors: readonly Float32Array[],
  cosineOf = (row: number) => cosineWithRow(index.vectors, row, vectors[0]),
): Pick<Candidates, 'cosine' | 'cosineStats' | 'parts'> {
  const withOnePart = (cosine: Float32Array, stats: ScoreStats) => ({
    cosine,
    cosineStats: stats,
    parts: [{ cosine, stats }],
  });
  if (vectors.length === 0 && negativeVectors.length === 0) {
    return withOnePart(new Float32Array(rows.length), { mean: 0, deviation: 0 });
  }
  if (vectors.length === 1 && negativeVectors.length === 0) {
    const whole = withOnePart(Float32Array.from(rows, cosineOf), cosineStats(index.sample, cosineOf));
    return index.parts.length > 1 ? { ...whole, parts: partCosines(index, rows, vectors[0]) } : whole;
  }
  const zScoresWith = (several: readonly Float32Array[]) => {
    const cosines = several.map((vector) => (row: number) => cosineWithRow(index.vectors, row, vector));
    const stats = cosines.map((cosine) => cosineStats(index.sample, cosine));
    return (row: number) => cosines.map((cosine, i) => zScore(cosine(row), stats[i]));
  };
  const wantedScores = zScoresWith(vectors);
  const unwantedScores = zScoresWith(negativeVectors);
  const cosine = Float32Array.from(rows, (row) => {
    const wanted = wantedScores(row);
    const mean = wanted.reduce((sum, score) => sum + score, 0) / Math.max(1, wanted.length);
    const combined = wanted.length === 0 ? 0 : (mean + Math.min(...wanted)) / 2;
    return combined - NEGATIVE_WEIGHT * Math.max(0, ...unwantedScores(row));
  });
  return withOnePart(cosine, { mean: 0, deviation: 1 });
}

/** The cosines of rows with a vector in the space of each model that the vectors combine. */
function partCosines(
  { vectors, sample, parts }: Pick<RetrievalIndex, 'vectors' | 'sample' | 'parts'>,
  rows: Int32Array,
  vector: Float32Array,
): PartCosines[] {
  let from = 0;
  return parts.map(({ dimensions, weight }) => {
    // The part of a paper's vector has length √weight; that of a query is longer if another model knows none of its words.
    const part = vector.subarray(from, from + dimensions);
    const scale = 1 / Math.sqrt(weight * dot(part, part) || 1);
    const own = new Float32Array(vector.length);
    for (let d = 0; d < dimensions; d++) own[from + d] = scale * part[d];
    from += dimensions;
    const cosineOf = (row: number) => cosineWithRow(vectors, row, own);
    return { cosine: Float32Array.from(rows, cosineOf), stats: cosineStats(sample, cosineOf) };
  });
}

/** Mean and deviation of the cosines of all papers with a vector, estimated from a sample of their rows. */
export function cosineStats(sample: Int32Array, cosineOf: (row: number) => number): ScoreStats {
  return computeScoreStats(Float32Array.from(sample, cosineOf));
}
