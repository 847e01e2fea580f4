import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import type { ComparedVectors, Neighbors } from '../core/vectors.ts';
import type { Evidence } from './fusion.ts';
import { WordScorer } from './lexical/bm25.ts';
import type { WordIndex } from './lexical/inverted-index.ts';
import { pairScores } from './lexical/proximity.ts';
import type { AskedWords } from './lexical/query-terms.ts';
import { nearest, type RowFilter } from './vector/filtered-knn.ts';
import type { NeighborIndex } from './vector/hnsw.ts';
import { meaningOf } from './vector/semantic-score.ts';

/** How many papers the words offer at the most, and the meaning: what one can page through. Neighbors cost more. */
export const POOL = 400;
export const NEAR_POOL = 200;
/** Pairs are looked for in so many candidates, the best of both halves: reading a text takes longer than a score. */
const PAIRED = 400;
/** Papers from which it is reckoned what cosine is usual for a query. */
const SAMPLE = 256;

/** Papers made ready for questions: what both the build's own tests and the server ask. */
export interface Retrievable {
  readonly words: WordIndex;
  readonly scorer: WordScorer;
  readonly vectors: ComparedVectors;
  readonly index: NeighborIndex;
  readonly efSearch: number;
  /** Rows of the sample. */
  readonly sample: Int32Array;
}

export function retrievable(
  words: WordIndex,
  vectors: ComparedVectors,
  index: NeighborIndex,
  efSearch: number,
): Retrievable {
  // A fixed seed: which papers are the sample is nobody's to choose, and equal questions get equal answers.
  const sample = sampleRows(vectors.count, SAMPLE, seededRandom(1));
  return { words, scorer: new WordScorer(words), vectors, index, efSearch, sample };
}

/** What is asked, made ready: at least one of words and vectors. */
export interface Question {
  readonly asked?: AskedWords | undefined;
  /** What an answer is near to: the query's vector, those of papers it shall be like. */
  readonly near: readonly Float32Array[];
  /** What an answer is not near to. */
  readonly far?: readonly Float32Array[] | undefined;
  readonly filter?: RowFilter | undefined;
}

/**
 * The candidates of a question: the best by words and the nearest by meaning, each with both scores.
 *
 * @param pool how many the words offer at the most
 */
export function gather(corpus: Retrievable, { asked, near, far = [], filter }: Question, pool = POOL): Evidence {
  const scored = corpus.scorer.score(asked?.terms ?? [], filter?.mask);
  const byWords = scored.best(pool).rows;
  const byMeaning = near.map((vector) => nearest(corpus, vector, Math.min(pool, NEAR_POOL), filter));
  const rows = Int32Array.from(new Set(interleaved([byWords, ...byMeaning.map((found) => found.rows)])));
  const known = new Map(byMeaning.length === 1 ? pairsOf(byMeaning[0]) : []);
  const pairs = new Float32Array(rows.length);
  if (asked) pairs.set(pairScores(corpus.words, asked.pairs, rows.subarray(0, PAIRED)));
  return {
    rows,
    keyword: scored.scoresOf(rows),
    pairs,
    keywordScale: scored.scale(filter?.count ?? corpus.words.papers),
    ...meaningOf(corpus, rows, near, far, known),
  };
}

function* pairsOf({ rows, similarities }: Neighbors): Iterable<[number, number]> {
  for (let i = 0; i < rows.length; i++) yield [rows[i], similarities[i]];
}

/** The best of each list first, in turn: whatever is cut off behind is the worst of all. */
function interleaved(lists: readonly Int32Array[]): number[] {
  const rows: number[] = [];
  const longest = Math.max(...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) rows.push(list[i]);
  return rows;
}
