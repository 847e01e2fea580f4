import type { Filter, ParsedQuery, Term } from './ast.ts';

/**
 * A query as text that `parseQuery` reads as the same query: keys and exclusions first, then the running text, so that
 * nothing in the text can reach a key. Holds for what `parseQuery` gave, and for it with other `like`, `not`, `filters`,
 * `sort` or `excluded` terms in place. The text comes from `text`; `freeText` and `wanted` follow from it.
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

/** A value as it stands after a key's colon: in quotes where it would end early without them. */
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
      return keyed(filter, filter.shape);
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

function printExcluded({ kind, text }: Term): string {
  if (kind === 'phrase') return `-"${text}"`;
  return kind === 'prefix' ? `-${text}*` : `-${text}`;
}
