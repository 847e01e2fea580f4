import type { Paper } from '../../core/paper.ts';
import type { PaperColumns } from '../../core/paper-columns.ts';
import { type Key, keys, sortDescriptions, sortOrders } from '../../core/query/ast.ts';
import { canBeExcluded, collapseSpace, type KeyToken, tokenize } from '../../core/query/parser.ts';
import { printValue } from '../../core/query/printer.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import type { TopicRecord } from '../../core/topic-tree.ts';
import type { AuthorIndex } from '../author-index.ts';
import { foldName, wordsIn } from '../lexical/analyzer.ts';
import { findWord, type InvertedIndex, wordAt, wordsWithPrefix } from '../lexical/inverted-index.ts';
import { type IdLookup, titlesWith } from './complete-papers.ts';
import {
  bestMatches,
  type CountedValue,
  completeDates,
  countDates,
  listCategories,
  listOrganizations,
  type NamedValue,
} from './names.ts';

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

/** One completion of a query. */
export interface CompletionItem {
  /** Replaces `q` from `from` to `to`. */
  readonly text: string;
  readonly label: string;
  readonly detail: string;
  readonly kind: 'paper' | 'topic' | 'org' | 'author' | 'category' | 'value' | 'operator' | 'word';
}

/** Completions of a query at a cursor; `from` and `to` are UTF-16 offsets. */
export interface CompletionList {
  readonly from: number;
  readonly to: number;
  readonly items: CompletionItem[];
}

/** What completions are taken from. */
export interface CompletionSource {
  /** By row. */
  readonly ids: readonly string[];
  /** Sorted when first needed. */
  idLookup(): IdLookup;
  readonly invertedIndex: InvertedIndex;
  readonly topics: { readonly records: readonly Pick<TopicRecord, 'id' | 'name' | 'size'>[] };
  readonly columns: PaperColumns;
  /** Read when first needed. */
  authors(): Pick<AuthorIndex, 'complete'>;
  /** The row of an id, or undefined. */
  rowOf(id: string): number | undefined;
  paper(row: number): Pick<Paper, 'title' | 'date' | 'organization' | 'categories'>;
}

/** Completes the value after a key's colon. */
export interface ValueCompleter {
  items(key: Key, typed: string, limit: number): CompletionItem[];
  /** Whether a name is complete. */
  knows(key: Key, name: string): boolean;
}

export function createValueCompleter(source: CompletionSource): ValueCompleter {
  const topics = source.topics.records.map(namedTopic);
  const organizations = once(() => listOrganizations(source.columns));
  const categories = once(() => listCategories(source.columns));
  const dates = once(() => countDates(source.columns));
  return {
    items(key, typed, limit) {
      switch (key) {
        case 'like':
        case 'not':
          return paperItems(source, source.idLookup(), typed, limit);
        case 'topic':
          return topicItems(topics, typed, limit);
        case 'org':
          return bestMatches(organizations(), typed, limit).flatMap((organization) =>
            organizationItem(source, organization),
          );
        case 'author':
          return authorItems(source.authors(), typed, limit);
        case 'category':
          return bestMatches(categories(), typed, limit).flatMap((category) => categoryItem(source, category));
        case 'since':
        case 'until':
          return completeDates(dates(), typed)
            .slice(0, limit)
            .map(([date, papers]) => valueItem(date, counted(papers)));
        case 'has':
          return 'code'.startsWith(typed.toLowerCase()) ? [valueItem('code', 'papers with code')] : [];
        case 'sort':
          return sortOrders
            .filter((sort) => sort.startsWith(typed.toLowerCase()))
            .map((sort) => valueItem(sort, sortDescriptions[sort]));
        case 'authors':
        case 'comments':
        case 'within':
          return [];
      }
    },
    knows(key, name) {
      if (key === 'like' || key === 'not') return source.rowOf(name) !== undefined;
      const lower = name.toLowerCase();
      if (key === 'org') return organizations().some((organization) => organization.lower.includes(lower));
      if (key === 'author') return isAuthor(source.authors(), name);
      return key === 'topic' && topics.some((topic) => topic.name.toLowerCase() === lower || String(topic.id) === name);
    },
  };
}

/** Papers whose id starts with what is typed, then papers whose title contains the words. */
function paperItems(source: CompletionSource, idLookup: IdLookup, typed: string, limit: number): CompletionItem[] {
  if (!/\S/.test(typed)) return [];
  const byId = idLookup(typed, limit);
  const byTitle = titlesWith(source.invertedIndex, typed, limit).filter((row) => !byId.includes(row));
  return [...byId, ...byTitle].slice(0, limit).map((row, i) => {
    const { title, date = '' } = source.paper(row);
    const id = source.ids[row];
    return { text: printValue(id), label: title, detail: i < byId.length ? id : date, kind: 'paper' };
  });
}

type TopicName = Pick<TopicRecord, 'id' | 'name' | 'size'> & NamedValue;

function namedTopic({ id, name, size }: Pick<TopicRecord, 'id' | 'name' | 'size'>): TopicName {
  return { id, name, size, papers: size, names: [foldName(name)] };
}

/** By number if a number is typed, else by name; the number is inserted if the name would be parsed as something else. */
function topicItems(topics: readonly TopicName[], typed: string, limit: number): CompletionItem[] {
  const item = ({ id, name, size }: TopicName, value: string): CompletionItem => ({
    text: printValue(value),
    label: name,
    detail: value === String(id) ? `number ${id}, ${counted(size)}` : counted(size),
    kind: 'topic',
  });
  if (/^\d+$/.test(typed)) {
    return topics
      .filter(({ id }) => String(id).startsWith(typed))
      .slice(0, limit)
      .map((topic) => item(topic, String(topic.id)));
  }
  const isPlain = ({ name }: TopicName) =>
    isValue(name) &&
    !/^(?:\d+|none)$/i.test(name) &&
    topics.filter((other) => other.name.toLowerCase() === name.toLowerCase()).length === 1;
  const named = bestMatches(topics, typed, limit).map((topic) =>
    item(topic, isPlain(topic) ? topic.name : String(topic.id)),
  );
  const isNone = typed !== '' && 'none'.startsWith(typed.toLowerCase());
  return isNone ? [...named, { text: 'none', label: 'none', detail: 'papers of no topic', kind: 'topic' }] : named;
}

/** By its short name if that can be typed as a value. */
function organizationItem({ paper }: CompletionSource, { row, papers }: CountedValue): CompletionItem[] {
  const { slug, name } = paper(row).organization ?? { slug: '', name: '' };
  const value = [slug, name].find(isValue);
  return value === undefined ? [] : [{ text: printValue(value), label: name, detail: counted(papers), kind: 'org' }];
}

function authorItems(authors: Pick<AuthorIndex, 'complete'>, typed: string, limit: number): CompletionItem[] {
  return authors
    .complete(typed, limit)
    .filter(({ name }) => isValue(name))
    .map(({ name, papers }) => ({ text: printValue(name), label: name, detail: counted(papers), kind: 'author' }));
}

function isAuthor(authors: Pick<AuthorIndex, 'complete'>, name: string): boolean {
  return authors.complete(name, 1).some((author) => author.name.toLowerCase() === name.toLowerCase());
}

function categoryItem({ paper }: CompletionSource, { row, papers, lower }: CountedValue): CompletionItem[] {
  const category = paper(row).categories?.find((name) => name.toLowerCase() === lower[0]);
  return category === undefined || !isValue(category)
    ? []
    : [{ text: printValue(category), label: category, detail: counted(papers), kind: 'category' }];
}

function valueItem(text: string, detail: string): CompletionItem {
  return { text, label: text, detail, kind: 'value' };
}

/** Whether a name survives parsing: the parser collapses white space. */
function isValue(name: string): boolean {
  return name !== '' && name === collapseSpace(name);
}

function once<T>(make: () => T): () => T {
  let cached: { value: T } | undefined;
  return () => {
    cached ??= { value: make() };
    return cached.value;
  };
}

/** `1,204 papers` */
export function counted(papers: number): string {
  return `${papers.toLocaleString('en')} ${papers === 1 ? 'paper' : 'papers'}`;
}

/** A single letter matches too many words: nothing is offered. */
const MIN_WORD_LETTERS = 2;
/** A shorter word is hardly ever complete. */
const MIN_WHOLE_WORD_LETTERS = 4;

/**
 * A function that completes a query at a cursor (see `completionAt`): values that papers have, keys, and words. Items that
 * would not change the query are left out. Never throws, whatever is typed.
 */
export function createCompleter(
  source: CompletionSource,
): (q: string, cursor: number, limit: number) => CompletionList {
  const values = createValueCompleter(source);
  const itemsOf = (q: string, typed: Completion, limit: number): CompletionItem[] => {
    if (typed.kind === 'word') return wordItems(source.invertedIndex, typed.prefix, limit);
    if (typed.kind !== 'key') return values.items(typed.kind, typed.prefix, limit);
    const matchingKeys = keyItems(typed.prefix, q[typed.from - 1] === '-');
    // Before a colon there is a key, not a word.
    return hasColon(q, typed)
      ? matchingKeys
      : [...matchingKeys, ...wordItems(source.invertedIndex, typed.prefix, limit)];
  };
  return (q, cursor, limit) => {
    const listFrom = ({ from, to }: Pick<Completion, 'from' | 'to'>, items: readonly CompletionItem[]) => ({
      from,
      to,
      items: items
        .filter(({ text }, i) => text !== q.slice(from, to) && items.findIndex((item) => item.text === text) === i)
        .slice(0, limit),
    });
    const name = unquotedNameAt(q, cursor);
    if (name && !values.knows(name.kind, name.value)) {
      const items = values.items(name.kind, name.prefix, limit);
      if (items.length > 0) return listFrom(name, items);
    }
    const typed = completionAt(q, cursor);
    return listFrom(replaced(q, typed), itemsOf(q, typed, limit));
  };
}

/** The range that is replaced: of `self-sup` only the last word, of `sinc:2025` the existing colon too. */
function replaced(q: string, { kind, prefix, from, to }: Completion): { from: number; to: number } {
  if (kind === 'key') return { from, to: q[to - 1] !== ':' && q[to] === ':' ? to + 1 : to };
  return kind === 'word' ? { from: from + (wordPrefix(prefix)?.start ?? 0), to } : { from, to };
}

function hasColon(q: string, { to }: Completion): boolean {
  return q[to - 1] === ':' || q[to] === ':';
}

function wordPrefix(prefix: string) {
  const last = wordsIn(prefix).at(-1);
  return last?.end === prefix.length && last.surface.length >= MIN_WORD_LETTERS ? last : undefined;
}

/**
 * Words with a prefix, those in most papers first, without stop words. If the prefix is itself a word of the corpus, only more
 * frequent words are offered: `robot` is complete, `auto` may not be. A very short word, as `co` of `co-training`, rarely is complete.
 */
function wordItems(index: InvertedIndex, prefix: string, limit: number): CompletionItem[] {
  const prefixWord = wordPrefix(prefix)?.surface;
  if (prefixWord === undefined) return [];
  const typed = findWord(index.words, prefixWord);
  const minFrequency = typed < 0 || prefixWord.length < MIN_WHOLE_WORD_LETTERS ? 0 : index.wordDocumentFrequency[typed];
  const words = wordsWithPrefix(index, prefixWord, 2 * limit + 10)
    .filter((word) => index.wordDocumentFrequency[word] > minFrequency)
    .map((word) => ({ text: wordAt(index.words, word), papers: index.wordDocumentFrequency[word] }))
    // Typing one more letter is faster than choosing.
    .filter(({ text }) => text.length > prefixWord.length + 1 && !queryStopWords.has(text));
  const texts = new Set(words.map(({ text }) => text));
  // 'Robotics' is not a plural.
  const isPlural = (text: string) => /[^ci]s$|[^i]cs$/.test(text) && texts.has(text.slice(0, -1));
  return words
    .filter(({ text }) => !isPlural(text))
    .slice(0, limit)
    .map(({ text, papers }) => ({ text, label: text, detail: counted(papers), kind: 'word' }));
}

function keyItems(prefix: string, isNegated: boolean): CompletionItem[] {
  if (prefix.length < MIN_WORD_LETTERS) return [];
  return (
    keys
      .filter((key) => key.startsWith(prefix.toLowerCase()) && (!isNegated || canBeExcluded(key)))
      // A region is drawn, not typed, and many words begin with 'wi'.
      .filter((key) => key !== 'within')
      .map((key) => ({ text: `${key}:`, label: `${key}:`, detail: keyDescriptions[key], kind: 'operator' }))
  );
}
