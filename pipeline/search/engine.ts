/** Searches a corpus: from the text of a query to its hits and, perhaps, another query that may have been meant. */
import type { KnnGraph } from '../core/knn-graph.ts';
import type { ParsedQuery, SearchMode } from '../core/query/ast.ts';
import { effectiveSort, isFilterOnly } from '../core/query/parser.ts';
import { dropQuotes, plainTextFilters } from '../core/query/rewrite.ts';
import { similarityOf } from '../core/vectors.ts';
import { authorQueryForExactName, possibleAuthorQuery } from './author-index.ts';
import { type Calibration, calibrate, isUnknownLanguage } from './calibration/answerability.ts';
import type { SearchContext } from './context.ts';
import type { QueryTerms } from './lexical/bm25.ts';
import { type PreparedQuery, prepareQuery, prepareRunningText } from './prepare-query.ts';
import { type Ranking, rank } from './rank.ts';
import { rowComparator } from './sort-order.ts';

/** What is searched for. `q` is in the query language (docs/queries.md). */
export interface SearchRequest {
  readonly q: string;
  readonly mode: SearchMode;
}

/**
 * `answered`: hits about the query. `no_match`: no paper is about it; the rows are the nearest few. `unknown_language`: the
 * model knows less than half of the query's words, so neither can be decided; the rows are meaningless.
 */
export type SearchStatus = 'answered' | 'no_match' | 'unknown_language';

/** The result of a search, by row: every hit, not one page. Entry i of each list is of the same paper. */
export interface SearchResult {
  readonly prepared: PreparedQuery;
  readonly status: SearchStatus;
  readonly rows: readonly number[];
  readonly scores: readonly number[];
  /** Percentile of a hit among the best answers to off-topic queries, in [0, 1]; null if hits are not calibrated. */
  readonly percentiles: readonly (number | null)[];
  /** Near-duplicates collapsed into each hit. */
  readonly duplicates: readonly (readonly number[])[];
  /** How many hits there are; 0 unless answered. */
  readonly total: number;
  /** Another query that may have been meant. */
  readonly didYouMean: string | null;
  /** What scores were computed from; undefined for a list without a ranking. */
  readonly ranking: Ranking | undefined;
  /** undefined if hits are not calibrated. */
  readonly calibration: Calibration | undefined;
  /** How long each step took. */
  readonly timings: readonly Timing[];
}

export interface Timing {
  readonly name: string;
  readonly milliseconds: number;
}

/**
 * Searches a corpus: the one way in which the HTTP routes, the command line and `paperfield eval` search.
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
  const { query, terms } = prepared;
  const isAnswered = hits.status === 'answered';
  const didYouMean = await measure('suggest', () => suggestQuery(context, q, query, terms, hits.total, isAnswered));
  return { ...hits, prepared, didYouMean, timings };
}

/**
 * Finds papers similar to a text that is not parsed as a query.
 *
 * @param vector its embedding, as a passage
 */
export function searchRunningText(context: SearchContext, text: string, vector: Float32Array): SearchResult {
  const prepared = prepareRunningText(context, text, vector);
  const hits = findHits(context, prepared);
  const isUnknown = isUnknownLanguage(text, context.highlighter);
  const status = isUnknown ? 'unknown_language' : hits.isAnswered ? 'answered' : 'no_match';
  return { ...hits, status, prepared, didYouMean: null, timings: [] };
}

/**
 * Another query that may have been meant, or null: the author whose exact name was typed, dates and an author named in
 * plain words, words spelled right, or phrases without their quotation marks, in this order.
 *
 * @param source the query as typed
 * @param hits how many papers were found; 0 if the corpus does not answer the query
 */
export async function suggestQuery(
  context: Pick<SearchContext, 'authors' | 'spelling'>,
  source: string,
  query: ParsedQuery,
  terms: QueryTerms,
  hits: number,
  isAnswered: boolean,
): Promise<string | null> {
  const { authors } = context;
  // An answered query does not wait until all authors are read.
  const readAuthors = isAnswered ? authors.peek() : await authors.ready();
  const exact = readAuthors ? authorQueryForExactName(readAuthors, query) : null;
  const author = exact ?? (isAnswered ? null : possibleAuthorQuery(authors.get(), query));
  const filtered = author ?? plainTextFilters(query, (name) => authors.get().knows(name));
  if (filtered) return filtered;
  const isCorrectable = query.like.length === 0 && terms.unknownWords.length > 0;
  const corrected = isCorrectable ? context.spelling.correct(source, query.text, terms.unknownWords) : null;
  return corrected ?? (hits === 0 ? dropQuotes(query) : null);
}

type HitList = Omit<SearchResult, 'prepared' | 'status' | 'didYouMean' | 'timings'> & {
  readonly isAnswered: boolean;
};

function findHits(context: SearchContext, prepared: PreparedQuery): HitList {
  const { query, mode } = prepared;
  const order = effectiveSort(query);
  if (isFilterOnly(query)) {
    const rows = context.sortedPapers(prepared.filter, order);
    return collapse(context, { rows, scores: new Float32Array(rows.length), percentiles: null, isAnswered: true });
  }
  const exactId = exactIdMatch(context, prepared);
  const ranked = rank(context.index, context.fusionWeights, prepared, mode);
  const ranking = putFirst(withPlainCosines(context, prepared, ranked), exactId);
  const { nullDistribution } = context;
  const { invertedIndex } = context.index;
  const isExact = exactId !== undefined;
  const list: RankedList =
    isCalibrated(prepared) && nullDistribution
      ? calibrate(invertedIndex, prepared.terms, query.freeText, ranking, nullDistribution, isExact)
      : { ...ranking, percentiles: null, isAnswered: ranking.rows.length > 0 };
  const sorted = order === 'relevance' ? list : sortBy(list, rowComparator(context.columns, order));
  return { ...collapse(context, sorted), ranking, calibration: list.calibration };
}

/** Hits are compared with off-topic queries if the query has an embedding of its own. */
export function isCalibrated({ mode, query, vectors }: PreparedQuery): boolean {
  return mode !== 'keyword' && query.like.length === 0 && vectors.length > 0;
}

function withStatus(
  { highlighter }: SearchContext,
  { query, mode, terms }: PreparedQuery,
  hits: HitList,
): HitList & Pick<SearchResult, 'status'> {
  // Out-of-vocabulary text still gets an embedding from single letters; it is trusted only if an indexed term matched.
  const mayBeUnknown = mode !== 'keyword' && query.like.length === 0 && !(hits.isAnswered && terms.stems.length > 0);
  if (mayBeUnknown && isUnknownLanguage(query.freeText, highlighter)) {
    return { ...hits, total: 0, isAnswered: false, status: 'unknown_language' };
  }
  return { ...hits, status: hits.isAnswered ? 'answered' : 'no_match' };
}

interface RankedList {
  readonly rows: Int32Array;
  readonly scores: ArrayLike<number>;
  readonly percentiles: ArrayLike<number> | null;
  readonly isAnswered: boolean;
  readonly calibration?: Calibration | undefined;
}

/** The paper whose id is the whole text of the query, if it passes the filter. */
function exactIdMatch({ rowOf }: SearchContext, { query, filter }: PreparedQuery): number | undefined {
  const row = rowOf(query.freeText);
  return row === undefined || filter?.mask[row] === 0 ? undefined : row;
}

/** With `not:` the semantic score is not a cosine, but only cosines can be compared with the null distribution. */
function withPlainCosines(
  { index }: SearchContext,
  { vectors, negativeVectors = [] }: PreparedQuery,
  ranking: Ranking,
): Ranking {
  if (negativeVectors.length === 0 || vectors.length !== 1) return ranking;
  const cosineOf = (row: number) => similarityOf(index.vectors, row, vectors[0]);
  const candidates = { ...ranking.candidates, cosine: Float32Array.from(ranking.candidates.rows, cosineOf) };
  return { ...ranking, candidates, cosines: Float32Array.from(ranking.rows, cosineOf) };
}

/** A paper whose id was typed comes first, whatever its words. */
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

function collapse({ graph }: SearchContext, { rows, scores, percentiles, isAnswered }: RankedList): HitList {
  const { kept, duplicates } = collapseDuplicates(rows, graph);
  return {
    rows: pick(rows, kept),
    scores: pick(scores, kept),
    percentiles: percentiles ? pick(percentiles, kept) : new Array<null>(kept.length).fill(null),
    duplicates,
    total: isAnswered ? kept.length : 0,
    isAnswered,
    ranking: undefined,
    calibration: undefined,
  };
}

/** A plain loop: `Array.from` with a function takes several times as long, and a list may contain the whole corpus. */
function pick(values: ArrayLike<number>, indices: Int32Array): number[] {
  const picked = new Array<number>(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i]];
  return picked;
}

/** The authors that a query filters by. */
export function queriedAuthors({ filters }: ParsedQuery): string[] {
  return filters.flatMap((filter) => (filter.kind === 'author' && !filter.excluded ? [filter.author] : []));
}

// Near-duplicates.

/** Two papers with at least this cosine are versions of one paper, or one paper with two titles. */
export const DUPLICATE_SIMILARITY = 0.97;

const NONE: readonly number[] = [];

/** A result list with near-duplicates collapsed into the first of them. */
interface CollapsedRows {
  /** Indices into the list of the rows that remain. */
  readonly kept: Int32Array;
  /** For each remaining row, the rows collapsed into it. */
  readonly duplicates: readonly (readonly number[])[];
}

/**
 * Collapses near-duplicates into the first of them. Duplicates are looked up among a paper's neighbors in the kNN graph.
 * The list may contain the whole corpus, so nothing is allocated for a row without duplicates.
 */
export function collapseDuplicates(rows: Int32Array, graph: KnnGraph): CollapsedRows {
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

/** The group of the nearest duplicate that is already in one, or −1. */
function groupOfNearestDuplicate(row: number, groupOf: Int32Array, { k, neighbors, similarities }: KnnGraph): number {
  // Neighbors are sorted by similarity: after the first that is too far, all are.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= DUPLICATE_SIMILARITY; at++) {
    if (groupOf[neighbors[at]] >= 0) return groupOf[neighbors[at]];
  }
  return -1;
}
