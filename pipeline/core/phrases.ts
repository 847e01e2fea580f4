import { companionWords, joiningWords, stopWords } from './stop-words.ts';

/** A word of a text: as it stands there, and folded so that 'Agents' and 'agent' are one. */
export interface Word {
  readonly surface: string;
  readonly key: string;
  /** `companion`: in a phrase but not alone. `joining`: inside a phrase, never at its ends. */
  readonly kind: 'telling' | 'companion' | 'joining';
}

/**
 * The words of a text in runs that a phrase may not cross: punctuation, LaTeX, addresses and bare numbers end a run.
 * Hyphenated words are one word.
 */
export function wordRuns(text: string): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  const plain = text
    .replace(
      /\$\$[^$]{0,400}\$\$|\$[^$]{0,200}\$|\\\[.{0,400}?\\\]|\\\(.{0,200}?\\\)|\\[a-zA-Z]+(?:\{[^}]{0,80}\})?|https?:\S+|www\.\S+/g,
      ' | ',
    )
    .replace(/[’‘]/g, "'");
  const close = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (const [piece, surface] of plain.matchAll(/([\p{L}\p{N}]+(?:[-'][\p{L}\p{N}]+)*)|[^\s\p{L}\p{N}]+/gu)) {
    const word = surface === undefined ? undefined : wordOf(piece.replace(/'s$/, ''));
    if (word) run.push(word);
    else close();
  }
  close();
  return runs;
}

/** The word, or undefined for what ends a run: a stop word, a bare number, a single letter. */
function wordOf(surface: string): Word | undefined {
  const lower = surface.toLowerCase();
  if (lower.length < 2 || !/\p{L}/u.test(lower)) return undefined;
  const key = foldWord(lower);
  if (joiningWords.has(lower)) return { surface, key, kind: 'joining' };
  if (stopWords.has(lower) || stopWords.has(key)) return undefined;
  return { surface, key, kind: companionWords.has(lower) || companionWords.has(key) ? 'companion' : 'telling' };
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
