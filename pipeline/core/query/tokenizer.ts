import { type Key, keys } from './ast.ts';

/**
 * Cuts a query into pieces, from left to right and without a look at what a value says.
 *
 * The pieces of the running text are cut the same way when everything else is taken out of it; `parse` and `print` lean
 * on that. It holds because a quote that could open a phrase but does not has no further quote after it, so nothing that
 * is taken out later could have kept two quotes apart.
 */

interface Piece {
  /** Half-open range of UTF-16 code units. */
  readonly from: number;
  readonly to: number;
}

/** `"…"` in running text. */
export interface PhraseToken extends Piece {
  readonly kind: 'phrase';
  /** What stands between the quotes. */
  readonly text: string;
}

/** `-word` or `-"a phrase"`. */
export interface ExclusionToken extends Piece {
  readonly kind: 'exclusion';
  readonly text: string;
  readonly isQuoted: boolean;
}

/** `key:value` or `-key:value`. */
export interface KeyToken extends Piece {
  readonly kind: 'key';
  readonly key: Key;
  readonly isNegated: boolean;
  /** Where the value begins, its quote included. */
  readonly valueFrom: number;
  /** Without quotes. */
  readonly value: string;
  /** `unclosed`: the value's quote never ends. `glued`: something follows its closing quote without a space. */
  readonly fault: 'unclosed' | 'glued' | null;
}

export type Token = ({ readonly kind: 'text' } & Piece) | PhraseToken | ExclusionToken | KeyToken;

/** Phones write curly quotes; all of them open and close alike. */
const QUOTE = '"“”„';

const KEY = new RegExp(`(-?)(${keys.join('|')}):(?=\\S)`, 'iy');
// In a straight-quoted value two quotes stand for one, so that any id can be written.
const QUOTED_VALUE = new RegExp(`"((?:[^"]|"")*)"|[“”„]([^${QUOTE}]*)[${QUOTE}]`, 'y');
const EXCLUDED_PHRASE = new RegExp(`-[${QUOTE}]([^${QUOTE}]*)[${QUOTE}][.,;:!?)]*`, 'y');
const EXCLUDED_WORD = /-(\p{L}\S*)/uy;
const PHRASE = new RegExp(`[${QUOTE}]([^${QUOTE}]*)[${QUOTE}]`, 'y');
const RUN = new RegExp(`[^\\s${QUOTE}]+`, 'y');
const SPACE = /\s*/y;
const NOT_SPACE = /\S+/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Every character but white space belongs to exactly one token; the tokens ascend. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += matchAt(SPACE, text, at)![0].length;
    if (at === text.length) break;
    const before = tokens.at(-1);
    // Directly after an exclusion a new piece begins as well: taking it out leaves a space.
    const isStart = before === undefined || before.to < at || before.kind === 'exclusion';
    const token = (isStart && (keyAt(text, at) ?? exclusionAt(text, at))) || textAt(text, at, isStart);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function keyAt(text: string, from: number): KeyToken | null {
  const found = matchAt(KEY, text, from);
  if (!found) return null;
  const valueFrom = from + found[0].length;
  const key = found[2].toLowerCase() as Key;
  const piece = { kind: 'key', from, key, isNegated: found[1] === '-', valueFrom } as const;
  const run = matchAt(NOT_SPACE, text, valueFrom)![0];
  if (!QUOTE.includes(run[0])) return { ...piece, to: valueFrom + run.length, value: run, fault: null };

  const quoted = matchAt(QUOTED_VALUE, text, valueFrom);
  if (!quoted) return { ...piece, to: valueFrom + run.length, value: run.slice(1), fault: 'unclosed' };
  const to = valueFrom + quoted[0].length;
  const value = quoted[1]?.replaceAll('""', '"') ?? quoted[2];
  const rest = matchAt(NOT_SPACE, text, to)?.[0] ?? '';
  return { ...piece, to: to + rest.length, value, fault: rest === '' ? null : 'glued' };
}

function exclusionAt(text: string, from: number): Token | null {
  const phrase = matchAt(EXCLUDED_PHRASE, text, from);
  if (phrase) {
    const to = from + phrase[0].length;
    return hasWord(phrase[1])
      ? { kind: 'exclusion', from, to, text: phrase[1], isQuoted: true }
      : { kind: 'text', from, to };
  }
  const word = matchAt(EXCLUDED_WORD, text, from);
  return word && { kind: 'exclusion', from, to: from + word[0].length, text: word[1], isQuoted: false };
}

/** A phrase, or a run of characters up to the next space or quote. */
function textAt(text: string, from: number, isStart: boolean): Token {
  const run = matchAt(RUN, text, from);
  if (run) return { kind: 'text', from, to: from + run[0].length };
  // A quote within a word opens nothing: 5", K\"ahler.
  const opens = isStart || '([{—'.includes(text[from - 1]);
  const phrase = opens ? matchAt(PHRASE, text, from) : null;
  if (!phrase) return { kind: 'text', from, to: from + 1 };
  const to = from + phrase[0].length;
  return hasWord(phrase[1]) ? { kind: 'phrase', from, to, text: phrase[1] } : { kind: 'text', from, to };
}

/** Without a letter or a digit there is nothing to look for: `" "` is text, and keeps its two quotes together. */
function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
