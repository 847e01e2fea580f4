import { type Random, sampleRows, seededRandom } from '../../core/algorithms/random.ts';
import type { Passage } from '../../core/paper.ts';
import { splitSentences } from '../../core/sentences.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import { type Word, wordsIn } from '../lexical/analyzer.ts';
import { documentFrequency, findWord, type InvertedIndex } from '../lexical/inverted-index.ts';

/** A query with a known answer: a span that is held out of a paper and must find the rest of it. */
export interface KnownItem {
  readonly kind: 'title' | 'phrase' | 'sentence' | 'span' | 'half';
  readonly query: string;
  readonly row: number;
  /** The paper without the span. */
  readonly rest: Passage;
}

/** Papers that known items are made of. */
const SAMPLE_SIZE = 200;
/** Lengths in words of a sentence that is used, and of a span within it. */
const SENTENCE_WORDS = { min: 8, max: 40 };
const SPAN_WORDS = { min: 6, max: 12 };

/**
 * Known items of every length, without judgments: the rarest one to three adjacent words of a title, the title, a span of a
 * sentence, the sentence, the first half of the abstract.
 */
export function knownItems(papers: readonly Passage[], words: InvertedIndex, seed: number): KnownItem[] {
  const random = seededRandom(seed);
  return Array.from(sampleRows(papers.length, SAMPLE_SIZE, random)).flatMap((row) => [
    ...fromTitle(papers[row], row, words, random),
    ...fromAbstract(papers[row], row, random),
  ]);
}

function fromTitle({ title, abstract }: Passage, row: number, index: InvertedIndex, random: Random): KnownItem[] {
  const content = wordsIn(title).filter(({ surface }) => !queryStopWords.has(surface));
  if (content.length === 0 || wordsIn(abstract).length < SENTENCE_WORDS.min) return [];
  const rest = { title: '', abstract };
  const length = 1 + Math.floor(random() * 3);
  const phrase = rarestRun(content, Math.min(length, content.length), index);
  return [
    { kind: 'title', query: title, row, rest },
    { kind: 'phrase', query: title.slice(phrase[0].start, phrase[phrase.length - 1].end), row, rest },
  ];
}

/** The adjacent words with the highest sum of idf; the first of equals. */
function rarestRun(words: readonly Word[], length: number, index: InvertedIndex): readonly Word[] {
  const rarity = words.map(({ stem }) => -Math.log(1 + documentFrequency(index, findWord(index.stems, stem))));
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let from = 0; from + length <= words.length; from++) {
    const sum = rarity.slice(from, from + length).reduce((total, one) => total + one, 0);
    if (sum > most) [most, best] = [sum, from];
  }
  return words.slice(best, best + length);
}

function fromAbstract({ title, abstract }: Passage, row: number, random: Random): KnownItem[] {
  const spans = splitSentences(abstract);
  if (spans.length < 2) return [];
  const items: KnownItem[] = [];
  const without = (start: number, end: number): Passage => ({
    title,
    abstract: `${abstract.slice(0, start)} ${abstract.slice(end)}`,
  });
  const { start, end } = spans[Math.floor(random() * spans.length)];
  const sentence = abstract.slice(start, end);
  const words = wordsIn(sentence);
  if (words.length >= SENTENCE_WORDS.min && words.length <= SENTENCE_WORDS.max) {
    items.push({ kind: 'sentence', query: sentence, row, rest: without(start, end) });
    const length = SPAN_WORDS.min + Math.floor(random() * (SPAN_WORDS.max - SPAN_WORDS.min + 1));
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
