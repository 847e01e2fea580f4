/**
 * Prepares a query for search. First what was typed is interpreted: an id or address of a paper, the name of an author,
 * dates, what is left out, misspelled words; the page says what was understood, and can search literally instead
 * (`match:literal`). Then terms, vectors and filters are looked up in a corpus.
 */
import { runToCompletion } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import { type Paper, withoutLeadingName } from '../core/paper.ts';
import type { ParsedQuery, SearchMode } from '../core/query/ast.ts';
import { keyPositionText, parseQuery, parseRunningText } from '../core/query/parser.ts';
import { printExcluded, printFilter } from '../core/query/printer.ts';
import {
  extractExclusion,
  extractFiltersFromText,
  MAX_REWRITTEN_LENGTH,
  stripRequestPhrase,
  withoutQuotations,
} from '../core/query/rewrite.ts';
import { splitSentences } from '../core/split-sentences.ts';
import { anyVectorAt } from '../core/vectors.ts';
import { runInTimeSlices } from '../runtime/scheduling.ts';
import { authorQueryForExactName, MAX_NAME_WORDS } from './author-index.ts';
import type { RetrievalQuery } from './candidates.ts';
import { resolveColumns } from './column-filter.ts';
import type { SearchContext } from './context.ts';
import { buildRowFilter } from './filters.ts';
import { createHighlightQuery, type HighlightQuery } from './highlight/highlight.ts';
import { hasStopWordsOnly, stemsIn, wordsIn } from './lexical/analyzer.ts';
import { hasFilters, type QueryTerms, queryTerms } from './lexical/bm25.ts';
import { documentFrequency, findWord, type InvertedIndex, phrasePostings } from './lexical/inverted-index.ts';
import { citedPaper, paperAtAddress } from './named-paper.ts';
import { MAX_RARE_PAPERS } from './suggest/spelling.ts';

/** One thing that was understood in a query. */
export interface Interpretation {
  readonly kind: 'paper' | 'author' | 'filter' | 'exclusion' | 'spelling' | 'quotation';
  /** The misspelled word of `spelling`, the phrase of `quotation` with its quotation marks; empty for the other kinds. */
  readonly typed: string;
  /** What is searched for instead, in the query language or, for `spelling` and `quotation`, words. */
  readonly used: string;
}

/** A query as it was understood. */
export interface InterpretedQuery {
  readonly query: ParsedQuery;
  /** What was understood, in this order; empty if the query is searched for as typed. */
  readonly interpretations: readonly Interpretation[];
  /**
   * The words as typed, apart from dates, authors and prefixes. They tell the language of the query, which corrected or
   * incomplete words might not.
   */
  readonly typedWords: string;
}

/** What of a corpus the interpretation reads. */
export type InterpretationContext = Pick<
  SearchContext,
  'fields' | 'now' | 'paper' | 'rowNamedBy' | 'rowOf' | 'spelling'
> & {
  readonly index: Pick<SearchContext['index'], 'invertedIndex'>;
  readonly authors: Pick<SearchContext['authors'], 'ready'>;
};

// Cheap tests: a query without any of these words cannot have the meanings that are then looked for.

/** An address or an identifier and nothing else, perhaps with an arXiv category: `[cs.CL]`. */
const MAY_BE_ADDRESS =
  /^(?:https?:\/\/|www\.|doi[:\s]|arxiv[:\s]|pmid[:\s]|pmc\d|w\d{5}|10\.\d{4,}\/|(?:[\w-]+\.)+[a-z]{2,}\/|\d{4}\.\d{4,5}(?:v\d+)?(?!\S)|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})\s*\S*(?:\s+\[[\w.-]+\])?$/i;
/** Citations are not longer, in characters; with an abstract, a text is no citation. */
const MAX_CITATION_LENGTH = 600;
const HAS_YEAR = /(?:^|\D)(?:19|20)\d\d(?:\D|$)/;
/** Names as only citations write them: 'Lovelace, A.', 'Lovelace A,', 'et al.', a title in quotes, an entry of BibTeX. */
const HAS_CITED_NAMES = /^\s*@\w+\s*\{|\bet al\b|(?<!\p{L})\p{Lu}\.|\p{Lu}\p{Ll}+ \p{Lu}{1,3}[,.]|["“].{15,300}["”]/u;
const MAY_BE_REQUEST = /\b(?:papers?|articles?|publications?)\b/i;
const MAY_NAME_FILTERS =
  /\b(?:since|from|in|of|after|before|until|till|between|during|starting|up to|last|past|this|yesterday|by|within|over)\b/i;
const MAY_QUOTE = /["“”„]/;
const MAY_EXCLUDE = /\b(?:not|except|excluding|apart|than|without)\b/i;
/**
 * Interprets a query. Dates, exclusions and spelling are left as they are if a paper contains the words of the query side by
 * side: then they may be its title. Nothing is interpreted in a text of more than 160 characters, such as a pasted abstract.
 *
 * @param source the query as typed
 * @throws PaperfieldError bad_request, if it cannot be parsed, or names a column that does not exist
 */
export async function interpretQuery(context: InterpretationContext, source: string): Promise<InterpretedQuery> {
  const parsed = parseWithColumns(context, source);
  if (parsed.literal || parsed.wanted.length === 0) return understood(parsed);
  const typed = MAY_BE_REQUEST.test(parsed.text) ? stripRequestPhrase(parsed) : parsed;
  const id = context.rowOf(typed.freeText) === undefined ? paperNamedBy(context, typed.freeText) : typed.freeText;
  if (id !== undefined) {
    const query = { ...typed, ...parseRunningText(id) };
    return understood(query, id === typed.freeText ? [] : [{ kind: 'paper', typed: '', used: id }]);
  }
  const prose = MAY_QUOTE.test(typed.text) ? withoutQuotations(typed) : null;
  if (prose && !isVerbatimInPaper(context.index.invertedIndex, typed.freeText)) {
    const phrases = typed.wanted.filter(({ kind }) => kind === 'phrase');
    const quotations = phrases.map(({ text }) => ({ kind: 'quotation', typed: `"${text}"`, used: text }) as const);
    return understood(prose, quotations);
  }
  if (typed.text.length > MAX_REWRITTEN_LENGTH) return understood(typed);
  const mayNameAuthor = typed.wanted.length <= MAX_NAME_WORDS || / by /i.test(typed.text);
  const authors = mayNameAuthor ? await context.authors.ready() : undefined;
  const author = authors ? authorQueryForExactName(authors, typed) : null;
  if (author !== null) {
    const query = { ...parseQuery(author), sort: typed.sort };
    return understood(query, [{ kind: 'author', typed: '', used: author }]);
  }
  const interpretations: Interpretation[] = [];
  let query = typed;
  const isAuthor = (name: string) => authors?.knows(name) ?? false;
  const filtered = MAY_NAME_FILTERS.test(query.text) ? extractFiltersFromText(query, isAuthor, context.now()) : null;
  if (filtered) {
    query = filtered.query;
    interpretations.push({ kind: 'filter', typed: '', used: filtered.added.map(printFilter).join(' ') });
  }
  const typedWords = completeWords(query);
  const { invertedIndex } = context.index;
  const mayExclude = MAY_EXCLUDE.test(query.text) && !/["“”„*]/.test(query.text);
  const exclusion = mayExclude ? extractExclusion(query.text, (words) => isInPaper(invertedIndex, words)) : null;
  if (exclusion) {
    const { excluded, text } = exclusion;
    query = { ...query, ...parseRunningText(text), excluded: [...query.excluded, excluded] };
    interpretations.push({ kind: 'exclusion', typed: '', used: printExcluded(excluded) });
  }
  if (hasRareWord(invertedIndex, query.text)) {
    const { text, corrections } = context.spelling.correct(query.text);
    for (const { typed: word, used } of corrections) interpretations.push({ kind: 'spelling', typed: word, used });
    if (corrections.length > 0) query = { ...query, ...parseRunningText(text) };
  }
  const isVerbatim = interpretations.length > 0 && isVerbatimInPaper(invertedIndex, typed.freeText);
  return isVerbatim ? understood(typed) : { query, interpretations, typedWords };
}

/** Parses a query with the columns that the corpus has: what only looks like a condition on one is text. */
function parseWithColumns({ fields, index, rowOf }: InterpretationContext, source: string): ParsedQuery {
  const parsed = parseQuery(source);
  const { filters, sort } = parsed;
  const isBuiltInOrder = sort === null || sort === 'relevance' || sort === 'date';
  const namesColumns = !isBuiltInOrder || filters.some(({ kind }) => kind === 'column' || kind === 'has');
  if (!namesColumns) return parsed;
  const { invertedIndex } = index;
  const isKnownText = () => rowOf(source.trim()) !== undefined || isVerbatimInPaper(invertedIndex, source);
  const isPhrase = (words: string) => stemsIn(words).length > 1 && isInPaper(invertedIndex, words);
  return resolveColumns(parsed, source, fields, isPhrase, isKnownText);
}

/** The id of the paper that a text names by an identifier, an address or a citation; undefined if it names none. */
function paperNamedBy(context: InterpretationContext, text: string): string | undefined {
  if (MAY_BE_ADDRESS.test(text)) return paperAtAddress(context, text);
  const mayBeCitation =
    text.length >= 30 && text.length <= MAX_CITATION_LENGTH && HAS_YEAR.test(text) && HAS_CITED_NAMES.test(text);
  return mayBeCitation ? citedPaper(context, text) : undefined;
}

function understood(query: ParsedQuery, interpretations: readonly Interpretation[] = []): InterpretedQuery {
  return { query, interpretations, typedWords: completeWords(query) };
}

function completeWords({ wanted, freeText }: ParsedQuery): string {
  const words = wanted.filter(({ kind }) => kind !== 'prefix');
  return words.length === wanted.length ? freeText : words.map(({ text }) => text).join(' ');
}

/** Whether hardly any paper contains a word of the text, so that it may be misspelled. */
function hasRareWord(index: InvertedIndex, text: string): boolean {
  return wordsIn(text).some(({ stem }) => {
    const at = findWord(index.stems, stem);
    return at < 0 || documentFrequency(index, at) <= MAX_RARE_PAPERS;
  });
}

/** Fewer words may be in a paper by chance: 'language models in 2024'. */
const MIN_VERBATIM_WORDS = 5;

function isVerbatimInPaper(index: InvertedIndex, text: string): boolean {
  return stemsIn(text).length >= MIN_VERBATIM_WORDS && isInPaper(index, text);
}

/** Whether any paper contains these words side by side, in any inflection. */
function isInPaper(index: InvertedIndex, words: string): boolean {
  const stems = stemsIn(words).map((stem) => findWord(index.stems, stem));
  return !stems.includes(-1) && runToCompletion(phrasePostings(index, stems)).rows.length > 0;
}

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
