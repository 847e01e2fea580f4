/** Searches a corpus: from the text of a query to its hits and, perhaps, another query that may have been meant. */
import type { KnnGraph } from '../core/knn-graph.ts';
import type { ParsedQuery, SearchMode, SortOrder } from '../core/query/ast.ts';
import { FIELD_PREFIX } from '../core/query/column-key.ts';
import { effectiveSort, isFilterOnly } from '../core/query/parser.ts';
import { dropQuotes } from '../core/query/rewrite.ts';
import { cosineWithRow } from '../core/vectors.ts';
import { possibleAuthorQuery } from './author-index.ts';
import {
  type AnswerCalibration,
  calibrateRanking,
  isForeignLanguage,
  isUnknownLanguage,
  MIN_PAPERS_OF_KNOWN_WORD,
  NEAREST_LISTED,
  type Verdict,
} from './calibration/answerability.ts';
import { sortKeys } from './column-filter.ts';
import type { SearchContext } from './context.ts';
import { type PreparedQuery, preparePlainText, prepareQuery } from './prepare-query.ts';
import { type Ranking, rankPapers } from './rank.ts';
import { createRowComparator } from './sort-order.ts';

/** What is searched for. `q` is in the query language (docs/queries.md). */
export interface SearchRequest {
  readonly q: string;
  readonly mode: SearchMode;
}

/**
 * How the corpus answers a query: see `Verdict`. `unknown_language`: the query is in a language that the model does not
 * know, so whether papers are about it cannot be decided. Unless a query is answered, the rows are the nearest few papers.
 */
export type SearchStatus = Verdict | 'unknown_language';

/**
 * The result of a search: every hit, not one page of them. Entry i of `rows`, `scores`, `percentiles` and `duplicates`
 * is of the same paper.
 */
export interface SearchResult {
  readonly prepared: PreparedQuery;
  readonly status: SearchStatus;
  readonly rows: readonly number[];
  readonly scores: readonly number[];
  /**
   * By hit: the share of off-topic queries whose answer scores lower than the hit, in [0, 1]; null if the query is not
   * compared with off-topic queries (see `isCalibrated`).
   */
  readonly percentiles: readonly (number | null)[];
  /** By hit: the rows of its near-duplicates, which are not hits of their own. */
  readonly duplicates: readonly (readonly number[])[];
  /** The number of hits; 0 if the status is `no_match` or `unknown_language`. */
  readonly total: number;
  /** Another query that the user may have meant; null if there is none. */
  readonly didYouMean: string | null;
  /**
   * The ranking before near-duplicates were collapsed, with what scores were computed from; undefined for a query of
   * filters only, which is not ranked.
   */
  readonly ranking: Ranking | undefined;
  /** How the answer as a whole compares with answers to off-topic queries; undefined if they are not compared. */
  readonly calibration: AnswerCalibration | undefined;
  /** How long each step of the search took. */
  readonly timings: readonly Timing[];
}

/** How long one step of a search took. */
export interface Timing {
  readonly name: string;
  readonly milliseconds: number;
}

/**
 * Searches a corpus. The HTTP routes, the command line and `paperfield eval` all search with this function.
 *
 * @throws PaperfieldError bad_request, not_found, model: see `prepareQuery`
 * @example
 * const result = await search(context, { q: 'robots that grasp since:2025', mode: 'hybrid' });
 * result.rows.map((row) => context.paper(row).title);
 */
export async function search(context: SearchContext, { q, mode }: SearchRequest): Promise<SearchResult> {
  const timings: Timing[] = [];
  const measure = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    timings.push({ name, milliseconds: performance.now() - start });
    return result;
  };
  const prepared = await measure('prepare', () => prepareQuery(context, q, mode));
  const hits = await measure('rank', () => withStatus(context, prepared, findHits(context, prepared)));
  const isAnswered = hits.status === 'answered' && hits.total > 0;
  const didYouMean = isAnswered ? null : await measure('suggest', () => suggestQuery(context, prepared.query));
  return { ...hits, prepared, didYouMean, timings };
}

/**
 * Finds papers similar to a text that is not parsed as a query.
 *
 * @param vector the embedding of the text as a passage, not as a query
 */
export function searchByPlainText(context: SearchContext, text: string, vector: Float32Array): SearchResult {
  const prepared = preparePlainText(context, text, vector);
  const hits = findHits(context, prepared);
  const isUnknown = isUnknownLanguage(text, context.highlighter);
  const status = isUnknown ? 'unknown_language' : hits.verdict;
  return { ...hits, status, prepared, didYouMean: null, timings: [] };
}

/**
 * Suggests another query that the user may have meant, or null, if nothing was found: papers of the author whose name
 * the query may be; phrases without their quotation marks.
 */
async function suggestQuery({ authors }: Pick<SearchContext, 'authors'>, query: ParsedQuery): Promise<string | null> {
  return possibleAuthorQuery(await authors.ready(), query) ?? dropQuotes(query);
}

type HitList = Omit<SearchResult, 'prepared' | 'status' | 'didYouMean' | 'timings'> & {
  readonly verdict: Verdict;
};

function findHits(context: SearchContext, prepared: PreparedQuery): HitList {
  const { query, mode } = prepared;
  const order = effectiveSort(query);
  if (isFilterOnly(query)) {
    const rows = context.sortedPapers(prepared.filter, order);
    return collapse(context, { rows, scores: new Float32Array(rows.length), percentiles: null, verdict: 'answered' });
  }
  const exactId = exactIdMatch(context, prepared);
  const ranked = rankPapers(context.index, prepared, mode);
  const ranking = putFirst(withPlainCosines(context, prepared, ranked), exactId);
  const { nullDistribution } = context;
  const { invertedIndex } = context.index;
  // Sorted by date, papers that match poorly would come before those that match.
  const options = { isExactId: exactId !== undefined, minKept: order === 'relevance' ? NEAREST_LISTED : 1 };
  const list: RankedList =
    isCalibrated(prepared) && nullDistribution
      ? calibrateRanking(invertedIndex, prepared.terms, query.freeText, ranking, nullDistribution, options)
      : { ...ranking, percentiles: null, verdict: ranking.rows.length > 0 ? 'answered' : 'no_match' };
  const sorted = order === 'relevance' ? list : sortBy(list, rowComparator(context, order));
  return { ...collapse(context, sorted), ranking, calibration: list.calibration };
}

/**
 * Whether the hits of a query are compared with answers to off-topic queries: its text must have an embedding and a complete
 * word, and it must have no `like:` paper.
 */
export function isCalibrated({ mode, query, vectors }: PreparedQuery): boolean {
  const hasWord = query.wanted.some(({ kind }) => kind !== 'prefix');
  return mode !== 'keyword' && query.like.length === 0 && vectors.length > 0 && hasWord;
}

async function withStatus(
  { highlighter, index, rowOf }: SearchContext,
  { query, mode, terms, typedWords }: PreparedQuery,
  hits: HitList,
): Promise<HitList & Pick<SearchResult, 'status'>> {
  const nearest = <T>(list: readonly T[]) => list.slice(0, NEAREST_LISTED);
  const unknown = {
    ...hits,
    rows: nearest(hits.rows),
    scores: nearest(hits.scores),
    percentiles: nearest(hits.percentiles),
    duplicates: nearest(hits.duplicates),
    total: 0,
    status: 'unknown_language',
  } as const;
  const isId = rowOf(query.freeText) !== undefined;
  const mayBeUnknown = mode !== 'keyword' && query.like.length === 0 && !query.literal && !isId;
  // A text of words that the model does not know still has an embedding, made of single letters. Hits for it are
  // trusted only if the index knows a term of the query.
  const isTrusted = hits.verdict === 'answered' && terms.stems.length > 0;
  if (mayBeUnknown && !isTrusted && isUnknownLanguage(typedWords, highlighter)) return unknown;
  const hasRareWord =
    terms.unknownWords.length > 0 ||
    terms.terms.some(({ postings }) => postings.rows.length < MIN_PAPERS_OF_KNOWN_WORD);
  const mayBeForeign = mayBeUnknown && hasRareWord;
  if (mayBeForeign && (await isForeignLanguage(index.invertedIndex, typedWords))) return unknown;
  return { ...hits, status: hits.verdict };
}

interface RankedList {
  readonly rows: Int32Array;
  readonly scores: ArrayLike<number>;
  readonly percentiles: ArrayLike<number> | null;
  readonly verdict: Verdict;
  readonly calibration?: AnswerCalibration | undefined;
}

/**
 * The row of the paper whose id is the whole text of the query; undefined if there is none, or if it does not pass the
 * filter.
 */
function exactIdMatch({ rowOf }: SearchContext, { query, filter }: PreparedQuery): number | undefined {
  const row = rowOf(query.freeText);
  return row === undefined || filter?.mask[row] === 0 ? undefined : row;
}

/**
 * Replaces the semantic scores of a query with `not:`, which are no cosines, by the cosines with its only vector: only
 * these can be compared with the null distribution.
 */
function withPlainCosines(
  { index }: SearchContext,
  { vectors, negativeVectors = [] }: PreparedQuery,
  ranking: Ranking,
): Ranking {
  if (negativeVectors.length === 0 || vectors.length !== 1) return ranking;
  const cosineOf = (row: number) => cosineWithRow(index.vectors, row, vectors[0]);
  const candidates = { ...ranking.candidates, cosine: Float32Array.from(ranking.candidates.rows, cosineOf) };
  return { ...ranking, candidates, cosines: Float32Array.from(ranking.rows, cosineOf) };
}

/** Puts a paper whose id was typed first in a ranking, whatever its words; undefined changes nothing. */
function putFirst(ranking: Ranking, row: number | undefined): Ranking {
  if (row === undefined) return ranking;
  const others = Array.from(ranking.rows.keys()).filter((i) => ranking.rows[i] !== row);
  const best = Math.max(0, ...ranking.scores);
  return {
    ...ranking,
    rows: Int32Array.of(row, ...others.map((i) => ranking.rows[i])),
    scores: Float32Array.of(best + 1, ...others.map((i) => ranking.scores[i])),
    cosines: Float32Array.of(1, ...others.map((i) => ranking.cosines[i])),
  };
}

function rowComparator({ columns, fields }: SearchContext, order: SortOrder): (a: number, b: number) => number {
  return createRowComparator(columns, order, (column) => sortKeys(fields, column));
}

function sortBy(list: RankedList, compare: (a: number, b: number) => number): RankedList {
  const order = Array.from(list.rows.keys()).sort((a, b) => compare(list.rows[a], list.rows[b]));
  const { percentiles } = list;
  return {
    ...list,
    rows: Int32Array.from(order, (i) => list.rows[i]),
    scores: order.map((i) => list.scores[i]),
    percentiles: percentiles && order.map((i) => percentiles[i]),
  };
}

function collapse({ graph }: SearchContext, { rows, scores, percentiles, verdict }: RankedList): HitList {
  const { kept, duplicates } = collapseDuplicates(rows, graph);
  return {
    rows: pick(rows, kept),
    scores: pick(scores, kept),
    percentiles: percentiles ? pick(percentiles, kept) : new Array<null>(kept.length).fill(null),
    duplicates,
    total: verdict === 'no_match' ? 0 : kept.length,
    verdict,
    ranking: undefined,
    calibration: undefined,
  };
}

/**
 * The values at some indices. In a plain loop, because `Array.from` with a function takes several times as long, and a
 * list may contain the whole corpus.
 */
function pick(values: ArrayLike<number>, indices: Int32Array): number[] {
  const picked = new Array<number>(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i]];
  return picked;
}

/** The authors by whom a query filters with `author:`; excluded ones are left out. */
export function queriedAuthors({ filters }: ParsedQuery): string[] {
  return filters.flatMap((filter) => (filter.kind === 'author' && !filter.excluded ? [filter.author] : []));
}

/** The columns that a query filters or sorts by, each once. */
export function queriedColumns({ filters, sort }: ParsedQuery): string[] {
  const filtered = filters.flatMap((filter) => (filter.kind === 'column' ? [filter.column] : []));
  const sorted = sort ? [sort.replace(/^-/, '')] : [];
  const bare = (key: string) => (key.startsWith(FIELD_PREFIX) ? key.slice(FIELD_PREFIX.length) : key);
  return [...new Set([...filtered, ...sorted].map(bare))];
}

// Near-duplicates in lists of papers.

/** Two papers with at least this cosine are versions of one paper, or one paper with two titles. */
export const DUPLICATE_SIMILARITY = 0.97;

const NONE: readonly number[] = [];

/** A result list with near-duplicates collapsed into the first of them. */
interface CollapsedRows {
  /** The positions in the list of the rows that remain. */
  readonly kept: Int32Array;
  /** For each remaining row, the rows collapsed into it. */
  readonly duplicates: readonly (readonly number[])[];
}

/**
 * Collapses each group of near-duplicates in a list into its first paper. Duplicates of a paper are looked up among its
 * neighbors in the kNN graph. The list may contain the whole corpus, so nothing is allocated for a row without
 * duplicates.
 */
function collapseDuplicates(rows: Int32Array, graph: KnnGraph): CollapsedRows {
  const groupOf = new Int32Array(graph.count).fill(-1);
  const kept = new Int32Array(rows.length);
  const collapsed = new Map<number, number[]>();
  let groupCount = 0;
  for (let i = 0; i < rows.length; i++) {
    const group = groupOfNearestDuplicate(rows[i], groupOf, graph);
    if (group < 0) {
      groupOf[rows[i]] = groupCount;
      kept[groupCount++] = i;
    } else {
      groupOf[rows[i]] = group;
      const others = collapsed.get(group);
      if (others) others.push(rows[i]);
      else collapsed.set(group, [rows[i]]);
    }
  }
  const duplicates = new Array<readonly number[]>(groupCount).fill(NONE);
  for (const [group, others] of collapsed) duplicates[group] = others;
  return { kept: kept.subarray(0, groupCount), duplicates };
}

/** The group of the most similar near-duplicate that already has one; −1 if there is none. */
function groupOfNearestDuplicate(row: number, groupOf: Int32Array, { k, neighbors, similarities }: KnnGraph): number {
  // Neighbors are sorted by similarity: after the first below the threshold, all others are below it too.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= DUPLICATE_SIMILARITY; at++) {
    if (groupOf[neighbors[at]] >= 0) return groupOf[neighbors[at]];
  }
  return -1;
}
