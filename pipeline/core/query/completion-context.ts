import { type Key, keys } from './ast.ts';
import { type KeyToken, tokenize } from './tokenizer.ts';

/** What each key does, in a few words, for the list of completions. */
export const keyDescriptions: Readonly<Record<Key, string>> = {
  like: 'papers similar to one',
  not: 'papers not similar to one',
  topic: 'papers of a topic',
  org: 'of an organization',
  author: 'of an author',
  category: 'of a category',
  since: 'from a date',
  until: 'up to a date',
  authors: 'by number of authors',
  comments: 'by number of comments',
  has: 'papers with code',
  within: 'in a region of the map',
  sort: 'sort order',
};

/** What is being typed at the cursor. */
export interface Completion {
  /** A key: its value is being typed. `key`: the start of a key. `word`: any other word, or none yet. */
  readonly kind: Key | 'key' | 'word';
  /** The part before the cursor, without quotes. */
  readonly prefix: string;
  /**
   * Half-open range of UTF-16 offsets that a completion replaces. For a value: everything after the colon, including quotes
   * (`printValue` adds new ones). For a key: without its minus, with its colon if it has one.
   */
  readonly from: number;
  readonly to: number;
}

const EMPTY_VALUE = new RegExp(`(?:^|\\s)-?(${keys.join('|')}):$`, 'i');
const WORD_BEFORE = /[\p{L}\p{N}\p{M}]+(?:[-'’][\p{L}\p{N}\p{M}]*)*$/u;
/** How far back a word is searched for, in UTF-16 units: the search is quadratic in it. */
const MAX_WORD_LENGTH = 100;
const WORD_AFTER = /^[\p{L}\p{N}\p{M}]*/u;

/**
 * What is being typed at the cursor. Never throws: a query is mostly invalid while it is being typed.
 *
 * @param cursor UTF-16 offset as in a text field; clamped to the text
 */
export function completionAt(text: string, cursor: number): Completion {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const tokens = tokenize(text);
  // After an unclosed value another key may follow: the later one is being typed.
  const lastKey = tokens.findLast(({ kind, from }) => kind === 'key' && from < at);
  const token = tokens.find(
    (one): one is KeyToken =>
      one.kind === 'key' && one.from <= at && (at <= one.to || (one.fault === 'unclosed' && one === lastKey)),
  );
  if (token) return token.valueFrom <= at ? completedValue(text, token, at) : completedKey(text, token, at);

  const empty = EMPTY_VALUE.exec(text.slice(0, at));
  if (empty) return { kind: empty[1].toLowerCase() as Key, prefix: '', from: at, to: at };

  const prefix = WORD_BEFORE.exec(text.slice(Math.max(0, at - MAX_WORD_LENGTH), at))?.[0] ?? '';
  const from = at - prefix.length;
  const to = at + WORD_AFTER.exec(text.slice(at))![0].length;
  const isInPhrase = tokens.some((one) => one.kind === 'phrase' && one.from < at && at < one.to);
  const mayBeKey = !isInPhrase && prefix !== '' && /(?:^|\s)-?$/.test(text.slice(0, from));
  const isKey = mayBeKey && keys.some((key) => key.startsWith(prefix.toLowerCase()));
  return { kind: isKey ? 'key' : 'word', prefix, from, to };
}

/** Keys whose values are names: people type the spaces in them before they think of quotes. */
const NAME_KEYS: ReadonlySet<Key> = new Set(['like', 'not', 'topic', 'org', 'author']);
/** In UTF-16 units. */
const MAX_NAME_LENGTH = 120;

/** A name with spaces that is being typed without quotes; the range is that of a completion. */
export interface UnquotedName extends Completion {
  readonly kind: Key;
  /** The part that the parser takes for the value. */
  readonly value: string;
}

/**
 * A name of several words that is being typed without quotes, as in `topic:robot gras`; null if there is none at the cursor. For
 * the parser the value ends at the first space; whether the rest belongs to the name depends on the existing names.
 *
 * @param cursor as in `completionAt`
 */
export function unquotedNameAt(text: string, cursor: number): UnquotedName | null {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const before = tokenize(text.slice(0, at));
  const key = before.findLast((one): one is KeyToken => one.kind === 'key');
  if (!key || !NAME_KEYS.has(key.key) || key.fault !== null || key.to >= at || at - key.valueFrom > MAX_NAME_LENGTH)
    return null;
  if (/^["“”„]/.test(text.slice(key.valueFrom))) return null;
  if (before.some((one) => one.from >= key.to && one.kind !== 'text')) return null;
  const to = at + /^\S*/.exec(text.slice(at))![0].length;
  return { kind: key.key, value: key.value, prefix: text.slice(key.valueFrom, at), from: key.valueFrom, to };
}

function completedValue(text: string, { key, valueFrom, to, fault }: KeyToken, at: number): Completion {
  const written = text.slice(valueFrom, at);
  const isQuoted = /^["“”„]/.test(text.slice(valueFrom));
  const isClosed = isQuoted && fault === null && at === to && at > valueFrom + 1;
  const prefix = isQuoted ? written.slice(1, isClosed ? -1 : undefined).replaceAll('""', '"') : written;
  // An open quote reaches to the end of the text: only what is at the cursor is replaced.
  const end = fault === null ? to : at + /^\S*/.exec(text.slice(at))![0].length;
  return { kind: key, prefix, from: valueFrom, to: end };
}

function completedKey(text: string, { from, isNegated, valueFrom }: KeyToken, at: number): Completion {
  const start = Math.min(from + (isNegated ? 1 : 0), at);
  return { kind: 'key', prefix: text.slice(start, at), from: start, to: valueFrom };
}
