import type { Paper } from '../pipeline/core/paper.ts';
import type { Projection } from '../pipeline/core/projection.ts';
import { type Word, wordsIn } from '../pipeline/stages/words/analysis.ts';
import type { Hit, PaperAnswer } from './contract.ts';
import type { Answer } from './search/ask.ts';
import { explain, markWords, type ReadSentence, readSentences, type Sought } from './search/explain.ts';
import type { MeaningReader } from './search/explain-meaning.ts';
import { snippetOf } from './search/snippet.ts';

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
  why(row: number, sought: Sought): PaperAnswer['why'];
}

/** Paging and typing show the same papers again: so many are kept as they were read, some ten megabytes. */
const KEPT = 512;

interface ReadPaper {
  readonly title: readonly Word[];
  readonly abstract: readonly ReadSentence[];
}

/** Makes hits of answers: what is known of each paper, and why it is one. */
export function openHits({ paper, topicOf, map, reader }: HitSource): Hits {
  const kept = new Map<number, ReadPaper>();
  const read = (row: number, { title, abstract }: Paper): ReadPaper => {
    const known = kept.get(row) ?? { title: wordsIn(title), abstract: readSentences(abstract, reader) };
    // The one asked for last stands last.
    kept.delete(row);
    kept.set(row, known);
    const [oldest] = kept.keys();
    if (kept.size > KEPT) kept.delete(oldest);
    return known;
  };

  const hitOf = (answer: Answer, i: number): Hit => {
    const row = answer.rows[i];
    const one = paper(row);
    const words = read(row, one);
    const relevance = answer.relevances[i];
    return {
      id: one.id,
      title: one.title,
      titleMarks: markWords(words.title, answer.sought),
      score: rounded(answer.scores[i]),
      relevance: relevance === null ? null : rounded(relevance),
      date: one.date ?? null,
      topic: topicOf(row),
      x: map.x[row],
      y: map.y[row],
      snippet: snippetOf(one.abstract, explain(words.abstract, answer.sought)),
      ...shownFacts(one),
      also: answer.also[i].map(paper).map(({ id, title }) => ({ id, title })),
    };
  };
  return {
    of: (answer, from, to) => answer.rows.slice(from, to).map((_, i) => hitOf(answer, from + i)),
    why(row, sought) {
      const explained = explain(read(row, paper(row)).abstract, sought);
      return explained && explained.marks.length + explained.near.length > 0 ? explained : null;
    },
  };
}

/** Four digits: what more there is says nothing and makes answers longer. */
function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}

export function shownFacts(paper: Paper) {
  return {
    organisation: paper.organisation ?? null,
    comments: paper.comments ?? null,
    authorCount: paper.authorCount ?? null,
  };
}
