/** Shows why a paper matches a query: the sentence of its abstract that answers best, and the matching words in it. */
import type { SearchMode } from '../../core/query/ast.ts';
import { splitSentences } from '../../core/split-sentences.ts';
import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import { type Word, wordsIn } from '../lexical/analyzer.ts';
import type { QueryTerms } from '../lexical/bm25.ts';
import { documentFrequency, type InvertedIndex, idf, wordAt } from '../lexical/inverted-index.ts';
import type { SemanticHighlighter, SimilarityToQuery, TokenRuns } from './semantic-highlight.ts';

/** A query in the form that hits are highlighted by: weights of its stems, and similarities to it. */
export interface HighlightQuery {
  /**
   * The stems to highlight, with weights. In hybrid mode, the weights of the stems in a sentence are added to its
   * cosine; in other modes all weights are 0.
   */
  readonly stemWeights: ReadonlyMap<string, number>;
  /**
   * Computes similarities of words and sentences to the query. Undefined in keyword mode, for a query without vectors,
   * and for a model whose token vectors cannot be read.
   */
  readonly similarity: SimilarityToQuery | undefined;
}

/**
 * In hybrid mode, this is added to the cosine of a sentence that contains all words of the query, and a part of it if
 * the sentence contains some of them.
 */
const LEXICAL_BONUS = 0.2;
/** A query with more stems than this is a pasted text: only its most specific stems are highlighted. */
const MAX_STEMS = 16;

/**
 * Prepares a query for the highlighting of its hits.
 *
 * @param query its terms; its vectors, which are its embedding and those of `like:` papers; its text, followed by that
 *   of `like:` papers
 */
export function createHighlightQuery(
  index: InvertedIndex,
  highlighter: SemanticHighlighter | undefined,
  query: { readonly terms: QueryTerms; readonly vectors: readonly Float32Array[]; readonly text: string },
  mode: SearchMode,
): HighlightQuery {
  const words = wordsIn(query.text).filter(({ surface }) => !queryStopWords.has(surface));
  const weights = weighStems(index, query.terms, words);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const factor = mode === 'hybrid' && total > 0 ? LEXICAL_BONUS / total : 0;
  const stemWeights = new Map([...weights].map(([stem, weight]) => [stem, factor * weight]));
  if (mode === 'keyword' || query.vectors.length === 0 || !highlighter) return { stemWeights, similarity: undefined };
  const similarity = highlighter.forQuery(sumVectors(query.vectors), contentWords(words, stemWeights));
  return { stemWeights, similarity };
}

function sumVectors(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d] += vector[d];
  return sum;
}

/**
 * The stems of a query with their weights (idf times frequency in the query), the highest weight first. Of a query with
 * more than 16 stems, only the 16 content words with the highest weights remain: words that most papers share are not
 * worth highlighting.
 */
function weighStems(index: InvertedIndex, { stems, terms }: QueryTerms, words: readonly Word[]): Map<string, number> {
  const contentStems = new Set(words.filter(({ surface }) => isContentWord(surface)).map(({ stem }) => stem));
  const all = stems
    .map((stem, i): [string, number] => [
      wordAt(index.stems, stem),
      terms[i].weight * idf(documentFrequency(index, stem), index.paperCount),
    ])
    .sort((a, b) => b[1] - a[1]);
  const isLong = all.length > MAX_STEMS;
  return new Map(isLong ? all.filter(([stem]) => contentStems.has(stem)).slice(0, MAX_STEMS) : all);
}

function isContentWord(word: string): boolean {
  return !stopWords.has(word) && /\p{L}/u.test(word);
}

/** The distinct words of a query: first those of the weighted stems, in the order of the weights, then the others. */
function contentWords(words: readonly Word[], stemWeights: ReadonlyMap<string, number>): string[] {
  const surfaces = new Map([...stemWeights.keys()].map((stem) => [stem, new Set<string>()]));
  const others = new Set<string>();
  for (const { stem, surface } of words) (surfaces.get(stem) ?? others).add(surface);
  return [...surfaces.values(), others].flatMap((distinct) => [...distinct]);
}

/**
 * The analyzed sentences of an abstract: a few kilobytes that can be cached, because they do not depend on a query.
 * Entry i of each list belongs to sentence i.
 */
export interface AnalyzedAbstract {
  /** UTF-16 offsets in the abstract at which sentences start. */
  readonly starts: Int32Array;
  /** UTF-16 offsets in the abstract at which sentences end, exclusive. */
  readonly ends: Int32Array;
  /** The distinct stems of each sentence. */
  readonly stems: readonly (readonly string[])[];
  /** The words of each sentence as tokens of the embedding model; undefined without a semantic highlighter. */
  readonly runs: TokenRuns | undefined;
}

/** A part of a text as UTF-16 offsets: its start, and its end (exclusive). */
export type TextRange = [number, number];

/**
 * The words of a text that match a query, in two lists of ascending ranges. No two ranges overlap, not even if they are
 * in different lists.
 */
export interface Highlights {
  /** Words of the query, in any inflection. */
  readonly highlights: TextRange[];
  /** Words with a meaning similar to the query, but only the few most similar ones. */
  readonly semanticHighlights: TextRange[];
}

/** A sentence of a text, and the words in it that match. */
export interface SentenceHighlight extends Highlights {
  readonly sentence: TextRange;
}

/** Highlighting more distinct similar words than this would clutter the sentence. */
const MAX_SEMANTIC_WORDS = 4;

/** Splits a text into sentences and analyzes them. A word that crosses the end of a sentence is left out. */
export function analyzeAbstract(text: string, highlighter: SemanticHighlighter | undefined): AnalyzedAbstract {
  const spans = splitSentences(text);
  const all = wordsIn(text);
  let at = 0;
  const words = spans.map(({ start, end }) => {
    while (at < all.length && all[at].start < start) at++;
    const from = at;
    while (at < all.length && all[at].end <= end) at++;
    return all.slice(from, at);
  });
  return {
    starts: Int32Array.from(spans, ({ start }) => start),
    ends: Int32Array.from(spans, ({ end }) => end),
    stems: words.map((inSentence) => [...new Set(inSentence.map(({ stem }) => stem))]),
    runs: highlighter?.tokenizeRuns(words.map((inSentence) => inSentence.map(({ surface }) => surface))),
  };
}

/**
 * Picks the sentence of a text that answers a query best, and marks the matching words in it. The best sentence is the
 * one most similar to the query or, without embeddings, the first of those with most words of the query.
 *
 * @returns undefined for a text without a sentence
 */
export function highlightBestSentence(
  text: string,
  analyzed: AnalyzedAbstract,
  query: HighlightQuery,
): SentenceHighlight | undefined {
  if (analyzed.starts.length === 0) return undefined;
  const best = mostSimilarSentence(analyzed, query) ?? sentenceWithMostStems(analyzed, query);
  const [start, end] = [analyzed.starts[best], analyzed.ends[best]];
  return { sentence: [start, end], ...highlightWords(wordsBetween(text, start, end), query) };
}

function mostSimilarSentence({ stems, runs }: AnalyzedAbstract, query: HighlightQuery): number | undefined {
  if (!query.similarity || !runs) return undefined;
  const bonus = stems.map((inSentence) => {
    let sum = 0;
    for (const stem of inSentence) sum += query.stemWeights.get(stem) ?? 0;
    return sum;
  });
  return query.similarity.mostSimilarRun(runs, bonus);
}

function sentenceWithMostStems({ stems }: AnalyzedAbstract, { stemWeights }: HighlightQuery): number {
  const counts = stems.map((inSentence) => inSentence.filter((stem) => stemWeights.has(stem)).length);
  return counts.indexOf(Math.max(...counts));
}

/** This many characters after a sentence are analyzed too, to detect whether its last word continues beyond it. */
const LOOKAHEAD = 8;

/** The words of a part of a text, with offsets in the whole text. A word that continues beyond `end` is left out. */
function wordsBetween(text: string, start: number, end: number): Word[] {
  return wordsIn(text.slice(start, end + LOOKAHEAD))
    .map((word) => ({ ...word, start: word.start + start, end: word.end + start }))
    .filter((word) => word.end <= end);
}

/** Marks the words of a title or a sentence that match a query. */
export function highlightWords(words: readonly Word[], { stemWeights, similarity }: HighlightQuery): Highlights {
  const similarities = new Map<string, number>();
  for (const { surface, stem } of similarity ? words : []) {
    const value = stemWeights.has(stem) ? undefined : similarity?.wordSimilarity(surface);
    if (value !== undefined) similarities.set(surface, value);
  }
  const mostSimilar = new Set(
    [...similarities]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_SEMANTIC_WORDS)
      .map(([surface]) => surface),
  );
  return {
    highlights: rangesOf(words.filter(({ stem }) => stemWeights.has(stem))),
    semanticHighlights: rangesOf(
      words.filter(({ surface, stem }) => mostSimilar.has(surface) && !stemWeights.has(stem)),
    ),
  };
}

function rangesOf(words: readonly Word[]): TextRange[] {
  return words.map(({ start, end }) => [start, end]);
}

/** The best sentence of an abstract as lists of papers show it, cut if it is long. Highlights are ranges of `text`. */
export interface Snippet extends Highlights {
  readonly text: string;
}

/** A sentence of more characters than this is cut around its first highlighted word. */
const MAX_SNIPPET_LENGTH = 320;

/**
 * Cuts a highlighted sentence to the length of a snippet and shifts its highlights; without a sentence the text is
 * empty.
 */
export function createSnippet(abstract: string, highlight: SentenceHighlight | undefined): Snippet {
  if (!highlight) return { text: '', highlights: [], semanticHighlights: [] };
  const { sentence, highlights, semanticHighlights } = highlight;
  const [start, end] = sentence;
  const text = abstract.slice(start, end);
  const first = (highlights[0] ?? semanticHighlights[0] ?? [start])[0] - start;
  const isUncut = text.length <= MAX_SNIPPET_LENGTH || first < MAX_SNIPPET_LENGTH / 2;
  const from = isUncut ? 0 : wordStart(text, first - MAX_SNIPPET_LENGTH / 4);
  const to = from + MAX_SNIPPET_LENGTH >= text.length ? text.length : wordStart(text, from + MAX_SNIPPET_LENGTH);
  const prefix = from > 0 ? '… ' : '';
  const shift = prefix.length - from - start;
  const inSnippet = (ranges: readonly TextRange[]) =>
    ranges
      .filter((range) => range[0] >= start + from && range[1] <= start + to)
      .map((range): TextRange => [range[0] + shift, range[1] + shift]);
  return {
    text: `${prefix}${text.slice(from, to).trimEnd()}${to < text.length ? ' …' : ''}`,
    highlights: inSnippet(highlights),
    semanticHighlights: inSnippet(semanticHighlights),
  };
}

/** A cut within a word is moved to the start of the word if that is fewer than this many characters away. */
const MAX_WORD_BACKTRACK = 60;

/** The start of the word at an offset; in a very long word the offset itself, but never inside a surrogate pair. */
function wordStart(text: string, offset: number): number {
  const space = text.lastIndexOf(' ', offset);
  if (space > 0 && offset - space < MAX_WORD_BACKTRACK) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text.charAt(offset)) ? offset - 1 : offset;
}
