/**
 * Splits a query into tokens, left to right, without interpreting values.
 *
 * The running text is tokenized the same way after keys and exclusions are removed from it; parser and printer rely on that.
 * It holds because a quote that could open a phrase but does not is the last quote of the text, so no removed token could
 * have separated two quotes.
 */
import { type Key, keys } from './ast.ts';

interface TokenRange {
  /** Half-open range of UTF-16 offsets. */
  readonly from: number;
  readonly to: number;
}

/** `"…"` in running text. */
export interface PhraseToken extends TokenRange {
  readonly kind: 'phrase';
  /** Without the quotes. */
  readonly text: string;
}

/** `-word` or `-"a phrase"`. */
export interface ExclusionToken extends TokenRange {
  readonly kind: 'exclusion';
  readonly text: string;
  readonly isQuoted: boolean;
}

/** `key:value` or `-key:value`. */
export interface KeyToken extends TokenRange {
  readonly kind: 'key';
  readonly key: Key;
  readonly isNegated: boolean;
  /** Where the value starts, including its quote. */
  readonly valueFrom: number;
  /** Without quotes. */
  readonly value: string;
  /** `unclosed`: the value's quote is never closed. `glued`: text follows the closing quote without a space. */
  readonly fault: 'unclosed' | 'glued' | null;
}

export type Token = ({ readonly kind: 'text' } & TokenRange) | PhraseToken | ExclusionToken | KeyToken;

/** Phones insert curly quotes: every kind opens and closes. */
const QUOTE = '"“”„';

const KEY = new RegExp(`(-?)(${keys.join('|')}):(?=\\S)`, 'iy');
// In a straight-quoted value a doubled quote is a literal one, so that any id can be written.
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

/** Every character that is not white space belongs to exactly one token; tokens are in order. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += matchAt(SPACE, text, at)![0].length;
    if (at === text.length) break;
    const previous = tokens.at(-1);
    // A token starts directly after an exclusion too: removing that leaves a space.
    const isStart = previous === undefined || previous.to < at || previous.kind === 'exclusion';
    const token = (isStart && (keyAt(text, at) ?? exclusionAt(text, at))) || textAt(text, at, isStart);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function keyAt(text: string, from: number): KeyToken | null {
  const match = matchAt(KEY, text, from);
  if (!match) return null;
  const valueFrom = from + match[0].length;
  const key = match[2].toLowerCase() as Key;
  const token = { kind: 'key', from, key, isNegated: match[1] === '-', valueFrom } as const;
  const run = matchAt(NOT_SPACE, text, valueFrom)![0];
  if (!QUOTE.includes(run[0])) return { ...token, to: valueFrom + run.length, value: run, fault: null };

  const quoted = matchAt(QUOTED_VALUE, text, valueFrom);
  if (!quoted) return { ...token, to: valueFrom + run.length, value: run.slice(1), fault: 'unclosed' };
  const to = valueFrom + quoted[0].length;
  const value = quoted[1]?.replaceAll('""', '"') ?? quoted[2];
  const rest = matchAt(NOT_SPACE, text, to)?.[0] ?? '';
  return { ...token, to: to + rest.length, value, fault: rest === '' ? null : 'glued' };
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
  // A quote inside a word does not open a phrase: 5", K\"ahler.
  const opens = isStart || '([{—'.includes(text[from - 1]);
  const phrase = opens ? matchAt(PHRASE, text, from) : null;
  if (!phrase) return { kind: 'text', from, to: from + 1 };
  const to = from + phrase[0].length;
  return hasWord(phrase[1]) ? { kind: 'phrase', from, to, text: phrase[1] } : { kind: 'text', from, to };
}

/** Without a letter or a digit there is nothing to search for: `" "` is text, so that its two quotes stay together. */
function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
