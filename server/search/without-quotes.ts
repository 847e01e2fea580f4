import { parseQuery } from './grammar/parse.ts';
import { printQuery } from './grammar/print.ts';
import type { ParsedQuery } from './grammar/query.ts';

/**
 * A query whose phrases need not stand together, or null where it has none, or where its words without quotes would say
 * something else (`"like:this"`): for whoever pasted a sentence with quotation marks in it, and got nothing.
 */
export function withoutQuotes(query: ParsedQuery): string | null {
  if (!query.wanted.some(({ kind, text }) => kind === 'phrase' && text.includes(' '))) return null;
  const loose = printQuery({ ...query, text: query.freeText });
  const read = parseQuery(loose);
  const isSame = read.freeText === query.freeText && read.excluded.length === query.excluded.length;
  return isSame && read.wanted.every(({ kind }) => kind !== 'phrase') ? loose : null;
}
