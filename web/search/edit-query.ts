/**
 * Queries that the page reads and writes for the user: papers to be like, filters, dates, order. Pure.
 *
 * An edit parses the query, cuts out the keys that change and inserts new ones. Printing the whole parsed query would be
 * simpler, but would reorder and respell what the user typed. Keys with errors stay where they are: the server says what is
 * wrong with them.
 */

import type { Filter, ParsedQuery, SortOrder } from '../../pipeline/core/query/ast.ts';
import {
  collapseSpace,
  interpretKeyValue,
  isFilterOnly,
  type KeyMeaning,
  type KeyToken,
  MAX_TYPED_LENGTH,
  parseQuery,
  type Token,
  tokenize,
} from '../../pipeline/core/query/parser.ts';
import { printQuery } from '../../pipeline/core/query/printer.ts';
import { parseRegion, type RegionPart } from '../../pipeline/core/query/region.ts';

const EMPTY = parseQuery('');

function printFilter(filter: Filter): string {
  return printQuery({ ...EMPTY, filters: [filter] });
}

interface QueryKey {
  token: KeyToken;
  /** null if the key has an error. */
  meaning: KeyMeaning | null;
}

/** The keys of a query, in its order; as in `parseQuery`, keys within pasted text are text. */
function keysOf(query: string): QueryKey[] {
  const tokens = tokenize(query);
  const isText = ({ kind }: Token) => kind === 'text' || kind === 'phrase';
  const typed = collapseSpace(
    cutTokens(
      query,
      tokens.filter((token) => !isText(token)),
    ),
  );
  const isPasted = typed.length > MAX_TYPED_LENGTH;
  const [first, last] = [tokens.findIndex(isText), tokens.findLastIndex(isText)];
  return tokens
    .filter((_, i) => !isPasted || i < first || i > last)
    .filter((token) => token.kind === 'key')
    .map((token) => {
      const meaning = token.fault === null ? interpretKeyValue(token.key, token.value, token.isNegated) : null;
      return { token, meaning: meaning?.kind === 'problem' ? null : meaning };
    });
}

/** A text without some of its tokens and the space around them. */
function cutTokens(text: string, tokens: readonly Token[]): string {
  return tokens.reduceRight(
    (rest, { from, to }) => `${rest.slice(0, from).trimEnd()} ${rest.slice(to).trimStart()}`,
    text,
  );
}

/** The query without the keys that a predicate selects; the query itself if there are none. */
function removeKeys(query: string, isRemoved: (meaning: KeyMeaning) => boolean): string {
  const removed = keysOf(query).filter(({ meaning }) => meaning !== null && isRemoved(meaning));
  const tokens = removed.map(({ token }) => token);
  return tokens.length === 0 ? query : cutTokens(query, tokens).trim();
}

/** Keys go first: there no quote that the text leaves open can reach them, and they are visible in a narrow field. */
function insertKey(query: string, key: string): string {
  return `${key} ${query}`.trim();
}

/** A query as far as it can be parsed: without keys that have an error, and with the first of several orders. */
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

/** The query for papers like one. */
export function likeQuery(id: string): string {
  return printQuery({ ...EMPTY, like: [id] });
}

/** The query for papers of an author. */
export function authorQuery(author: string): string {
  return printFilter({ kind: 'author', author, excluded: false });
}

/** The papers that the query is to be like or unlike, in its order. */
export function likeTargets(query: string): { id: string; isLike: boolean }[] {
  return keysOf(query).flatMap(({ meaning }) =>
    meaning?.kind === 'like' || meaning?.kind === 'not' ? [{ id: meaning.id, isLike: meaning.kind === 'like' }] : [],
  );
}

const isLike = (id: string) => (meaning: KeyMeaning) => meaning.kind === 'like' && meaning.id === id;
const isUnlike = (id: string) => (meaning: KeyMeaning) => meaning.kind === 'not' && meaning.id === id;
const hasKey = (query: string, isWanted: (meaning: KeyMeaning) => boolean) =>
  keysOf(query).some(({ meaning }) => meaning !== null && isWanted(meaning));

/** The query, for papers like one too. */
export function withLike(query: string, id: string): string {
  const rest = removeKeys(query, isUnlike(id));
  return hasKey(rest, isLike(id)) ? rest : insertKey(rest, likeQuery(id));
}

/** The query, for papers unlike one. */
export function withUnlike(query: string, id: string): string {
  const rest = removeKeys(query, isLike(id));
  return hasKey(rest, isUnlike(id)) ? rest : insertKey(rest, printQuery({ ...EMPTY, not: [id] }));
}

/** The filters of the query; those with errors are left out. */
export function filtersOf(query: string): readonly Filter[] {
  return parseLeniently(query).filters;
}

const isFilter = (filter: Filter) => (meaning: KeyMeaning) =>
  meaning.kind === 'filter' && printFilter(meaning.filter) === printFilter(filter);

export function hasFilter(query: string, filter: Filter): boolean {
  return hasKey(query, isFilter(filter));
}

/** The query without a filter if it has it, else with it. */
export function toggleFilter(query: string, filter: Filter): string {
  return hasFilter(query, filter) ? removeKeys(query, isFilter(filter)) : insertKey(query, printFilter(filter));
}

/** The query limited to these dates, in place of those it has. @param from as in `since:` @param to as in `until:` */
export function withDates(query: string, from: string, to: string): string {
  const filters: Filter[] = [
    { kind: 'since', date: from },
    { kind: 'until', date: to },
  ];
  return insertKey(withoutDates(query), printQuery({ ...EMPTY, filters }));
}

/** The query for papers of any date. */
export function withoutDates(query: string): string {
  const isDate = (meaning: KeyMeaning) =>
    meaning.kind === 'filter' && (meaning.filter.kind === 'since' || meaning.filter.kind === 'until');
  return removeKeys(query, isDate).trim();
}

/** The first and the last date of the query; null if it does not have both. */
export function datesOf(query: string): { from: string; to: string } | null {
  const filters = filtersOf(query);
  const dateOf = (kind: 'since' | 'until') =>
    filters.flatMap((filter) => (filter.kind === kind ? [filter.date] : []))[0] as string | undefined;
  const [from, to] = [dateOf('since'), dateOf('until')];
  return from !== undefined && to !== undefined ? { from, to } : null;
}

/** The order of the hits. @param isRanked whether the hits have scores; without, the newest come first by default */
export function sortOf(query: string, isRanked: boolean): SortOrder {
  const { sort } = parseLeniently(query);
  if (sort && (isRanked || sort !== 'relevance')) return sort;
  return isRanked ? 'relevance' : 'date';
}

/** The query in this order, which is written only if it is not the default. */
export function withSort(query: string, sort: SortOrder, defaultSort: SortOrder): string {
  const rest = removeKeys(query, ({ kind }) => kind === 'sort').trim();
  return sort === defaultSort ? rest : `${rest} sort:${sort}`.trim();
}

/** Whether the query has anything to rank papers by: words, or a paper to be like; not filters alone. */
export function isRanking(query: string): boolean {
  return !isFilterOnly(parseLeniently(query));
}

/** The regions of the map that the query is limited to, as parts in its order. */
export function regionsOf(query: string): RegionPart[] {
  return filtersOf(query).flatMap((filter) => {
    const parts = filter.kind === 'within' && !filter.excluded ? parseRegion(filter.region) : [];
    return typeof parts === 'string' ? [] : parts;
  });
}

/** The query without a `within:` key. @param regionKey the key with its value */
export function withoutRegion(query: string, regionKey: string): string {
  return removeKeys(query, (meaning) => meaning.kind === 'filter' && printFilter(meaning.filter) === regionKey);
}
