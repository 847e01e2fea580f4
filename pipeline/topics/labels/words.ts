import { companionWords, joiningWords, stopWords } from '../../core/stop-words.ts';

/** A word of a text: as it stands there, and folded so that 'Agents' and 'agent' are one. */
export interface Word {
  readonly surface: string;
  readonly key: string;
  /** `companion`: in a phrase but not alone. `joining`: inside a phrase, never at its ends. */
  readonly kind: 'telling' | 'companion' | 'joining';
}

/** LaTeX and addresses: nothing of them is a word. */
const NO_WORDS =
  /\$\$[^$]{0,400}\$\$|\$[^$]{0,200}\$|\\\[.{0,400}?\\\]|\\\(.{0,200}?\\\)|\\[a-zA-Z]+(?:\{[^}]{0,80}\})?|\^\{?[a-z]+\}?|https?:\S+|www\.\S+/g;
/** A point between digits belongs to its word: 'Qwen3.5' and 'v0.1' are versions, not ends of sentences. */
const PIECE = /([\p{L}\p{N}]+(?:(?:[-']|(?<=\p{N})\.(?=\p{N}))[\p{L}\p{N}]+)*)|[^\s\p{L}\p{N}]+/gu;

/**
 * Tells the words of a text in order as they stand there, stop words too, and `onBreak` where punctuation, LaTeX or an
 * address parts them. Hyphenated words are one word; a possessive is its word.
 */
export function scanWords(text: string, onWord: (surface: string) => void, onBreak: () => void): void {
  const plain = text.replace(NO_WORDS, ' | ').replace(/[’‘]/g, "'");
  for (const [piece, surface] of plain.matchAll(PIECE)) {
    if (surface === undefined) onBreak();
    else onWord(piece.endsWith("'s") ? piece.slice(0, -2) : piece);
  }
}

/**
 * The words of a text in runs that a phrase may not cross: stop words, punctuation, LaTeX, addresses and bare numbers end
 * a run. Hyphenated words are one word.
 */
export function wordRuns(text: string): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  const close = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const add = (surface: string) => {
    const word = wordOf(surface);
    if (word) run.push(word);
    else close();
  };
  scanWords(text, add, close);
  close();
  return runs;
}

/** The word, or undefined for what ends a run: a stop word, an adverb, a bare number, a single letter. */
export function wordOf(surface: string): Word | undefined {
  const lower = surface.toLowerCase();
  if (lower.length < 2 || !/\p{L}/u.test(lower)) return undefined;
  // 'VLAs' are VLA, which folding alone takes for a word in -as.
  const key = /^\p{Lu}[\p{Lu}\p{N}]+s$/u.test(surface) ? lower.slice(0, -1) : foldWord(lower);
  if (joiningWords.has(lower)) return { surface, key, kind: 'joining' };
  if (stopWords.has(lower) || stopWords.has(key) || isAdverb(lower)) return undefined;
  return { surface, key, kind: companionWords.has(lower) || companionWords.has(key) ? 'companion' : 'telling' };
}

/** Nouns that look like adverbs. */
const NOUNS_IN_LY = new Set(['anomaly', 'assembly', 'butterfly', 'family', 'italy', 'monopoly', 'subfamily', 'supply']);

/** 'dynamically' names nothing, whatever stands beside it. */
function isAdverb(lower: string): boolean {
  return lower.length > 5 && lower.endsWith('ly') && !NOUNS_IN_LY.has(lower);
}

/** Folds English plurals: enough to count 'policies' with 'policy', careful enough to leave 'bias' and 'class' alone. */
export function foldWord(lower: string): string {
  if (lower.length <= 3 || !lower.endsWith('s') || /(?:ss|us|is|as|aos|smos)$/.test(lower)) return lower;
  if (lower.endsWith('ies') && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes|zzes)$/.test(lower) && !/(?:caches|axes)$/.test(lower)) return lower.slice(0, -2);
  return lower.slice(0, -1);
}

/**
 * Whether two folded words are forms of one: a long common beginning ('robot', 'robotic'; 'personalize',
 * 'personalization'). Coarser than a stemmer, and meant to be: two keywords that look alike say one thing.
 */
export function lookAlike(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  let common = 0;
  while (common < shorter && a[common] === b[common]) common++;
  return common >= Math.max(5, shorter * 0.75) || (common === shorter && shorter >= 4);
}

/** The first letters of a phrase's words: 'rag' for 'retrieval-augmented generation'. */
export function initials(phrase: string): string {
  return phrase
    .split(/[ -]/)
    .map((word) => word.charAt(0))
    .join('');
}
