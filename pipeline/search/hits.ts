/** Hits as they are displayed: the paper of each row, its highlights, and its position on the map. */

import { roundTo } from '../core/algorithms/statistics.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { Paper } from '../core/paper.ts';
import { OUTLIER } from '../core/topic-tree.ts';
import { prefetch } from '../runtime/lazy-task.ts';
import { createAuthorTest } from './author-index.ts';
import type { SearchContext } from './context.ts';
import { queriedAuthors, type SearchResult } from './engine.ts';
import {
  type AnalyzedAbstract,
  analyzeAbstract,
  createSnippet,
  type HighlightQuery,
  type Highlights,
  highlightSentence,
  highlightWords,
  type SentenceHighlight,
  type Snippet,
} from './highlight/highlight.ts';
import { wordsIn } from './lexical/analyzer.ts';

/** A paper as every list of papers shows it. */
export interface PaperSummary {
  readonly id: string;
  readonly title: string;
  /** ISO 8601, as exact as the input was; null if unknown. */
  readonly date: string | null;
  /** The first few authors; null if unknown. */
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
  readonly duplicates: { readonly id: string; readonly title: string }[];
}

/** How many authors a summary has. */
const LISTED_AUTHORS = 3;
/** The first authors keep their position; a later one who was searched for is moved up behind the first author. */
const FIXED_AUTHORS = 2;

/** @param isQueried whether an author was searched for: the first who was is always in the summary */
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

export interface HitBuilder {
  /** The hits `from` … `to` − 1 of a result. */
  page(result: SearchResult, from: number, to: number): Hit[];
  /** The sentence of a paper's abstract that answers a query best; null if no word of it matches. */
  highlightAbstract(row: number, query: HighlightQuery): SentenceHighlight | null;
  /** Stops prefetching. */
  close(): void;
}

/** Of a corpus up to this size every analyzed abstract is cached (some 8 kB each), ahead of queries: hits then cost a third of the time. */
const MAX_FULLY_CACHED = 16_384;
/** Of a larger one the most recently used, because paging and typing show the same papers again. */
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
    // A map keeps insertion order: the most recently used is last.
    cache.delete(row);
    cache.set(row, cached);
    if (cache.size > capacity) {
      const [oldest] = cache.keys();
      cache.delete(oldest);
    }
    return cached;
  };
  const prefetching = prefetch(paperCount === capacity ? paperCount : 0, (row) => {
    const { runs } = read(row).abstract;
    if (runs) highlighter?.precompute(runs);
  });

  const hitAt = (result: SearchResult, i: number, isQueried: ((author: string) => boolean) | null): Hit => {
    const row = result.rows[i];
    const { paper, abstract } = read(row);
    const { highlight } = result.prepared;
    const percentile = result.percentiles[i];
    const topicId = topics.topicIdOfRow[row];
    return {
      ...summarizePaper(paper, isQueried),
      titleHighlights: highlightWords(wordsIn(paper.title), highlight),
      // More digits only make responses longer.
      score: roundTo(result.scores[i], 4),
      percentile: percentile === null ? null : roundTo(percentile, 4),
      topic: topicId === OUTLIER ? null : topicId,
      x: positions.x[row],
      y: positions.y[row],
      snippet: createSnippet(paper.abstract, highlightSentence(paper.abstract, abstract, highlight)),
      organization: paper.organization ?? null,
      comments: paper.comments ?? null,
      duplicates: result.duplicates[i].map(context.paper).map(({ id, title }) => ({ id, title })),
    };
  };
  return {
    page(result, from, to) {
      const authors = queriedAuthors(result.prepared.query);
      const isQueried = authors.length > 0 ? createAuthorTest(authors) : null;
      return result.rows.slice(from, to).map((_, i) => hitAt(result, from + i, isQueried));
    },
    highlightAbstract(row, query) {
      const { paper, abstract } = read(row);
      const highlight = highlightSentence(paper.abstract, abstract, query);
      return highlight && highlight.highlights.length + highlight.semanticHighlights.length > 0 ? highlight : null;
    },
    close: prefetching.stop,
  };
}
