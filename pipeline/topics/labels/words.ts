/** Splits texts into words and decides which of them can be in a phrase. */
import { connectorWords, genericWords, stopWords } from '../../core/stop-words.ts';

/** A word of a text: as it is written, normalized, and what it may be in a phrase. */
export interface Word {
  /** The word as it is written in the text: 'Agents'. */
  readonly surface: string;
  /** The word in lower case and singular: 'agent'. */
  readonly lemma: string;
  /**
   * What the word may be in a phrase. `content`: a phrase by itself, or part of one. `generic`: only part of a phrase
   * with a content word. `connector`: inside a phrase, never at its ends.
   */
  readonly kind: 'content' | 'generic' | 'connector';
}

/** Matches LaTeX and URLs, which contain no words of a phrase. */
const NOT_WORDS =
  /\$\$[^$]{0,400}\$\$|\$[^$]{0,200}\$|\\\[.{0,400}?\\\]|\\\(.{0,200}?\\\)|\\[a-zA-Z]+(?:\{[^}]{0,80}\})?|\^\{?[a-z]+\}?|https?:\S+|www\.\S+/g;
/**
 * Matches a word (captured) or punctuation. A dot between digits belongs to the word: 'Qwen3.5' and 'v0.1' are
 * versions.
 */
const TOKEN = /([\p{L}\p{N}]+(?:(?:[-']|(?<=\p{N})\.(?=\p{N}))[\p{L}\p{N}]+)*)|[^\s\p{L}\p{N}]+/gu;

/**
 * Calls `onWord` for each word of a text in order, including stop words, and `onBreak` for each run of punctuation,
 * LaTeX or URL. A hyphenated word is one word; a possessive `'s` is dropped.
 */
export function scanWords(text: string, onWord: (surface: string) => void, onBreak: () => void): void {
  const plain = text.replace(NOT_WORDS, ' | ').replace(/[’‘]/g, "'");
  for (const [token, surface] of plain.matchAll(TOKEN)) {
    if (surface === undefined) onBreak();
    else onWord(token.endsWith("'s") ? token.slice(0, -2) : token);
  }
}

/**
 * Splits a text into runs of words; a phrase never extends over two runs. A stop word, an adverb, punctuation, LaTeX, a
 * URL or a bare number ends a run.
 *
 * @example wordRuns('Diffusion policies for our robots') // lemmas: [diffusion, policy, for], [robot]
 */
export function wordRuns(text: string): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  const endRun = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const add = (surface: string) => {
    const word = classifyWord(surface);
    if (word) run.push(word);
    else endRun();
  };
  scanWords(text, add, endRun);
  endRun();
  return runs;
}

/**
 * Determines the lemma and the kind of a word. Undefined for a word that no phrase contains: a stop word, an adverb, a
 * bare number, a single letter.
 */
export function classifyWord(surface: string): Word | undefined {
  const lower = surface.toLowerCase();
  if (lower.length < 2 || !/\p{L}/u.test(lower)) return undefined;
  // 'VLAs' is the plural of 'VLA'; `singularize` would take it for a singular in -as.
  const isPluralAcronym = /^\p{Lu}[\p{Lu}\p{N}]+s$/u.test(surface);
  const lemma = isPluralAcronym ? lower.slice(0, -1) : singularize(lower);
  if (connectorWords.has(lower)) return { surface, lemma, kind: 'connector' };
  if (stopWords.has(lower) || stopWords.has(lemma) || isAdverb(lower)) return undefined;
  return { surface, lemma, kind: genericWords.has(lower) || genericWords.has(lemma) ? 'generic' : 'content' };
}

/** Nouns that end in -ly, as most adverbs do. */
const NOUNS_IN_LY = new Set(['anomaly', 'assembly', 'butterfly', 'family', 'italy', 'monopoly', 'subfamily', 'supply']);

/** Whether a word is likely an adverb ('dynamically'); adverbs are part of no phrase. */
function isAdverb(lower: string): boolean {
  return lower.length > 5 && lower.endsWith('ly') && !NOUNS_IN_LY.has(lower);
}

/** Turns an English plural into the singular: 'policies' into 'policy'; leaves 'bias' and 'class' alone. */
export function singularize(lower: string): string {
  if (lower.length <= 3 || !lower.endsWith('s') || /(?:ss|us|is|as|aos|smos)$/.test(lower)) return lower;
  if (lower.endsWith('ies') && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes|zzes)$/.test(lower) && !/(?:caches|axes)$/.test(lower)) return lower.slice(0, -2);
  return lower.slice(0, -1);
}

/**
 * Whether two lemmas are probably forms of one word, because they begin alike: 'robot' and 'robotic', 'personalize' and
 * 'personalization'. Coarser than a stemmer on purpose: two keywords that look alike are redundant.
 */
export function haveCommonStem(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  let common = 0;
  while (common < shorter && a[common] === b[common]) common++;
  return common >= Math.max(5, shorter * 0.75) || (common === shorter && shorter >= 4);
}

/**
 * The first letters of the words of a phrase. Each part of a hyphenated word counts: 'rag' for 'retrieval-augmented
 * generation'.
 */
export function initials(phrase: string): string {
  return phrase
    .split(/[ -]/)
    .map((word) => word.charAt(0))
    .join('');
}
