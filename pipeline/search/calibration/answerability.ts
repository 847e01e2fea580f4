import type { MeaningReader } from '../highlight/semantic-highlight.ts';
import type { WordIndex } from '../lexical/inverted-index.ts';
import type { AskedWords } from '../lexical/query-terms.ts';
import type { Ranked } from '../rank.ts';
import { supportOf, supportReader } from './match-features.ts';
import { BAR, type Background, LEAST, percentileOf, strengthOf } from './null-distribution.ts';

/** A text of whose letters the model reads less than this share says nothing to it. Of 25,526 abstracts none has under 99 %. */
const LEAST_READ = 0.5;
/** Of a longer run of letters so many count: an address or a key without a space is not most of a text. */
const LONGEST = 24;
/** The letters of a word; marks belong to them. */
const WORD = /[\p{L}\p{M}]+/gu;

/**
 * Whether most of a text is in words that the model does not know: another script, for one that was trained on English.
 * What such a text is about cannot be judged, and neither can what is near it.
 *
 * @param reader absent where a model's words cannot be looked at: then nothing is said
 */
export function isUnread(text: string, reader: MeaningReader | undefined): boolean {
  if (!reader) return false;
  let [letters, read] = [0, 0];
  for (const [word] of text.matchAll(WORD)) {
    const length = Math.min(word.length, LONGEST);
    letters += length;
    if (reader.reads(word)) read += length;
  }
  return letters > 0 && read < LEAST_READ * letters;
}

/** Ranked papers, with how much each has to do with the question. */
export interface Judged extends Ranked {
  /** Which share of unrelated questions gets a weaker answer than this paper is, in [0, 1]. */
  readonly relevances: Float32Array;
  /** Whether the answers as a whole are stronger than those to unrelated questions are. */
  readonly isAbout: boolean;
}

/** How many papers are offered where nothing is about the question. */
const OFFERED = 3;

/**
 * Says whether anything here is about a question, and leaves out what is no nearer to it than chance: of an answer, the
 * papers weaker than the answer to one unrelated question in two; of none, all but the nearest few.
 *
 * @param question as it was written
 * @param isNamed the first paper was asked for by its id: whatever the question says, it is about that paper
 */
export function judge(
  words: WordIndex,
  asked: AskedWords,
  question: string,
  ranked: Ranked,
  background: Background,
  isNamed = false,
): Judged {
  const read = supportReader(words, asked, question);
  const { evidence } = ranked;
  const pairsOf = new Map(Array.from(evidence.rows, (row, i) => [row, evidence.pairs[i]]));
  const relevances = Float32Array.from(ranked.rows, (row, i) =>
    percentileOf(strengthOf(read(row, ranked.cosines[i], pairsOf.get(row) ?? 0), background), background),
  );
  const strength = strengthOf(supportOf(read, evidence), background);
  const isAbout = isNamed || percentileOf(strength, background) >= BAR;
  const kept = ranked.rows.map((_, i) => i).filter((i) => (isAbout ? i === 0 || relevances[i] >= LEAST : i < OFFERED));
  const pick = <T extends Int32Array | Float32Array>(values: T) => Array.from(kept, (i) => values[i]);
  return {
    ...ranked,
    rows: Int32Array.from(pick(ranked.rows)),
    scores: Float32Array.from(pick(ranked.scores)),
    cosines: Float32Array.from(pick(ranked.cosines)),
    relevances: Float32Array.from(pick(relevances)),
    isAbout,
  };
}
