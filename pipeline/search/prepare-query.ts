import { PaperfieldError } from '../core/errors.ts';
import type { ParsedQuery, SearchMode } from '../core/query/ast.ts';
import { describeKeyPosition, parseQuery } from '../core/query/parser.ts';
import { stripRequestPhrase } from '../core/query/rewrite.ts';
import { anyVectorAt } from '../core/vectors.ts';
import { runInTimeSlices } from '../runtime/scheduling.ts';
import type { SearchContext } from './context.ts';
import { buildRowFilter } from './filters.ts';
import { createHighlightQuery, type HighlightQuery } from './highlight/highlight.ts';
import { hasStopWordsOnly } from './lexical/analyzer.ts';
import { hasFilters, type QueryTerms, queryTerms } from './lexical/bm25.ts';
import type { RetrievalQuery } from './rank.ts';

/** A query, parsed and resolved against a corpus: what hits, mask, facets, heatmap and highlights are all computed from. */
export interface PreparedQuery extends RetrievalQuery {
  /** As typed. */
  readonly source: string;
  readonly mode: SearchMode;
  readonly query: ParsedQuery;
  readonly terms: QueryTerms;
  /** What the terms were taken from: the running text, with the text of the `like:` paper if there is exactly one. */
  readonly text: string;
  readonly highlight: HighlightQuery;
}

/**
 * Parses a query and resolves it: terms in the inverted index, the embedding of its text, the papers of `like:` (their
 * words and vectors) and of `not:` (their vectors), and the filter. Papers named by the query are not hits.
 *
 * @throws PaperfieldError bad_request, for a query that cannot be parsed or an unknown topic; not_found, for an unknown id;
 *   model, for semantic mode without the model. The message begins with the position.
 */
export async function prepareQuery(context: SearchContext, source: string, mode: SearchMode): Promise<PreparedQuery> {
  const query = stripRequestPhrase(parseQuery(source));
  if (mode === 'semantic' && !context.embedder) {
    throw new PaperfieldError(
      'model',
      "the model of this snapshot can't be loaded here; use mode=keyword, or build again",
    );
  }
  const { index } = context;
  const [like, not] = (['like', 'not'] as const).map((kind) =>
    query[kind].map((id) => rowOfId(context, source, kind, id)),
  );
  const prefixes = query.wanted.filter(({ kind }) => kind === 'prefix').map(({ text }) => text);
  // A prefix is not a word of its own.
  const typedText =
    prefixes.length > 0
      ? prefixes.reduce((text, prefix) => text.replace(`${prefix}*`, ' '), query.text)
      : query.freeText;
  // Terms are added for a single paper only: those of several would match papers similar to any of them, their vectors match papers similar to all.
  const likeTexts = like.length === 1 || mode === 'keyword' ? like.map((row) => textOf(context, row)) : [];
  const text = [typedText, ...likeTexts].join('\n').trim();

  const vectors = like.map((row) => anyVectorAt(index.vectors, row));
  // Stop words alone have an embedding too, but it is near to any short text.
  const isEmbedded = query.freeText !== '' && (mode === 'semantic' || !hasStopWordsOnly(query.freeText));
  if (isEmbedded && mode !== 'keyword' && context.embedder) {
    const vector = await context.embedder.embedQueries([query.freeText]);
    // A text without any known word has the zero vector, which has no direction.
    if (vector.some((component) => component !== 0)) vectors.unshift(vector);
  }
  if (query.filters.some(({ kind }) => kind === 'author')) await context.authors.ready();
  const hidden = [...like, ...not];
  const isFiltered = hidden.length > 0 || hasFilters(query);
  const terms = queryTerms(index.invertedIndex, text, prefixes);
  const highlight = createHighlightQuery(index.invertedIndex, context.highlighter, { terms, vectors, text }, mode);
  return {
    source,
    mode,
    query,
    terms,
    text,
    vectors,
    negativeVectors: not.map((row) => anyVectorAt(index.vectors, row)),
    filter: isFiltered ? await runInTimeSlices(buildRowFilter(context, query, source, hidden)) : undefined,
    highlight,
  };
}

/**
 * Running text as a query, without the query language: it may contain `like:`, quotation marks, anything.
 *
 * @param vector its embedding, as a passage
 */
export function prepareRunningText(context: SearchContext, text: string, vector: Float32Array): PreparedQuery {
  const mode = 'hybrid';
  const { invertedIndex } = context.index;
  const query = { ...parseQuery(''), text, freeText: text, wanted: [{ kind: 'word', text } as const] };
  const terms = queryTerms(invertedIndex, text);
  const vectors = [vector];
  const highlight = createHighlightQuery(invertedIndex, context.highlighter, { terms, vectors, text }, mode);
  return { source: text, mode, query, terms, text, vectors, negativeVectors: [], filter: undefined, highlight };
}

function textOf({ paper }: SearchContext, row: number): string {
  const { title, abstract } = paper(row);
  return `${title}\n${abstract}`;
}

function rowOfId({ rowOf }: SearchContext, source: string, kind: 'like' | 'not', id: string): number {
  const row = rowOf(id);
  if (row !== undefined) return row;
  const position = describeKeyPosition(source, (meaning) => meaning.kind === kind && meaning.id === id);
  throw new PaperfieldError('not_found', `${position} names no paper; write ${kind}: and the id of one`);
}
