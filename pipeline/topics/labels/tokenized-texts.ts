/** Texts as integers: the form in which phrases are counted. */
import { type CooperativeTask, inChunks } from '../../core/cooperative.ts';
import type { Passage } from '../../core/paper.ts';
import { classifyWord, scanWords, type Word } from './words.ts';

/** Tokens below 0 are breaks, which no phrase crosses. */
export const PUNCTUATION = -1;
const STOP_WORD = -2;
/** 'the', 'our'. Rarely follows a noun, often a verb. */
export const DETERMINER = -3;
/** 'can', 'we'. Often precedes a verb. */
export const VERB_CUE = -4;

/** `Word.kind` as a number. */
export const CONNECTOR = 0;
const GENERIC = 1;
export const CONTENT = 2;

/**
 * Tokenized titles and abstracts. A **surface** is a spelling of a word ('Agents'), a **lemma** its normalized form
 * ('agent'); both are numbered in the order in which they first occur.
 */
export interface TokenizedTexts {
  readonly count: number;
  /** Text i is tokens[offsets[i]] … tokens[offsets[i+1]−1], the title first. */
  readonly offsets: Int32Array;
  /** Index in `tokens` at which the abstract of each text starts. */
  readonly abstractStarts: Int32Array;
  /** The number of a surface, or a break below 0. */
  readonly tokens: Int32Array;
  readonly surfaces: readonly string[];
  readonly lemmaOfSurface: Int32Array;
  readonly lemmas: readonly string[];
  /** CONNECTOR, GENERIC or CONTENT, by lemma. */
  readonly kinds: Uint8Array;
}

const DETERMINERS = new Set('a an our its their this these each every both any how what your his her'.split(' '));
const VERB_CUES = new Set('we can could may might will would should they it cannot not'.split(' '));
const KIND_NUMBERS: Readonly<Record<Word['kind'], number>> = {
  connector: CONNECTOR,
  generic: GENERIC,
  content: CONTENT,
};

/** Tokenizes the papers of `rows`, in that order. */
export function* tokenizeTexts(papers: readonly Passage[], rows: Int32Array): CooperativeTask<TokenizedTexts> {
  const tokenOfWord = new Map<string, number>();
  const numberOfLemma = new Map<string, number>();
  const surfaces: string[] = [];
  const lemmaOfSurface: number[] = [];
  const lemmas: string[] = [];
  const kinds: number[] = [];
  const newToken = (surface: string): number => {
    const word = classifyWord(surface);
    if (!word) return breakToken(surface.toLowerCase());
    let lemma = numberOfLemma.get(word.lemma);
    if (lemma === undefined) {
      lemma = lemmas.length;
      numberOfLemma.set(word.lemma, lemma);
      lemmas.push(word.lemma);
      kinds.push(KIND_NUMBERS[word.kind]);
    }
    surfaces.push(surface);
    lemmaOfSurface.push(lemma);
    return surfaces.length - 1;
  };

  let tokens = new Int32Array(1 << 16);
  let length = 0;
  const push = (token: number) => {
    if (length === tokens.length) {
      const larger = new Int32Array(length * 2);
      larger.set(tokens);
      tokens = larger;
    }
    tokens[length++] = token;
  };
  const onWord = (surface: string) => {
    let token = tokenOfWord.get(surface);
    if (token === undefined) {
      token = newToken(surface);
      tokenOfWord.set(surface, token);
    }
    push(token);
  };
  const onBreak = () => push(PUNCTUATION);
  const offsets = new Int32Array(rows.length + 1);
  const abstractStarts = new Int32Array(rows.length);
  yield* inChunks(rows.length, (from, to) => {
    for (let text = from; text < to; text++) {
      const { title, abstract } = papers[rows[text]];
      scanWords(title, onWord, onBreak);
      push(PUNCTUATION);
      abstractStarts[text] = length;
      scanWords(abstract, onWord, onBreak);
      push(PUNCTUATION);
      offsets[text + 1] = length;
    }
  });
  return {
    count: rows.length,
    offsets,
    abstractStarts,
    tokens: tokens.slice(0, length),
    surfaces,
    lemmaOfSurface: Int32Array.from(lemmaOfSurface),
    lemmas,
    kinds: Uint8Array.from(kinds),
  };
}

function breakToken(lower: string): number {
  if (DETERMINERS.has(lower)) return DETERMINER;
  return VERB_CUES.has(lower) ? VERB_CUE : STOP_WORD;
}
