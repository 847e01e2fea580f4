import { type Random, sampleRows, seededRandom } from '../../core/algorithms/random.ts';
import type { Passage } from '../../core/paper.ts';
import { sentences } from '../../core/sentences.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import { type Word, wordsIn } from '../lexical/analyzer.ts';
import { papersWithStem, type WordIndex } from '../lexical/inverted-index.ts';
import { findWord } from '../lexical/lexicon.ts';

/** A question with a known answer: a part of a paper, taken out of it, must find what is left. */
export interface KnownItem {
  readonly kind: 'title' | 'phrase' | 'sentence' | 'span' | 'half';
  readonly query: string;
  readonly row: number;
  /** The paper without the part. */
  readonly rest: Passage;
}

/** Papers of which questions are made. */
const SAMPLE = 200;
/** Words of a sentence worth asking, and of a run of words. */
const SENTENCE_WORDS = { least: 8, most: 40 };
const SPAN_WORDS = { least: 6, most: 12 };

/**
 * Questions that a corpus can be asked without anyone's judgment, of every length: a telling phrase of one to three
 * words out of a title, the title, a run of words, a sentence, the first half of the abstract.
 */
export function knownItems(papers: readonly Passage[], words: WordIndex, seed: number): KnownItem[] {
  const random = seededRandom(seed);
  return Array.from(sampleRows(papers.length, SAMPLE, random)).flatMap((row) => [
    ...fromTitle(papers[row], row, words, random),
    ...fromAbstract(papers[row], row, random),
  ]);
}

function fromTitle({ title, abstract }: Passage, row: number, index: WordIndex, random: Random): KnownItem[] {
  const telling = wordsIn(title).filter(({ surface }) => !queryStopWords.has(surface));
  if (telling.length === 0 || wordsIn(abstract).length < SENTENCE_WORDS.least) return [];
  const rest = { title: '', abstract };
  const length = 1 + Math.floor(random() * 3);
  const phrase = rarestRun(telling, Math.min(length, telling.length), index);
  return [
    { kind: 'title', query: title, row, rest },
    { kind: 'phrase', query: title.slice(phrase[0].start, phrase[phrase.length - 1].end), row, rest },
  ];
}

/** The neighboring words that fewest papers have, by the sum of their rarities; the first among equals. */
function rarestRun(words: readonly Word[], length: number, index: WordIndex): readonly Word[] {
  const rarity = words.map(({ stem }) => -Math.log(1 + papersWithStem(index, findWord(index.stems, stem))));
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let from = 0; from + length <= words.length; from++) {
    const sum = rarity.slice(from, from + length).reduce((total, one) => total + one, 0);
    if (sum > most) [most, best] = [sum, from];
  }
  return words.slice(best, best + length);
}

function fromAbstract({ title, abstract }: Passage, row: number, random: Random): KnownItem[] {
  const spans = sentences(abstract);
  if (spans.length < 2) return [];
  const items: KnownItem[] = [];
  const without = (start: number, end: number): Passage => ({
    title,
    abstract: `${abstract.slice(0, start)} ${abstract.slice(end)}`,
  });
  const { start, end } = spans[Math.floor(random() * spans.length)];
  const sentence = abstract.slice(start, end);
  const words = wordsIn(sentence);
  if (words.length >= SENTENCE_WORDS.least && words.length <= SENTENCE_WORDS.most) {
    items.push({ kind: 'sentence', query: sentence, row, rest: without(start, end) });
    const length = SPAN_WORDS.least + Math.floor(random() * (SPAN_WORDS.most - SPAN_WORDS.least + 1));
    const from = Math.floor(random() * Math.max(1, words.length - length + 1));
    const run = words.slice(from, from + length);
    const query = sentence.slice(run[0].start, run[run.length - 1].end);
    items.push({ kind: 'span', query, row, rest: without(start, end) });
  }
  const middle = spans[spans.length >> 1].start;
  items.push({
    kind: 'half',
    query: abstract.slice(0, middle),
    row,
    rest: { title, abstract: abstract.slice(middle) },
  });
  return items;
}
