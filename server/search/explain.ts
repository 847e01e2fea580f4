import { type Span, sentences } from '../../pipeline/core/sentences.ts';
import { type Word, wordsIn } from '../../pipeline/stages/words/analysis.ts';
import type { Bag, Meaning, MeaningReader } from './explain-meaning.ts';

/** What a paper was looked for by. */
export interface Sought {
  /** Stems of the words asked for; to the cosine of a sentence that holds one, this is added. */
  readonly stems: ReadonlyMap<string, number>;
  /** undefined where only words were asked, or the model is none of which words can be asked. */
  readonly meaning: Meaning | undefined;
}

/** A sentence, its words, and their sum where there is a model to sum them. */
export interface ReadSentence extends Span {
  readonly words: readonly Word[];
  readonly bag: Bag | undefined;
}

/** Half-open, in UTF-16 code units of a text. */
export type Range = [number, number];

/** The words of a text that matched: ranges that ascend and lie apart, those of the two kinds too. */
export interface Marked {
  /** Words that were asked for, in any of their forms. */
  readonly marks: Range[];
  /** Words that mean nearly what was asked for: the nearest few. */
  readonly near: Range[];
}

/** A sentence of a text, and the words in it that matched. */
export interface Explained extends Marked {
  readonly sentence: Range;
}

/** More words than these, each as often as it stands there, would hide the sentence. */
const MOST_NEAR = 4;

/** Reads what does not depend on a question: a text's sentences. Words that reach over the end of one are left out. */
export function readSentences(text: string, reader: MeaningReader | undefined): ReadSentence[] {
  const all = wordsIn(text);
  let at = 0;
  return sentences(text).map(({ start, end }) => {
    while (at < all.length && all[at].start < start) at++;
    const from = at;
    while (at < all.length && all[at].end <= end) at++;
    const words = all.slice(from, at);
    return { start, end, words, bag: reader?.bagOf(words.map(({ surface }) => surface)) };
  });
}

/**
 * The sentence of a text that answers best, with the words that carried it: the nearest by meaning; where meaning is not
 * asked, or says nothing, the one that holds most of the words asked for, the first among equals.
 *
 * @returns undefined for a text without a sentence
 */
export function explain(read: readonly ReadSentence[], sought: Sought): Explained | undefined {
  if (read.length === 0) return undefined;
  const { start, end, words } = read[nearest(read, sought) ?? richest(read, sought)];
  return { sentence: [start, end], ...markWords(words, sought) };
}

function nearest(read: readonly ReadSentence[], { stems, meaning }: Sought): number | undefined {
  const bags = read.map(({ bag }) => bag).filter((bag) => bag !== undefined);
  if (!meaning || bags.length < read.length) return undefined;
  const besides = read.map(({ words }) => {
    let sum = 0;
    for (const stem of stemsAmong(words, stems)) sum += stems.get(stem) ?? 0;
    return sum;
  });
  return meaning.nearestOf(bags, besides);
}

function richest(read: readonly ReadSentence[], { stems }: Sought): number {
  const counts = read.map(({ words }) => stemsAmong(words, stems).size);
  return counts.indexOf(Math.max(...counts));
}

function stemsAmong(words: readonly Word[], stems: Sought['stems']): Set<string> {
  const found = new Set<string>();
  for (const { stem } of words) if (stems.has(stem)) found.add(stem);
  return found;
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
    marks: rangesOf(words.filter(({ stem }) => stems.has(stem))),
    near: rangesOf(words.filter(({ surface, stem }) => kept.has(surface) && !stems.has(stem))),
  };
}

function rangesOf(words: readonly Word[]): Range[] {
  return words.map(({ start, end }) => [start, end]);
}
