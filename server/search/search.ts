import { dotWithRow } from '../../pipeline/core/vectors.ts';
import type { NeighborIndex } from '../../pipeline/stages/indexes/hnsw.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import type { SearchMode } from '../contract.ts';
import { fuse, ranking } from './fusion.ts';
import { matchExpression, type QueryTerm } from './words.ts';

/** How many papers each half offers at the most: what one can page through. */
const POOL = 1000;
/** The share of the keyword score in a hybrid score. */
const KEYWORD_WEIGHT = 0.5;

/** What is searched: the papers' words and their vectors. */
export type Searched = Pick<Snapshot, 'papers' | 'vectors'>;

/** Papers that answer a query, the best first. */
export interface Ranked {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
  /** How many there are: for keyword search it may be more than can be paged through. */
  readonly total: number;
}

/** What a search needs of a query: its words, and its vector unless only words are asked for. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  readonly vector: Float32Array | undefined;
}

/**
 * Ranks papers by words, by meaning, or by both.
 *
 * @param wanted how many of them the answer needs: offset + limit
 */
export function rank(
  corpus: Searched,
  index: NeighborIndex,
  query: Query,
  mode: SearchMode,
  efSearch: number,
  wanted: number,
): Ranked {
  const expression = matchExpression(query.terms);
  const byWords =
    mode === 'semantic' || expression === ''
      ? { rows: new Int32Array(0), scores: new Float32Array(0) }
      : corpus.papers.match(expression, mode === 'keyword' ? Math.max(POOL, wanted) : POOL);
  if (mode === 'keyword' || !query.vector) {
    const total =
      byWords.rows.length < Math.max(POOL, wanted) ? byWords.rows.length : corpus.papers.countMatches(expression);
    return { ...byWords, total };
  }
  const near = index.search(query.vector, POOL, efSearch);
  if (mode === 'semantic' || byWords.rows.length === 0) {
    return { rows: near.rows, scores: near.similarities, total: near.rows.length };
  }
  return fused(corpus, query.vector, byWords, near.rows);
}

function fused(
  corpus: Searched,
  vector: Float32Array,
  byWords: { rows: Int32Array; scores: Float32Array },
  nearRows: Int32Array,
): Ranked {
  const keywordOf = new Map<number, number>();
  byWords.rows.forEach((row, i) => {
    keywordOf.set(row, byWords.scores[i]);
  });
  const rows = Int32Array.from(new Set([...byWords.rows, ...nearRows]));
  const scores = fuse(
    {
      rows,
      keyword: Float32Array.from(rows, (row) => keywordOf.get(row) ?? 0),
      semantic: Float32Array.from(rows, (row) => dotWithRow(corpus.vectors, row, vector)),
    },
    KEYWORD_WEIGHT,
  );
  const order = ranking(rows, scores);
  return {
    rows: Int32Array.from(order, (at) => rows[at]),
    scores: Float32Array.from(order, (at) => scores[at]),
    total: rows.length,
  };
}
