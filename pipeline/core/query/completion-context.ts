import { type Key, keys } from './ast.ts';
import { type KeyToken, tokenize } from './tokenizer.ts';

/** What each key does, in a few words; `docs/queries.md` says more. */
export const operators: Readonly<Record<Key, string>> = {
  like: 'papers like one',
  not: 'papers unlike one',
  topic: 'papers of a topic',
  org: 'of an organization',
  author: 'of an author',
  category: 'of a category',
  since: 'from a date on',
  until: 'to the end of a date',
  authors: 'by their number',
  comments: 'by their number',
  has: 'papers with code',
  within: 'in a part of the map',
  sort: 'in another order',
};

/** What is being typed, so that the page can offer what it may become. */

export interface Completion {
  /** A key: its value is being typed. `key`: a word with which a key begins. `word`: any other, or none yet. */
  readonly kind: Key | 'key' | 'word';
  /** What of it stands before the cursor, without quotes. */
  readonly prefix: string;
  /**
   * Half-open range of UTF-16 code units that the completion takes the place of. For a value: everything after the
   * colon, quotes included (`printValue` writes a new one). For a key: without its minus, with its colon if it has one.
   */
  readonly from: number;
  readonly to: number;
}

const EMPTY_VALUE = new RegExp(`(?:^|\\s)-?(${keys.join('|')}):$`, 'i');
const WORD_BEFORE = /[\p{L}\p{N}\p{M}]+(?:[-'’][\p{L}\p{N}\p{M}]*)*$/u;
/** How far back a word is looked for, in UTF-16 code units: the search is quadratic in it. */
const LONGEST_WORD = 100;
const WORD_AFTER = /^[\p{L}\p{N}\p{M}]*/u;

/**
 * What is being typed at the cursor. Never throws: a query is mostly not yet right while it is typed.
 *
 * @param cursor in UTF-16 code units from 0, as a text field counts; held within the text
 */
export function completionAt(text: string, cursor: number): Completion {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const tokens = tokenize(text);
  // Of an unclosed value and a key behind it, the later one is being typed.
  const lastKey = tokens.findLast((one) => one.kind === 'key' && one.from < at);
  const token = tokens.find(
    (one): one is KeyToken =>
      one.kind === 'key' && one.from <= at && (at <= one.to || (one.fault === 'unclosed' && one === lastKey)),
  );
  if (token) return token.valueFrom <= at ? completedValue(text, token, at) : completedKey(text, token, at);

  const empty = EMPTY_VALUE.exec(text.slice(0, at));
  if (empty) return { kind: empty[1].toLowerCase() as Key, prefix: '', from: at, to: at };

  const prefix = WORD_BEFORE.exec(text.slice(Math.max(0, at - LONGEST_WORD), at))?.[0] ?? '';
  const from = at - prefix.length;
  const to = at + WORD_AFTER.exec(text.slice(at))![0].length;
  const isInPhrase = tokens.some((one) => one.kind === 'phrase' && one.from < at && at < one.to);
  const mayBeKey = !isInPhrase && prefix !== '' && /(?:^|\s)-?$/.test(text.slice(0, from));
  const isKey = mayBeKey && keys.some((key) => key.startsWith(prefix.toLowerCase()));
  return { kind: isKey ? 'key' : 'word', prefix, from, to };
}

/** Keys whose values are names: people write them as they say them, and think of quotes later. */
const NAMED: ReadonlySet<Key> = new Set(['like', 'not', 'topic', 'org', 'author']);
/** Nobody goes on for longer, in UTF-16 code units. */
const LONGEST_NAME = 120;

/** A name that is being typed without quotes; the range is that of a completion. */
export interface UnquotedName extends Completion {
  readonly kind: Key;
  /** What of it the grammar takes for the value. */
  readonly value: string;
}

/**
 * A name of several words that is being typed without quotes, as in `topic:robot gras`. To the grammar its value ends at
 * the first space, and the rest is running text; whether more than that was meant only who knows the names can tell.
 * null where nothing of the kind is typed at the cursor.
 *
 * @param cursor as in `completionAt`
 */
export function unquotedNameAt(text: string, cursor: number): UnquotedName | null {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const before = tokenize(text.slice(0, at));
  const key = before.findLast((one): one is KeyToken => one.kind === 'key');
  if (!key || !NAMED.has(key.key) || key.fault !== null || key.to >= at || at - key.valueFrom > LONGEST_NAME)
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
  // A quote that is still open reaches to the end of the text: only what stands at the cursor is replaced.
  const end = fault === null ? to : at + /^\S*/.exec(text.slice(at))![0].length;
  return { kind: key, prefix, from: valueFrom, to: end };
}

function completedKey(text: string, { from, isNegated, valueFrom }: KeyToken, at: number): Completion {
  const start = Math.min(from + (isNegated ? 1 : 0), at);
  return { kind: 'key', prefix: text.slice(start, at), from: start, to: valueFrom };
}
