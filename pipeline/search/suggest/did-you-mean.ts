import type { ParsedQuery } from '../../core/query/ast.ts';
import { dropQuotes, plainTextFilters } from '../../core/query/rewrite.ts';
import type { SearchContext } from '../context.ts';
import type { QueryTerms } from '../lexical/query-terms.ts';
import { exactAuthorQuery, possibleAuthorQuery } from './authors.ts';

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
  const exact = readAuthors ? exactAuthorQuery(readAuthors, query) : null;
  const author = exact ?? (isAnswered ? null : possibleAuthorQuery(authors.get(), query));
  const filtered = author ?? plainTextFilters(query, (name) => authors.get().knows(name));
  if (filtered) return filtered;
  const isCorrectable = query.like.length === 0 && terms.unknownWords.length > 0;
  const corrected = isCorrectable ? context.spelling.correct(source, query.text, terms.unknownWords) : null;
  return corrected ?? (hits === 0 ? dropQuotes(query) : null);
}
