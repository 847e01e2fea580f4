import { sentences } from '../../core/sentences.ts';
import { type Word, wordsIn } from '../lexical/analyzer.ts';
import type { Bags, Meaning, MeaningReader } from './semantic-highlight.ts';

/** What a paper was looked for by. */
export interface Sought {
  /** Stems of the words asked for; to the cosine of a sentence that holds one, this is added. */
  readonly stems: ReadonlyMap<string, number>;
  /** undefined where only words were asked, or the model is none of which words can be asked. */
  readonly meaning: Meaning | undefined;
}

/** A text as it was read: what does not depend on a question, in a few kilobytes. Entry i of a list is of sentence i. */
export interface Reading {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The stems of each sentence, each once. */
  readonly stems: readonly (readonly string[])[];
  /** undefined where there is no model to sum words by. */
  readonly bags: Bags | undefined;
}

/** Half-open, in UTF-16 code units of a text. */
export type Range = [number, number];

/** The words of a text that matched: ranges that ascend and lie apart, those of the two kinds too. */
export interface Marked {
  /** Words that were asked for, in any of their forms. */
  readonly highlights: Range[];
  /** Words that mean nearly what was asked for: the nearest few. */
  readonly semanticHighlights: Range[];
}

/** A sentence of a text, and the words in it that matched. */
export interface Explained extends Marked {
  readonly sentence: Range;
}

/** So many characters behind a sentence tell whether its last word ends with it. */
const BEYOND = 8;
/** More words than these, each as often as it stands there, would hide the sentence. */
const MOST_NEAR = 4;

/** Reads a text's sentences. Words that reach over the end of one are left out. */
export function readSentences(text: string, reader: MeaningReader | undefined): Reading {
  const spans = sentences(text);
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
    stems: words.map((within) => [...new Set(within.map(({ stem }) => stem))]),
    bags: reader?.bagsOf(words.map((within) => within.map(({ surface }) => surface))),
  };
}

/**
 * The sentence of a text that answers best, with the words that carried it: the nearest by meaning; where meaning is not
 * asked, or says nothing, the one that holds most of the words asked for, the first among equals.
 *
 * @param reading of the text
 * @returns undefined for a text without a sentence
 */
export function explain(text: string, reading: Reading, sought: Sought): Explained | undefined {
  if (reading.starts.length === 0) return undefined;
  const best = nearest(reading, sought) ?? richest(reading, sought);
  const [start, end] = [reading.starts[best], reading.ends[best]];
  return { sentence: [start, end], ...markWords(wordsBetween(text, start, end), sought) };
}

function nearest({ stems: inEach, bags }: Reading, { stems, meaning }: Sought): number | undefined {
  if (!meaning || !bags) return undefined;
  const besides = inEach.map((within) => {
    let sum = 0;
    for (const stem of within) sum += stems.get(stem) ?? 0;
    return sum;
  });
  return meaning.nearestOf(bags, besides);
}

function richest({ stems: inEach }: Reading, { stems }: Sought): number {
  const counts = inEach.map((within) => within.filter((stem) => stems.has(stem)).length);
  return counts.indexOf(Math.max(...counts));
}

/** The words of a stretch of a text, with their places in the text. A word that its end would cut is left out. */
function wordsBetween(text: string, start: number, end: number): Word[] {
  // A little more than the stretch: a word that goes on is seen to.
  const words = wordsIn(text.slice(start, end + BEYOND));
  return words
    .map((word) => ({ ...word, start: word.start + start, end: word.end + start }))
    .filter((word) => word.end <= end);
}

/** The words of a title or a sentence that matched. */
export function markWords(words: readonly Word[], { stems, meaning }: Sought): Marked {
  const nearness = new Map<string, number>();
  for (const { surface, stem } of meaning ? words : []) {
    const near = stems.has(stem) ? undefined : meaning?.nearness(surface);
    if (near !== undefined) nearness.set(surface, near);
  }
  const kept = new Set(
    [...nearness.keys()].sort((a, b) => (nearness.get(b) ?? 0) - (nearness.get(a) ?? 0)).slice(0, MOST_NEAR),
  );
  return {
    highlights: rangesOf(words.filter(({ stem }) => stems.has(stem))),
    semanticHighlights: rangesOf(words.filter(({ surface, stem }) => kept.has(surface) && !stems.has(stem))),
  };
}

function rangesOf(words: readonly Word[]): Range[] {
  return words.map(({ start, end }) => [start, end]);
}

/** A stretch of an abstract; `marks` and `near` are ranges of it. */
export interface Snippet extends Marked {
  readonly text: string;
}

/** A longer sentence is cut around its first marked word. */
const LONGEST = 320;

/** The sentence of an abstract that answers best, as `explain` found it, short enough for a list; of none, nothing. */
export function snippetOf(abstract: string, explained: Explained | undefined): Snippet {
  return explained ? cutToLength(abstract, explained) : { text: '', highlights: [], semanticHighlights: [] };
}

function cutToLength(
  abstract: string,
  { sentence: [start, end], highlights: marks, semanticHighlights: near }: Explained,
): Snippet {
  const text = abstract.slice(start, end);
  const first = (marks[0] ?? near[0] ?? [start])[0] - start;
  const from = text.length <= LONGEST || first < LONGEST / 2 ? 0 : wordStart(text, first - LONGEST / 4);
  const to = from + LONGEST >= text.length ? text.length : wordStart(text, from + LONGEST);
  const before = from > 0 ? '… ' : '';
  const shift = before.length - from - start;
  const within = (ranges: readonly Range[]) =>
    ranges
      .filter((range) => range[0] >= start + from && range[1] <= start + to)
      .map((range): Range => [range[0] + shift, range[1] + shift]);
  return {
    text: `${before}${text.slice(from, to).trimEnd()}${to < text.length ? ' …' : ''}`,
    highlights: within(marks),
    semanticHighlights: within(near),
  };
}

/** The beginning of the word that stands at or before a place; never inside a surrogate pair. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at);
  if (space > 0 && at - space < 60) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
