/** Texts as integers: the form in which phrases are counted. */
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import type { PaperText } from '../../core/paper.ts';
import { classifyWord, scanWords, type Word } from './words.ts';

/** The token of a run of punctuation. Tokens below 0 are breaks, which no phrase crosses. */
export const PUNCTUATION_TOKEN = -1;
const STOP_WORD_TOKEN = -2;
/** The token of a determiner ('a', 'our'): the word before it is often a verb, rarely a noun. */
export const DETERMINER_TOKEN = -3;
/** The token of a word after which a verb is likely ('can', 'we'). */
export const VERB_CUE_TOKEN = -4;

/** Numbers for the three kinds of words (`Word.kind`). */
export const CONNECTOR_WORD = 0;
const GENERIC_WORD = 1;
export const CONTENT_WORD = 2;

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
  /** The tokens of all texts: each is the number of a surface, or below 0 for a break. */
  readonly tokens: Int32Array;
  readonly surfaces: readonly string[];
  readonly lemmaOfSurface: Int32Array;
  readonly lemmas: readonly string[];
  /** The kind of each lemma: CONNECTOR_WORD, GENERIC_WORD or CONTENT_WORD. */
  readonly kinds: Uint8Array;
}

const DETERMINERS = new Set('a an our its their this these each every both any how what your his her'.split(' '));
const VERB_CUES = new Set('we can could may might will would should they it cannot not'.split(' '));
const KIND_NUMBERS: Readonly<Record<Word['kind'], number>> = {
  connector: CONNECTOR_WORD,
  generic: GENERIC_WORD,
  content: CONTENT_WORD,
};

/** Tokenizes the titles and abstracts of the papers of `rows`, in the order of `rows`. */
export function* tokenizeTexts(papers: readonly PaperText[], rows: Int32Array): CooperativeTask<TokenizedTexts> {
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
  const onBreak = () => push(PUNCTUATION_TOKEN);
  const offsets = new Int32Array(rows.length + 1);
  const abstractStarts = new Int32Array(rows.length);
  yield* processInChunks(rows.length, (from, to) => {
    for (let text = from; text < to; text++) {
      const { title, abstract } = papers[rows[text]];
      scanWords(title, onWord, onBreak);
      push(PUNCTUATION_TOKEN);
      abstractStarts[text] = length;
      scanWords(abstract, onWord, onBreak);
      push(PUNCTUATION_TOKEN);
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
  if (DETERMINERS.has(lower)) return DETERMINER_TOKEN;
  return VERB_CUES.has(lower) ? VERB_CUE_TOKEN : STOP_WORD_TOKEN;
}
