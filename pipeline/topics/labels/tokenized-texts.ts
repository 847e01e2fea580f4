import { type Steps, spans } from '../../core/cooperative.ts';
import type { Passage } from '../../core/paper.ts';
import { scanWords, wordOf } from './words.ts';

/** What stands between two words that no phrase may cross, as a code below 0 in a text. */
export const SIGN = -1;
const STOP_WORD = -2;
/** 'the', 'our': a noun is seldom followed by one, a verb often. */
export const DETERMINER = -3;
/** 'can', 'we': a verb often follows one. */
export const VERB_SIGN = -4;

/** What a word may be in a phrase, as `Word.kind` of core/phrases.ts has it. */
export const JOINING = 0;
const COMPANION = 1;
export const TELLING = 2;

/**
 * Texts as numbers. A **key** is a folded word ('agent'), a **surface** a way in which it is written ('Agents'). The codes
 * of text i stand at `starts[i]` … `starts[i + 1]`, title first: a surface's number, or below 0 a break. `abstracts[i]` is
 * where the abstract begins.
 */
export interface WordTexts {
  readonly count: number;
  readonly starts: Int32Array;
  readonly abstracts: Int32Array;
  readonly codes: Int32Array;
  readonly surfaces: readonly string[];
  readonly keyOfSurface: Int32Array;
  readonly keys: readonly string[];
  /** JOINING, COMPANION or TELLING, by key. */
  readonly kinds: Uint8Array;
}

const determiners = new Set('a an our its their this these each every both any how what your his her'.split(' '));
const verbSigns = new Set('we can could may might will would should they it cannot not'.split(' '));
const kindNumbers = { joining: JOINING, companion: COMPANION, telling: TELLING } as const;

/** Papers between two steps: a few milliseconds. */
const PAPERS_A_STEP = 64;

/** Reads the papers of `rows`, in that order; each word is looked at once, however often it stands in them. */
export function* readWordTexts(papers: readonly Passage[], rows: Int32Array): Steps<WordTexts> {
  const codeOfWord = new Map<string, number>();
  const numberOfKey = new Map<string, number>();
  const surfaces: string[] = [];
  const keyOfSurface: number[] = [];
  const keys: string[] = [];
  const kinds: number[] = [];
  const codeOf = (surface: string): number => {
    const word = wordOf(surface);
    if (!word) return breakOf(surface.toLowerCase());
    let key = numberOfKey.get(word.key);
    if (key === undefined) {
      key = keys.length;
      numberOfKey.set(word.key, key);
      keys.push(word.key);
      kinds.push(kindNumbers[word.kind]);
    }
    surfaces.push(surface);
    keyOfSurface.push(key);
    return surfaces.length - 1;
  };

  let codes = new Int32Array(1 << 16);
  let length = 0;
  const push = (code: number) => {
    if (length === codes.length) {
      const larger = new Int32Array(length * 2);
      larger.set(codes);
      codes = larger;
    }
    codes[length++] = code;
  };
  const onWord = (surface: string) => {
    let code = codeOfWord.get(surface);
    if (code === undefined) {
      code = codeOf(surface);
      codeOfWord.set(surface, code);
    }
    push(code);
  };
  const onBreak = () => push(SIGN);
  const starts = new Int32Array(rows.length + 1);
  const abstracts = new Int32Array(rows.length);
  const read = (row: number, i: number) => {
    scanWords(papers[row].title, onWord, onBreak);
    push(SIGN);
    abstracts[i] = length;
    scanWords(papers[row].abstract, onWord, onBreak);
    push(SIGN);
    starts[i + 1] = length;
  };
  yield* spans(rows.length, PAPERS_A_STEP, (from, to) => {
    for (let i = from; i < to; i++) read(rows[i], i);
  });
  return {
    count: rows.length,
    starts,
    abstracts,
    codes: codes.slice(0, length),
    surfaces,
    keyOfSurface: Int32Array.from(keyOfSurface),
    keys,
    kinds: Uint8Array.from(kinds),
  };
}

function breakOf(lower: string): number {
  if (determiners.has(lower)) return DETERMINER;
  return verbSigns.has(lower) ? VERB_SIGN : STOP_WORD;
}
