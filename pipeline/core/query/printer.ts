import type { Filter, ParsedQuery, QueryTerm } from './ast.ts';

/**
 * Prints a query so that `parseQuery` returns the same query: keys and exclusions first, then the running text, so that
 * nothing in the text can affect a key. Holds for every parsed query, also with other `like`, `not`, `filters`, `sort` or
 * `excluded` terms. Only `text` is printed of the running text; `freeText` and `wanted` follow from it.
 */
export function printQuery(query: ParsedQuery): string {
  return [
    ...query.like.map((id) => `like:${printValue(id)}`),
    ...query.not.map((id) => `not:${printValue(id)}`),
    ...query.filters.map(printFilter),
    ...(query.sort ? [`sort:${query.sort}`] : []),
    ...query.excluded.map(printExcluded),
    ...(query.text === '' ? [] : [query.text]),
  ].join(' ');
}

/** A value for after a key's colon: quoted if it would end early without quotes. */
export function printValue(value: string): string {
  return /\s|^["“”„]|^$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function printFilter(filter: Filter): string {
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
    case 'authors':
    case 'comments':
      return `${filter.kind}:${filter.compare === '=' ? '' : filter.compare}${filter.count}`;
  }
}

function keyed({ kind, excluded }: Extract<Filter, { excluded: boolean }>, value: string): string {
  return `${excluded ? '-' : ''}${kind}:${printValue(value)}`;
}

function printExcluded({ kind, text }: QueryTerm): string {
  if (kind === 'phrase') return `-"${text}"`;
  return kind === 'prefix' ? `-${text}*` : `-${text}`;
}
