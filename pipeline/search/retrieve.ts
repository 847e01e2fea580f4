/** Candidate retrieval: the best papers by BM25 and the nearest by embedding, each with both scores. */
import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { topK } from '../core/algorithms/top-k.ts';
import type { Neighbors } from '../core/vectors.ts';
import { type AnyVectors, similarityOf } from '../core/vectors.ts';
import { type Candidates, type ScoreStats, scoreStats, zScore } from './fusion.ts';
import { Bm25Scorer } from './lexical/bm25.ts';
import type { InvertedIndex } from './lexical/inverted-index.ts';
import { proximityScores } from './lexical/proximity.ts';
import type { QueryTerms } from './lexical/query-terms.ts';
import type { VectorIndex } from './vector/hnsw.ts';

/** At most this many candidates by BM25 … */
const MAX_LEXICAL_CANDIDATES = 400;
/** … and by embedding similarity, where a neighbor costs more than a posting. */
const MAX_SEMANTIC_CANDIDATES = 200;
/** Proximity is computed for this many candidates, the best of both kinds: reading a text takes longer than scoring it. */
const MAX_PROXIMITY_CANDIDATES = 400;
/** Papers that the mean and deviation of a query's cosine are estimated from. */
const STATS_SAMPLE_SIZE = 256;

/** The indexes that candidates are retrieved from. */
export interface RetrievalIndex {
  readonly invertedIndex: InvertedIndex;
  readonly scorer: Bm25Scorer;
  readonly vectors: AnyVectors;
  readonly vectorIndex: VectorIndex;
  readonly efSearch: number;
  /** Rows that cosine statistics are estimated from. */
  readonly sample: Int32Array;
}

export function createRetrievalIndex(
  invertedIndex: InvertedIndex,
  vectors: AnyVectors,
  vectorIndex: VectorIndex,
  efSearch: number,
): RetrievalIndex {
  // A fixed seed: equal queries get equal answers, whatever was searched before.
  const sample = sampleRows(vectors.count, STATS_SAMPLE_SIZE, seededRandom(1));
  return { invertedIndex, scorer: new Bm25Scorer(invertedIndex), vectors, vectorIndex, efSearch, sample };
}

/** The papers that a query's filters let through. */
export interface RowFilter {
  /** One byte per row, 0 for what is filtered out. */
  readonly mask: Uint8Array;
  /** How many rows pass. */
  readonly count: number;
}

/** A query as retrieval needs it. */
export interface RetrievalQuery {
  readonly terms?: QueryTerms | undefined;
  /** Papers should be near these: the embedding of the query, and those of `like:` papers. */
  readonly vectors: readonly Float32Array[];
  /** Papers should not be near these: the embeddings of `not:` papers. */
  readonly negativeVectors?: readonly Float32Array[] | undefined;
  readonly filter?: RowFilter | undefined;
}

/** @param maxLexical at most this many candidates by BM25 */
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
  const knownCosines = new Map(semantic.length === 1 ? entriesOf(semantic[0]) : []);
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
    ...semanticScores(index, rows, vectors, negativeVectors, knownCosines),
  };
}

function* entriesOf({ rows, similarities }: Neighbors): Iterable<[number, number]> {
  for (let i = 0; i < rows.length; i++) yield [rows[i], similarities[i]];
}

/** The first of each list, then the second of each, and so on: any prefix has the best of every list. */
function interleave(lists: readonly Int32Array[]): number[] {
  const rows: number[] = [];
  const longest = Math.max(...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) rows.push(list[i]);
  return rows;
}

/** Up to this many papers a full scan is as fast as the index, and exact. */
const MAX_EXACT_SCAN = 8_192;

/**
 * The `k` papers most similar to a vector among those that a filter lets through. Filters never cost recall: few papers are
 * scanned one by one, among many the index skips what is filtered out while it searches.
 */
export function filteredKnn(
  { vectors, vectorIndex, efSearch }: Pick<RetrievalIndex, 'vectors' | 'vectorIndex' | 'efSearch'>,
  vector: Float32Array,
  k: number,
  filter?: RowFilter,
): Neighbors {
  if ((filter?.count ?? vectors.count) > MAX_EXACT_SCAN) return vectorIndex.search(vector, k, efSearch, filter?.mask);
  const candidates = new Int32Array(filter?.count ?? vectors.count);
  for (let row = 0, at = 0; row < vectors.count; row++) {
    if (filter === undefined || filter.mask[row] !== 0) candidates[at++] = row;
  }
  const scores = new Float32Array(vectors.count);
  for (const row of candidates) scores[row] = similarityOf(vectors, row, vector);
  const best = topK(candidates, scores, k);
  return { rows: best, similarities: Float32Array.from(best, (row) => scores[row]) };
}

/** How much of a paper's similarity to an unwanted paper is subtracted from its score. */
const NEGATIVE_WEIGHT = 0.5;

/**
 * Semantic scores of some rows. With one vector: its cosine. With several: half the mean and half the minimum of the
 * z-scored cosines, so that a paper with something of each comes before one that is very near to one of them only. An
 * unwanted vector lowers the score of papers that are nearer to it than the average paper is.
 *
 * @param known cosines with the one vector that are already computed, by row
 */
export function semanticScores(
  index: Pick<RetrievalIndex, 'vectors' | 'sample'>,
  rows: Int32Array,
  vectors: readonly Float32Array[],
  negativeVectors: readonly Float32Array[],
  known: ReadonlyMap<number, number> = new Map(),
): Pick<Candidates, 'cosine' | 'cosineStats'> {
  if (vectors.length === 0 && negativeVectors.length === 0) {
    return { cosine: new Float32Array(rows.length), cosineStats: { mean: 0, deviation: 0 } };
  }
  if (vectors.length === 1 && negativeVectors.length === 0) {
    const [vector] = vectors;
    const cosine = Float32Array.from(rows, (row) => known.get(row) ?? similarityOf(index.vectors, row, vector));
    return { cosine, cosineStats: cosineStats(index, vector) };
  }
  const zScoresWith = (several: readonly Float32Array[]) => {
    const stats = several.map((vector) => cosineStats(index, vector));
    return (row: number) => several.map((vector, i) => zScore(similarityOf(index.vectors, row, vector), stats[i]));
  };
  const wantedScores = zScoresWith(vectors);
  const unwantedScores = zScoresWith(negativeVectors);
  const cosine = Float32Array.from(rows, (row) => {
    const wanted = wantedScores(row);
    const mean = wanted.reduce((sum, score) => sum + score, 0) / Math.max(1, wanted.length);
    const combined = wanted.length === 0 ? 0 : (mean + Math.min(...wanted)) / 2;
    return combined - NEGATIVE_WEIGHT * Math.max(0, ...unwantedScores(row));
  });
  return { cosine, cosineStats: { mean: 0, deviation: 1 } };
}

/** Mean and deviation of the cosine with a vector over the corpus, estimated from a sample. */
export function cosineStats(
  { vectors, sample }: Pick<RetrievalIndex, 'vectors' | 'sample'>,
  vector: Float32Array,
): ScoreStats {
  return scoreStats(Float32Array.from(sample, (row) => similarityOf(vectors, row, vector)));
}
