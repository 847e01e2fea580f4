import type { Projection } from '../pipeline/core/map-positions.ts';
import type { Paper } from '../pipeline/core/paper.ts';
import { readAhead } from '../pipeline/runtime/lazy-task.ts';
import { meantByAny } from '../pipeline/search/authors.ts';
import type { Answer } from '../pipeline/search/engine.ts';
import {
  explain,
  markWords,
  type Reading,
  readSentences,
  type Sought,
  snippetOf,
} from '../pipeline/search/highlight/highlight.ts';
import type { MeaningReader } from '../pipeline/search/highlight/semantic-highlight.ts';
import { wordsIn } from '../pipeline/search/lexical/analyzer.ts';
import type { PathAnswer } from './schemas/explore.ts';
import type { Hit, PaperAnswer, PaperSummary } from './schemas/search.ts';

/** So many authors are named in a list: who a group is known by, in one line. */
const AUTHORS = 3;

/** So many of them a list shows at the least. */
const SHOWN = 2;

/**
 * A paper as lists name it.
 *
 * @param isAsked whether an author was asked for: the first who was is named after the first of all, if not among those shown
 */
export function listedPaper(
  { id, title, date, authors, authorCount }: Paper,
  isAsked: ((author: string) => boolean) | null = null,
): PaperSummary {
  return {
    id,
    title,
    date: date ?? null,
    authors: authors ? named(authors, isAsked) : null,
    authorCount: authorCount ?? null,
  };
}

function named(authors: readonly string[], isAsked: ((author: string) => boolean) | null): string[] {
  const at = isAsked ? authors.findIndex(isAsked) : -1;
  const order = at < SHOWN ? authors : [authors[0], authors[at], ...authors.slice(1, at)];
  return order.slice(0, AUTHORS);
}

/** Tells a row with what a list or the map needs of it. */
export type Placed = (row: number) => PathAnswer['papers'][number];

interface PlacedSource {
  paper(row: number): Paper;
  topicOf(row: number): number | null;
  readonly map: { readonly x: Float32Array; readonly y: Float32Array };
}

export function openPlaced({ paper, topicOf, map }: PlacedSource): Placed {
  return (row) => ({ ...listedPaper(paper(row)), topic: topicOf(row), x: map.x[row], y: map.y[row] });
}

/** What hits are made from, by row. */
export interface HitSource {
  paper(row: number): Paper;
  topicOf(row: number): number | null;
  readonly map: Pick<Projection, 'x' | 'y'>;
  readonly reader: MeaningReader | undefined;
}

export interface Hits {
  /** The answers from the place `from` on, up to `to`. */
  of(answer: Answer, from: number, to: number): Hit[];
  /** The sentence of a paper's abstract that answers best; null where no word of it has to do with the question. */
  why(row: number, sought: Sought): PaperAnswer['highlight'];
  /** Ends what is done in idle time. */
  close(): void;
}

/**
 * A corpus of so many papers is kept as it was read, some eight kilobytes a paper, and read ahead: a question's answers then
 * cost a third of the time …
 */
const KEPT_ALL = 16_384;
/** … of a larger one those that were shown last, for paging and typing show the same papers again. */
const KEPT_LAST = 2048;

interface ReadPaper {
  readonly paper: Paper;
  readonly abstract: Reading;
}

/**
 * Makes hits of answers: what is known of each paper, and why it is one.
 *
 * @param papers how many there are; read ahead if they can be kept
 */
export function openHits({ paper, topicOf, map, reader }: HitSource, papers: number): Hits {
  const most = papers <= KEPT_ALL ? papers : KEPT_LAST;
  const kept = new Map<number, ReadPaper>();
  const readAnew = (row: number): ReadPaper => {
    const one = paper(row);
    return { paper: one, abstract: readSentences(one.abstract, reader) };
  };
  const read = (row: number): ReadPaper => {
    const known = kept.get(row) ?? readAnew(row);
    // The one asked for last stands last.
    kept.delete(row);
    kept.set(row, known);
    if (kept.size > most) {
      const [oldest] = kept.keys();
      kept.delete(oldest);
    }
    return known;
  };
  const ahead = readAhead(papers === most ? papers : 0, (row) => {
    const { bags } = read(row).abstract;
    if (bags) reader?.prepare(bags);
  });

  const hitOf = (answer: Answer, i: number, isAsked: ((author: string) => boolean) | null): Hit => {
    const row = answer.rows[i];
    const { paper: one, abstract } = read(row);
    const relevance = answer.relevances[i];
    return {
      ...listedPaper(one, isAsked),
      titleHighlights: markWords(wordsIn(one.title), answer.sought),
      score: rounded(answer.scores[i]),
      percentile: relevance === null ? null : rounded(relevance),
      topic: topicOf(row),
      x: map.x[row],
      y: map.y[row],
      snippet: snippetOf(one.abstract, explain(one.abstract, abstract, answer.sought)),
      ...shownFacts(one),
      duplicates: answer.also[i].map(paper).map(({ id, title }) => ({ id, title })),
    };
  };
  return {
    of(answer, from, to) {
      const isAsked = answer.authors.length > 0 ? meantByAny(answer.authors) : null;
      return answer.rows.slice(from, to).map((_, i) => hitOf(answer, from + i, isAsked));
    },
    why(row, sought) {
      const { paper: one, abstract } = read(row);
      const explained = explain(one.abstract, abstract, sought);
      return explained && explained.highlights.length + explained.semanticHighlights.length > 0 ? explained : null;
    },
    close: ahead.stop,
  };
}

/** Four digits: what more there is says nothing and makes answers longer. */
function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}

export function shownFacts(paper: Paper) {
  return {
    organization: paper.organization ?? null,
    comments: paper.comments ?? null,
  };
}
