/** Hits as they are displayed: the paper of each row, its highlights, and its position on the map. */

import { roundToDigits } from '../core/algorithms/statistics.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { Paper } from '../core/paper.ts';
import { OUTLIER } from '../core/topic-tree.ts';
import { prefetchRows } from '../runtime/idle-and-lazy-tasks.ts';
import { createAuthorMatcher } from './author-index.ts';
import type { SearchContext } from './context.ts';
import { queriedAuthors, queriedColumns, type SearchResult } from './engine.ts';
import {
  type AnalyzedAbstract,
  analyzeAbstract,
  createSnippet,
  type HighlightQuery,
  type Highlights,
  highlightBestSentence,
  highlightWords,
  type SentenceHighlight,
  type Snippet,
} from './highlight/highlight.ts';
import { wordsIn } from './lexical/analyzer.ts';

/** The data of a paper that every list of papers shows. */
export interface PaperSummary {
  readonly id: string;
  readonly title: string;
  /** Date in ISO 8601, as exact as in the input (`2025`, `2025-01` or `2025-01-07`); null if unknown. */
  readonly date: string | null;
  /** The names of at most three authors; null if unknown. */
  readonly authors: string[] | null;
  readonly authorCount: number | null;
}

/** One hit of a search. */
export interface Hit extends PaperSummary {
  readonly titleHighlights: Highlights;
  readonly score: number;
  readonly percentile: number | null;
  readonly topic: number | null;
  readonly x: number;
  readonly y: number;
  readonly snippet: Snippet;
  readonly organization: { readonly slug: string; readonly name: string } | null;
  readonly comments: number | null;
  /** The values of the columns that the query filters or sorts by. */
  readonly fields: Record<string, number | string | boolean | string[]>;
  readonly duplicates: { readonly id: string; readonly title: string }[];
}

/** The summary of a paper names at most this many authors. */
const LISTED_AUTHORS = 3;
/** An author who was searched for is moved up to the second place, unless already among this many first authors. */
const FIXED_AUTHORS = 2;

/**
 * The summary of a paper, for lists of papers.
 *
 * @param isQueried tests whether an author was searched for; the first such author is always in the summary
 */
export function summarizePaper(
  { id, title, date, authors, authorCount }: Paper,
  isQueried: ((author: string) => boolean) | null = null,
): PaperSummary {
  return {
    id,
    title,
    date: date ?? null,
    authors: authors ? listAuthors(authors, isQueried) : null,
    authorCount: authorCount ?? null,
  };
}

function listAuthors(authors: readonly string[], isQueried: ((author: string) => boolean) | null): string[] {
  const at = isQueried ? authors.findIndex(isQueried) : -1;
  const order = at < FIXED_AUTHORS ? authors : [authors[0], authors[at], ...authors.slice(1, at)];
  return order.slice(0, LISTED_AUTHORS);
}

/** Some fields of a paper, without those that it does not have. */
export function pickFields({ fields = {} }: Paper, names: readonly string[]): Hit['fields'] {
  const known = names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]] as const);
  return Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]));
}

/** Turns rows of search results into hits that can be displayed. */
export interface HitBuilder {
  /** The hits `from` … `to` − 1 of a result. */
  page(result: SearchResult, from: number, to: number): Hit[];
  /** The sentence of a paper's abstract that answers a query best; null if no word of it matches. */
  highlightAbstract(row: number, query: HighlightQuery): SentenceHighlight | null;
  /** Stops filling the cache of analyzed abstracts ahead of queries. */
  close(): void;
}

/**
 * In a corpus of up to this many papers, every analyzed abstract (some 8 kB) is cached ahead of queries: hits are then
 * built in a third of the time.
 */
const MAX_FULLY_CACHED = 16_384;
/**
 * In a corpus of more than MAX_FULLY_CACHED papers, only this many abstracts are cached, the most recently used: paging
 * and typing show the same papers again.
 */
const CACHED_RECENT = 2048;

interface CachedPaper {
  readonly paper: Paper;
  readonly abstract: AnalyzedAbstract;
}

export function createHitBuilder(context: SearchContext, positions: Pick<MapPositions, 'x' | 'y'>): HitBuilder {
  const { highlighter, topics } = context;
  const paperCount = context.graph.count;
  const capacity = paperCount <= MAX_FULLY_CACHED ? paperCount : CACHED_RECENT;
  const cache = new Map<number, CachedPaper>();
  const read = (row: number): CachedPaper => {
    let cached = cache.get(row);
    if (!cached) {
      const paper = context.paper(row);
      cached = { paper, abstract: analyzeAbstract(paper.abstract, highlighter) };
    }
    // A `Map` keeps insertion order: after deletion and insertion this paper is last, as the most recently used.
    cache.delete(row);
    cache.set(row, cached);
    if (cache.size > capacity) {
      const [oldest] = cache.keys();
      cache.delete(oldest);
    }
    return cached;
  };
  const prefetching = prefetchRows(paperCount === capacity ? paperCount : 0, (row) => {
    const { runs } = read(row).abstract;
    if (runs) highlighter?.precompute(runs);
  });

  const hitAt = (
    result: SearchResult,
    i: number,
    isQueried: ((author: string) => boolean) | null,
    columns: readonly string[],
  ): Hit => {
    const row = result.rows[i];
    const { paper, abstract } = read(row);
    const { highlight } = result.prepared;
    const percentile = result.percentiles[i];
    const topicId = topics.topicIdOfRow[row];
    return {
      ...summarizePaper(paper, isQueried),
      titleHighlights: highlightWords(wordsIn(paper.title), highlight),
      // Scores are rounded, because more digits would only make responses longer.
      score: roundToDigits(result.scores[i], 4),
      percentile: percentile === null ? null : roundToDigits(percentile, 4),
      topic: topicId === OUTLIER ? null : topicId,
      x: positions.x[row],
      y: positions.y[row],
      snippet: createSnippet(paper.abstract, highlightBestSentence(paper.abstract, abstract, highlight)),
      organization: paper.organization ?? null,
      comments: paper.comments ?? null,
      fields: pickFields(paper, columns),
      duplicates: result.duplicates[i].map(context.paper).map(({ id, title }) => ({ id, title })),
    };
  };
  return {
    page(result, from, to) {
      const authors = queriedAuthors(result.prepared.query);
      const isQueried = authors.length > 0 ? createAuthorMatcher(authors) : null;
      const columns = queriedColumns(result.prepared.query);
      return result.rows.slice(from, to).map((_, i) => hitAt(result, from + i, isQueried, columns));
    },
    highlightAbstract(row, query) {
      const { paper, abstract } = read(row);
      const highlight = highlightBestSentence(paper.abstract, abstract, query);
      return highlight && highlight.highlights.length + highlight.semanticHighlights.length > 0 ? highlight : null;
    },
    close: prefetching.stop,
  };
}
