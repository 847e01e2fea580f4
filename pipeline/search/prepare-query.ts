/** Prepares a query for search: parses it, and looks up its terms, vectors and filters in a corpus. */
import { PaperfieldError } from '../core/errors.ts';
import { type Paper, withoutLeadingName } from '../core/paper.ts';
import type { ParsedQuery, SearchMode } from '../core/query/ast.ts';
import { keyPositionText, parseQuery } from '../core/query/parser.ts';
import { splitSentences } from '../core/split-sentences.ts';
import { anyVectorAt } from '../core/vectors.ts';
import { runInTimeSlices } from '../runtime/scheduling.ts';
import type { RetrievalQuery } from './candidates.ts';
import type { SearchContext } from './context.ts';
import { buildRowFilter } from './filters.ts';
import { createHighlightQuery, type HighlightQuery } from './highlight/highlight.ts';
import { type Interpretation, interpretQuery } from './interpret-query.ts';
import { hasStopWordsOnly } from './lexical/analyzer.ts';
import { hasFilters, type QueryTerms, queryTerms } from './lexical/bm25.ts';

/**
 * A query, parsed and resolved against a corpus. Hits, facets, heatmap, highlights and the mask of matching papers are
 * all computed from it.
 */
export interface PreparedQuery extends RetrievalQuery {
  /** The query as typed. */
  readonly source: string;
  readonly mode: SearchMode;
  /** The query as it was understood. */
  readonly query: ParsedQuery;
  /** What of the query was not taken as typed; empty if nothing. */
  readonly interpretations: readonly Interpretation[];
  /** The words as typed, apart from dates, authors and prefixes. */
  readonly typedWords: string;
  readonly terms: QueryTerms;
  /**
   * The text that the terms were taken from: the words of the query and the text of its `like:` paper. With several
   * `like:` papers their texts are included in keyword mode only.
   */
  readonly text: string;
  readonly highlight: HighlightQuery;
}

/**
 * Parses a query and resolves it: terms in the inverted index, the embedding of its text, the papers of `like:` (words
 * and vectors) and of `not:` (only vectors), and the filter. Papers that the query names are not hits.
 *
 * @throws PaperfieldError bad_request, for a query that cannot be parsed or an unknown topic; not_found, for an unknown
 *   id; model, for semantic mode without the model. Except for `model`, the message begins with the position in the
 *   query.
 */
export async function prepareQuery(context: SearchContext, source: string, mode: SearchMode): Promise<PreparedQuery> {
  const { query, interpretations, typedWords } = await interpretQuery(context, source);
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
  // A prefix such as `transf*` is looked up separately, so it is removed from the text.
  const typedText =
    prefixes.length > 0
      ? prefixes.reduce((text, prefix) => text.replace(`${prefix}*`, ' '), query.text)
      : query.freeText;
  // The words of a single `like:` paper become terms. Those of several papers do not, because they would match papers
  // similar to any of them, while their vectors match papers similar to all. Keyword mode has no vectors, so the words
  // of all become terms.
  const likeTexts = like.length === 1 || mode === 'keyword' ? like.map((row) => subjectTextOf(context.paper(row))) : [];
  const text = [typedText, ...likeTexts].join('\n').trim();

  const vectors = like.map((row) => anyVectorAt(index.vectors, row));
  // Except in semantic mode, a query of stop words only is not embedded: its embedding is near to any short text.
  const isEmbedded = query.freeText !== '' && (mode === 'semantic' || !hasStopWordsOnly(query.freeText));
  if (isEmbedded && mode !== 'keyword' && context.embedder) {
    const vector = await context.embedder.embedQueries([query.freeText]);
    // A text without any word that the model knows has the zero vector, which has no direction and is not used.
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
    interpretations,
    typedWords,
    terms,
    text,
    vectors,
    isPaperText: like.length === 1 && query.freeText === '',
    negativeVectors: not.map((row) => anyVectorAt(index.vectors, row)),
    filter: isFiltered ? await runInTimeSlices(buildRowFilter(context, query, source, hidden)) : undefined,
    highlight,
  };
}

/**
 * Prepares plain text as a query. The text is not parsed: `like:` or quotation marks in it are ordinary characters.
 *
 * @param vector the embedding of the text as a passage, not as a query
 */
export function preparePlainText(context: SearchContext, text: string, vector: Float32Array): PreparedQuery {
  const mode = 'hybrid';
  const { invertedIndex } = context.index;
  const query = { ...parseQuery(''), text, freeText: text, wanted: [{ kind: 'word', text } as const] };
  const terms = queryTerms(invertedIndex, text);
  const vectors = [vector];
  const highlight = createHighlightQuery(invertedIndex, context.highlighter, { terms, vectors, text }, mode);
  const interpretations: readonly Interpretation[] = [];
  return {
    source: text,
    mode,
    query,
    interpretations,
    typedWords: text,
    terms,
    text,
    vectors,
    // A whole text, like that of a paper.
    isPaperText: true,
    negativeVectors: [],
    filter: undefined,
    highlight,
  };
}

/** So many sentences at the beginning of an abstract say what a paper is about; later ones name benchmarks and models. */
const SUBJECT_SENTENCES = 3;

/** The text whose words a paper similar to this one should contain: its title twice, and its first sentences. */
function subjectTextOf({ title, abstract }: Paper): string {
  const end = splitSentences(abstract).at(SUBJECT_SENTENCES - 1)?.end;
  const subject = withoutLeadingName(title);
  return `${subject}\n${subject}\n${abstract.slice(0, end)}`;
}

function rowOfId({ rowOf }: SearchContext, source: string, kind: 'like' | 'not', id: string): number {
  const row = rowOf(id);
  if (row !== undefined) return row;
  const position = keyPositionText(source, (meaning) => meaning.kind === kind && meaning.id === id);
  throw new PaperfieldError('not_found', `${position} names no paper; write ${kind}: and the id of one`);
}
