/**
 * Reads and edits queries for the user: similar papers, filters, dates, sort order. Pure.
 *
 * An edit parses the query, cuts out the keys (like `since:2025`) that change and inserts new ones. Printing the whole
 * parsed query would be simpler, but would reorder and respell what the user typed. Keys with errors stay where they
 * are; the server reports what is wrong with them.
 */

import type { Filter, ParsedQuery, SortOrder } from '../../pipeline/core/query/ast.ts';
import {
  collapseSpace,
  interpretKey,
  isFilterOnly,
  type KeyMeaning,
  type KeyToken,
  MAX_TYPED_QUERY_LENGTH,
  parseQuery,
  type QueryToken,
  tokenizeQuery,
} from '../../pipeline/core/query/parser.ts';
import { printQuery } from '../../pipeline/core/query/printer.ts';
import { parseRegion, type RegionPart } from '../../pipeline/core/query/region.ts';

const EMPTY = parseQuery('');

function printFilter(filter: Filter): string {
  return printQuery({ ...EMPTY, filters: [filter] });
}

interface QueryKey {
  token: KeyToken;
  /** What the key and its value mean; null if the key has an error. */
  meaning: KeyMeaning | null;
}

/** The keys (like `since:2025`) of a query, in order. As in `parseQuery`, keys within pasted text count as text. */
function keysOf(query: string): QueryKey[] {
  const tokens = tokenizeQuery(query);
  const isText = ({ kind }: QueryToken) => kind === 'text' || kind === 'phrase';
  const typed = collapseSpace(
    cutTokens(
      query,
      tokens.filter((token) => !isText(token)),
    ),
  );
  const isPasted = typed.length > MAX_TYPED_QUERY_LENGTH;
  const [first, last] = [tokens.findIndex(isText), tokens.findLastIndex(isText)];
  return tokens
    .filter((_, i) => !isPasted || i < first || i > last)
    .filter((token) => token.kind === 'key')
    .map((token) => {
      const meaning = token.fault === null ? interpretKey(token) : null;
      return { token, meaning: meaning?.kind === 'problem' ? null : meaning };
    });
}

/** Removes tokens, and the space around them, from a text. */
function cutTokens(text: string, tokens: readonly QueryToken[]): string {
  return tokens.reduceRight(
    (rest, { from, to }) => `${rest.slice(0, from).trimEnd()} ${rest.slice(to).trimStart()}`,
    text,
  );
}

/** Removes the keys that a predicate selects from a query. The query is unchanged if there are none. */
function removeKeys(query: string, isRemoved: (meaning: KeyMeaning) => boolean): string {
  const removed = keysOf(query).filter(({ meaning }) => meaning !== null && isRemoved(meaning));
  const tokens = removed.map(({ token }) => token);
  return tokens.length === 0 ? query : cutTokens(query, tokens).trim();
}

/**
 * Puts a key at the start of a query. There an unclosed quotation mark in the text does not affect it, and it is
 * visible even in a narrow field.
 */
function insertKey(query: string, key: string): string {
  return `${key} ${query}`.trim();
}

/** Parses a query without the keys that have an error. Of several `sort:` keys only the first is used. */
function parseLeniently(query: string): ParsedQuery {
  const keys = keysOf(query);
  const sort = keys.find(({ meaning }) => meaning?.kind === 'sort');
  const skipped = keys.filter((key) => key.meaning === null || (key.meaning.kind === 'sort' && key !== sort));
  return parseQuery(
    cutTokens(
      query,
      skipped.map(({ token }) => token),
    ),
  );
}

/** The query for papers similar to a paper. */
export function likeQuery(id: string): string {
  return printQuery({ ...EMPTY, like: [id] });
}

/** The query for papers of an author. */
export function authorQuery(author: string): string {
  return printFilter({ kind: 'author', author, excluded: false });
}

/** The papers that a query names by `like:` or `not:`, in order. */
export function likeTargets(query: string): { id: string; isLike: boolean }[] {
  return keysOf(query).flatMap(({ meaning }) =>
    meaning?.kind === 'like' || meaning?.kind === 'not' ? [{ id: meaning.id, isLike: meaning.kind === 'like' }] : [],
  );
}

const isLike = (id: string) => (meaning: KeyMeaning) => meaning.kind === 'like' && meaning.id === id;
const isUnlike = (id: string) => (meaning: KeyMeaning) => meaning.kind === 'not' && meaning.id === id;
const hasKey = (query: string, isWanted: (meaning: KeyMeaning) => boolean) =>
  keysOf(query).some(({ meaning }) => meaning !== null && isWanted(meaning));

/** Adds `like:` and a paper to a query, and removes `not:` and the same paper. */
export function withLike(query: string, id: string): string {
  const rest = removeKeys(query, isUnlike(id));
  return hasKey(rest, isLike(id)) ? rest : insertKey(rest, likeQuery(id));
}

/** Adds `not:` and a paper to a query, and removes `like:` and the same paper. */
export function withUnlike(query: string, id: string): string {
  const rest = removeKeys(query, isLike(id));
  return hasKey(rest, isUnlike(id)) ? rest : insertKey(rest, printQuery({ ...EMPTY, not: [id] }));
}

/** The filters of a query. Filters with errors are left out. */
export function filtersOf(query: string): readonly Filter[] {
  return parseLeniently(query).filters;
}

const isFilter = (filter: Filter) => (meaning: KeyMeaning) =>
  meaning.kind === 'filter' && printFilter(meaning.filter) === printFilter(filter);

export function hasFilter(query: string, filter: Filter): boolean {
  return hasKey(query, isFilter(filter));
}

/** Removes a filter from a query that has it, or adds it to a query that does not. */
export function toggleFilter(query: string, filter: Filter): string {
  return hasFilter(query, filter) ? removeKeys(query, isFilter(filter)) : insertKey(query, printFilter(filter));
}

/** Removes filters from a query that has all of them, or adds them and removes the other comparisons of their column. */
export function toggleRange(query: string, column: string, filters: readonly Filter[]): string {
  const isOfColumn = (meaning: KeyMeaning) =>
    meaning.kind === 'filter' && meaning.filter.kind === 'column' && meaning.filter.column === column;
  const rest = removeKeys(query, isOfColumn).trim();
  if (filters.every((filter) => hasFilter(query, filter))) return rest;
  return insertKey(rest, printQuery({ ...EMPTY, filters: [...filters] }));
}

/**
 * Limits a query to a range of dates, which replaces the dates that it has.
 *
 * @param from the first date, as in `since:`
 * @param to the last date, as in `until:`
 */
export function withDates(query: string, from: string, to: string): string {
  const filters: Filter[] = [
    { kind: 'since', date: from },
    { kind: 'until', date: to },
  ];
  return insertKey(withoutDates(query), printQuery({ ...EMPTY, filters }));
}

/** Removes `since:` and `until:` from a query. */
export function withoutDates(query: string): string {
  const isDate = (meaning: KeyMeaning) =>
    meaning.kind === 'filter' && (meaning.filter.kind === 'since' || meaning.filter.kind === 'until');
  return removeKeys(query, isDate).trim();
}

/** The dates of `since:` and `until:` in a query; null if it does not have both. */
export function datesOf(query: string): { from: string; to: string } | null {
  const filters = filtersOf(query);
  const dateOf = (kind: 'since' | 'until') =>
    filters.flatMap((filter) => (filter.kind === kind ? [filter.date] : []))[0] as string | undefined;
  const [from, to] = [dateOf('since'), dateOf('until')];
  return from !== undefined && to !== undefined ? { from, to } : null;
}

/**
 * The order in which the hits of a query are sorted.
 *
 * @param isRanked whether the hits have scores; if not, the default order is newest first
 */
export function sortOf(query: string, isRanked: boolean): SortOrder {
  const { sort } = parseLeniently(query);
  if (sort && (isRanked || sort !== 'relevance')) return sort;
  return isRanked ? 'relevance' : 'date';
}

/** Sets the sort order of a query. The default order is not written into it. */
export function withSort(query: string, sort: SortOrder, defaultSort: SortOrder): string {
  const rest = removeKeys(query, ({ kind }) => kind === 'sort').trim();
  return sort === defaultSort ? rest : `${rest} sort:${sort}`.trim();
}

/** Whether a query has something to rank papers by, such as words or a similar paper, and not only filters. */
export function isRankedQuery(query: string): boolean {
  return !isFilterOnly(parseLeniently(query));
}

/** The regions of the map that a query is limited to, as a list of all their parts in order. */
export function regionsOf(query: string): RegionPart[] {
  return filtersOf(query).flatMap((filter) => {
    const parts = filter.kind === 'within' && !filter.excluded ? parseRegion(filter.region) : [];
    return typeof parts === 'string' ? [] : parts;
  });
}

/**
 * Removes a `within:` filter from a query.
 *
 * @param regionFilter the filter with its value, as `printQuery` prints it
 */
export function withoutRegion(query: string, regionFilter: string): string {
  return removeKeys(query, (meaning) => meaning.kind === 'filter' && printFilter(meaning.filter) === regionFilter);
}
