/** Prints a parsed query as text. */
import type { Filter, ParsedQuery, QueryTerm } from './ast.ts';
import { isPlainColumnValue } from './column-key.ts';

/**
 * Prints a query so that `parseQuery` of the printed text returns the same query. Keys and exclusions come first, then
 * the running text, so that nothing in the text can affect a key. The fields `like`, `not`, `filters`, `sort`,
 * `literal` and `excluded` of a parsed query may be changed before it is printed. Of the running text only `text` is printed:
 * `freeText` and `wanted` follow from it.
 */
export function printQuery(query: ParsedQuery): string {
  return [
    ...query.like.map((id) => `like:${printValue(id)}`),
    ...query.not.map((id) => `not:${printValue(id)}`),
    ...query.filters.map(printFilter),
    ...(query.sort ? [`sort:${query.sort}`] : []),
    ...(query.literal ? ['match:literal'] : []),
    ...query.excluded.map(printExcluded),
    ...(query.text === '' ? [] : [query.text]),
  ].join(' ');
}

/** A value as it is written after the colon of a key: in quotes if the parser would otherwise read something else. */
export function printValue(value: string): string {
  return /\s|^["“”„]|^$/.test(value) ? printQuoted(value) : value;
}

function printQuoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** A filter as it is written in a query. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'topic':
      return keyed(filter, String(filter.topic));
    case 'org':
      return keyed(filter, filter.org);
    case 'author':
      return keyed(filter, filter.author);
    case 'category':
      return keyed(filter, filter.category);
    case 'has':
      return keyed(filter, filter.what);
    case 'within':
      return keyed(filter, filter.region);
    case 'since':
    case 'until':
      return `${filter.kind}:${filter.date}`;
    case 'column': {
      const value = isPlainColumnValue(filter.value) ? printValue(filter.value) : printQuoted(filter.value);
      return `${filter.excluded ? '-' : ''}${filter.column}:${value}`;
    }
    case 'authors':
      return `${filter.kind}:${filter.compare === '=' ? '' : filter.compare}${filter.count}`;
  }
}

function keyed({ kind, excluded }: Extract<Filter, { excluded: boolean }>, value: string): string {
  return `${excluded ? '-' : ''}${kind}:${printValue(value)}`;
}

/** An excluded term as it is written in a query. */
export function printExcluded({ kind, text }: QueryTerm): string {
  if (kind === 'phrase') return `-"${text}"`;
  return kind === 'prefix' ? `-${text}*` : `-${text}`;
}
