/** Completes a query at the cursor: keys such as `topic:`, the values of keys, and words. */
import { type FieldColumns, type FieldInfo, findField } from '../../core/field-columns.ts';
import type { Paper } from '../../core/paper.ts';
import type { PaperColumns } from '../../core/paper-columns.ts';
import { describeSortOrder, type QueryKeyName, queryKeys, sortOrders } from '../../core/query/ast.ts';
import { columnKeyOf, FIELD_PREFIX, fieldKey, isPlainColumnValue } from '../../core/query/column-key.ts';
import { collapseSpace, isExcludableKey, type KeyKind, type KeyToken, tokenizeQuery } from '../../core/query/parser.ts';
import { printValue } from '../../core/query/printer.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import type { TopicRecord } from '../../core/topic-tree.ts';
import type { AuthorIndex } from '../author-index.ts';
import { foldName, wordsIn } from '../lexical/analyzer.ts';
import { findWord, type InvertedIndex, wordAt, wordsWithPrefix } from '../lexical/inverted-index.ts';
import {
  bestMatches,
  type CompletableValue,
  completeDates,
  countPapersByDate,
  listCategories,
  listOrganizations,
  type OrganizationOrCategory,
} from './completable-values.ts';
import { findRowsByTitle, type IdPrefixLookup } from './complete-papers.ts';

/** What each key of the query language (`like:`, `topic:`, …) does, in a few words, for the list of completions. */
const queryKeyDescriptions: Readonly<Record<QueryKeyName, string>> = {
  like: 'papers similar to one',
  not: 'papers not similar to one',
  topic: 'papers of a topic',
  org: 'of an organization',
  author: 'of an author',
  category: 'of a category',
  since: 'from a date',
  until: 'up to a date',
  authors: 'by number of authors',
  has: 'papers with code, or with a value in a column',
  within: 'in a region of the map',
  sort: 'sort order',
  match: 'the words exactly as typed',
};

/** The part of a query that is being typed at the cursor, and that a completion would replace. */
export interface CompletionTarget {
  /**
   * What is being typed. A key such as `topic`: the value of this key. `column`: the value of the column `column`.
   * `'key'`: the start of a key. `'word'`: any other word, or nothing yet.
   */
  readonly kind: KeyKind | 'key' | 'word';
  readonly column?: string;
  /** The text of this part up to the cursor, without quotes. */
  readonly prefix: string;
  /**
   * UTF-16 offsets `from` … `to` − 1 are what a completion replaces. Of a value, everything after the colon, including
   * quotes, because `printValue` adds new ones. Of a key, its name and its colon if it has one, but not a minus before
   * it.
   */
  readonly from: number;
  readonly to: number;
}

const EMPTY_VALUE = /(?:^|\s)-?([\p{L}_][\p{L}\p{N}\p{M}_.]*):$/u;
/** The start of the name of a column, which unlike a word may have underscores and dots. */
const NAME_BEFORE = /(?<=^|\s|\s-|^-)[a-z][A-Za-z0-9_.]*$/;
const WORD_BEFORE = /[\p{L}\p{N}\p{M}]+(?:[-'’][\p{L}\p{N}\p{M}]*)*$/u;
/**
 * A word that is being typed is looked for in this many UTF-16 units before the cursor only: the time of the search
 * grows with their square.
 */
const MAX_WORD_LENGTH = 100;
const WORD_AFTER = /^[\p{L}\p{N}\p{M}]*/u;

/**
 * Finds the part of a query that is being typed at the cursor. Never throws, because a query is mostly invalid while it
 * is being typed.
 *
 * @param cursor UTF-16 offset as in a text field; clamped to the text
 * @param columnKeys the keys of the columns of the corpus
 */
export function completionTargetAt(text: string, cursor: number, columnKeys: readonly string[] = []): CompletionTarget {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const isColumn = (name: string) => columnKeys.some((key) => name === key || name === `${FIELD_PREFIX}${key}`);
  const tokens = tokenizeQuery(text, isColumn);
  // A value with an unclosed quotation mark may be followed by another key: then the later key is being typed.
  const lastKey = tokens.findLast(({ kind, from }) => kind === 'key' && from < at);
  const token = tokens.find(
    (one): one is KeyToken =>
      one.kind === 'key' && one.from <= at && (at <= one.to || (one.fault === 'unclosed' && one === lastKey)),
  );
  if (token) return token.valueFrom <= at ? completedValue(text, token, at) : completedKey(text, token, at);

  const empty = EMPTY_VALUE.exec(text.slice(0, at));
  if (empty) {
    const key = queryKeys.find((one) => one === empty[1].toLowerCase());
    const column = fieldKey(empty[1]);
    if (key) return { kind: key, prefix: '', from: at, to: at };
    if (isColumn(column)) return { kind: 'column', column, prefix: '', from: at, to: at };
  }

  const name = NAME_BEFORE.exec(text.slice(Math.max(0, at - MAX_WORD_LENGTH), at))?.[0] ?? '';
  const isInQuotes = tokens.some((one) => one.kind === 'phrase' && one.from < at && at < one.to);
  if (/[_.]/.test(name) && !isInQuotes && columnKeys.some((key) => key.startsWith(name))) {
    return {
      kind: 'key',
      prefix: name,
      from: at - name.length,
      to: at + /^[A-Za-z0-9_.]*/.exec(text.slice(at))![0].length,
    };
  }
  const prefix = WORD_BEFORE.exec(text.slice(Math.max(0, at - MAX_WORD_LENGTH), at))?.[0] ?? '';
  const from = at - prefix.length;
  const to = at + WORD_AFTER.exec(text.slice(at))![0].length;
  const mayBeKey = !isInQuotes && prefix !== '' && /(?:^|\s)-?$/.test(text.slice(0, from));
  const isKey = mayBeKey && [...queryKeys, ...columnKeys].some((key) => key.startsWith(prefix.toLowerCase()));
  return { kind: isKey ? 'key' : 'word', prefix, from, to };
}

/** Keys whose values are names with spaces, which people often type without the necessary quotation marks. */
const NAME_KEYS: ReadonlySet<KeyKind> = new Set(['like', 'not', 'topic', 'org', 'author']);
/** An unquoted name of more UTF-16 units than this is not completed. */
const MAX_NAME_LENGTH = 120;

/** A name with spaces that is being typed without quotation marks. A completion replaces `from` … `to` − 1. */
export interface UnquotedName extends CompletionTarget {
  readonly kind: KeyKind;
  /** The part that the parser takes for the value of the key: the name up to its first space. */
  readonly value: string;
}

/**
 * A name of several words that is being typed without quotation marks, as in `topic:robot gras`; null if there is none
 * at the cursor. For the parser the value ends at the first space; whether the rest belongs to the name depends on the
 * existing names.
 *
 * @param cursor UTF-16 offset as in a text field; clamped to the text
 */
function unquotedNameAt(text: string, cursor: number): UnquotedName | null {
  const at = Math.min(Math.max(Math.trunc(cursor) || 0, 0), text.length);
  const before = tokenizeQuery(text.slice(0, at));
  const key = before.findLast((one): one is KeyToken => one.kind === 'key');
  if (!key || !NAME_KEYS.has(key.key) || key.fault !== null || key.to >= at || at - key.valueFrom > MAX_NAME_LENGTH)
    return null;
  if (/^["“”„]/.test(text.slice(key.valueFrom))) return null;
  if (before.some((one) => one.from >= key.to && one.kind !== 'text')) return null;
  const to = at + /^\S*/.exec(text.slice(at))![0].length;
  return { kind: key.key, value: key.value, prefix: text.slice(key.valueFrom, at), from: key.valueFrom, to };
}

function completedValue(text: string, { key, name, valueFrom, to, fault }: KeyToken, at: number): CompletionTarget {
  const written = text.slice(valueFrom, at);
  const isQuoted = /^["“”„]/.test(text.slice(valueFrom));
  const isClosed = isQuoted && fault === null && at === to && at > valueFrom + 1;
  const prefix = isQuoted ? written.slice(1, isClosed ? -1 : undefined).replaceAll('""', '"') : written;
  // For the parser a value with an open quotation mark reaches to the end of the text. A completion replaces it only up
  // to the end of the word at the cursor.
  const end = fault === null ? to : at + /^\S*/.exec(text.slice(at))![0].length;
  return { kind: key, ...(key === 'column' && { column: name }), prefix, from: valueFrom, to: end };
}

function completedKey(text: string, { from, isNegated, valueFrom }: KeyToken, at: number): CompletionTarget {
  const start = Math.min(from + (isNegated ? 1 : 0), at);
  return { kind: 'key', prefix: text.slice(start, at), from: start, to: valueFrom };
}

/** One completion of a query. */
export interface CompletionItem {
  /** The text that replaces `from` … `to` − 1 of the query. */
  readonly text: string;
  readonly label: string;
  readonly detail: string;
  readonly kind: 'paper' | 'topic' | 'org' | 'author' | 'category' | 'value' | 'operator' | 'word';
}

/** Completions of a query at a cursor. Each item replaces the UTF-16 offsets `from` … `to` − 1 of the query. */
export interface CompletionList {
  readonly from: number;
  readonly to: number;
  readonly items: CompletionItem[];
}

/** The data of a corpus that completions are taken from. */
export interface CompletionSource {
  /** The id of each paper, by row. */
  readonly ids: readonly string[];
  /** Returns the function that finds papers by the start of their id; the ids are sorted at the first call. */
  idLookup(): IdPrefixLookup;
  readonly invertedIndex: InvertedIndex;
  readonly topics: { readonly records: readonly Pick<TopicRecord, 'id' | 'name' | 'size'>[] };
  readonly columns: PaperColumns;
  /** The columns of the user's data. */
  readonly fields: FieldColumns;
  /** Returns the index of all authors, which is read at the first call. */
  authors(): Pick<AuthorIndex, 'complete'>;
  /** The row of the paper with this id; undefined for an unknown id. */
  rowOf(id: string): number | undefined;
  paper(row: number): Pick<Paper, 'title' | 'date' | 'organization' | 'categories'>;
}

/** Completes the value after the colon of a key. */
export interface ValueCompleter {
  items(key: KeyKind, typed: string, limit: number, column?: string): CompletionItem[];
  /** Whether a name is the full name or id of an existing value of the key. */
  knows(key: KeyKind, name: string): boolean;
}

function createValueCompleter(source: CompletionSource): ValueCompleter {
  const topics = source.topics.records.map(namedTopic);
  const organizations = once(() => listOrganizations(source.columns));
  const categories = once(() => listCategories(source.columns));
  const dates = once(() => countPapersByDate(source.columns));
  return {
    items(key, typed, limit, column = '') {
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
            .map(([date, papers]) => valueItem(date, formatPaperCount(papers)));
        case 'has':
          return [
            ...('code'.startsWith(typed.toLowerCase()) ? [valueItem('code', 'papers with code')] : []),
            ...columnNames(source.fields, typed).map(({ name, papers }) => valueItem(name, formatPaperCount(papers))),
          ];
        case 'sort': {
          const isReversed = typed.startsWith('-');
          const sortable = columnNames(source.fields, typed.replace(/^-/, ''))
            .filter(({ type }) => type !== 'list' && type !== 'text')
            .map(({ name }) => (isReversed ? `-${name}` : name));
          const builtIn = sortOrders.filter((sort) => sort.startsWith(typed.toLowerCase()));
          return [...new Set([...builtIn, ...sortable])].map((sort) => valueItem(sort, describeSortOrder(sort)));
        }
        case 'column':
          return columnValueItems(source.fields, column, typed, limit);
        case 'match':
          return 'literal'.startsWith(typed.toLowerCase()) ? [valueItem('literal', queryKeyDescriptions.match)] : [];
        case 'authors':
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

/**
 * Completions with papers: first papers whose id starts with the typed text, then papers whose title contains its
 * words.
 */
function paperItems(
  source: CompletionSource,
  idLookup: IdPrefixLookup,
  typed: string,
  limit: number,
): CompletionItem[] {
  if (!/\S/.test(typed)) return [];
  const byId = idLookup(typed, limit);
  const byTitle = findRowsByTitle(source.invertedIndex, typed, limit).filter((row) => !byId.includes(row));
  return [...byId, ...byTitle].slice(0, limit).map((row, i) => {
    const { title, date = '' } = source.paper(row);
    const id = source.ids[row];
    return { text: printValue(id), label: title, detail: i < byId.length ? id : date, kind: 'paper' };
  });
}

type TopicName = Pick<TopicRecord, 'id' | 'name' | 'size'> & CompletableValue;

function namedTopic({ id, name, size }: Pick<TopicRecord, 'id' | 'name' | 'size'>): TopicName {
  return { id, name, size, papers: size, names: [foldName(name)] };
}

/**
 * Completions with topics, found by number if a number is typed, else by name. A topic's number is inserted in place of
 * its name if the name would be parsed as something else.
 */
function topicItems(topics: readonly TopicName[], typed: string, limit: number): CompletionItem[] {
  const item = ({ id, name, size }: TopicName, value: string): CompletionItem => ({
    text: printValue(value),
    label: name,
    detail: value === String(id) ? `number ${id}, ${formatPaperCount(size)}` : formatPaperCount(size),
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

/**
 * The completion with an organization: by its slug if that can be typed as a value, else by its name; empty if neither
 * can.
 */
function organizationItem({ paper }: CompletionSource, { row, papers }: OrganizationOrCategory): CompletionItem[] {
  const { slug, name } = paper(row).organization ?? { slug: '', name: '' };
  const value = [slug, name].find(isValue);
  return value === undefined
    ? []
    : [{ text: printValue(value), label: name, detail: formatPaperCount(papers), kind: 'org' }];
}

function authorItems(authors: Pick<AuthorIndex, 'complete'>, typed: string, limit: number): CompletionItem[] {
  return authors
    .complete(typed, limit)
    .filter(({ name }) => isValue(name))
    .map(({ name, papers }) => ({
      text: printValue(name),
      label: name,
      detail: formatPaperCount(papers),
      kind: 'author',
    }));
}

function isAuthor(authors: Pick<AuthorIndex, 'complete'>, name: string): boolean {
  return authors.complete(name, 1).some((author) => author.name.toLowerCase() === name.toLowerCase());
}

function categoryItem({ paper }: CompletionSource, { row, papers, lower }: OrganizationOrCategory): CompletionItem[] {
  const category = paper(row).categories?.find((name) => name.toLowerCase() === lower[0]);
  return category === undefined || !isValue(category)
    ? []
    : [{ text: printValue(category), label: category, detail: formatPaperCount(papers), kind: 'category' }];
}

function valueItem(text: string, detail: string): CompletionItem {
  return { text, label: text, detail, kind: 'value' };
}

/** Whether a name stays the same when it is parsed as a value: the parser collapses white space. */
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

/** A number of papers as text: `1 paper`, `1,204 papers`. */
function formatPaperCount(papers: number): string {
  return `${papers.toLocaleString('en')} ${papers === 1 ? 'paper' : 'papers'}`;
}

/** Nothing is completed after fewer letters than this, because a single letter matches too many words. */
const MIN_WORD_LETTERS = 2;
/** A typed word of fewer letters is hardly ever meant as a whole word, even if it is one: longer words are offered. */
const MIN_WHOLE_WORD_LETTERS = 4;

/**
 * Creates a function that completes a query `q` at a cursor with at most `limit` items: values that papers have, keys,
 * and words. Items that would not change the query are left out. Never throws, whatever is typed.
 */
export function createQueryCompleter(
  source: CompletionSource,
): (q: string, cursor: number, limit: number) => CompletionList {
  const values = createValueCompleter(source);
  const columns = columnNames(source.fields, '').map((info) => ({ ...info, key: columnKeyOf(info.name) }));
  const columnKeys = columns.map(({ key }) => key);
  const itemsOf = (q: string, typed: CompletionTarget, limit: number): CompletionItem[] => {
    if (typed.kind === 'word') return wordItems(source.invertedIndex, typed.prefix, limit);
    if (typed.kind !== 'key') return values.items(typed.kind, typed.prefix, limit, typed.column);
    const matchingKeys = keyItems(typed.prefix, q[typed.from - 1] === '-', columns);
    // Text before a colon is a key, not a word, so words are offered only without a colon.
    return hasColon(q, typed)
      ? matchingKeys
      : [...matchingKeys, ...wordItems(source.invertedIndex, typed.prefix, limit)];
  };
  return (q, cursor, limit) => {
    const listFrom = ({ from, to }: Pick<CompletionTarget, 'from' | 'to'>, items: readonly CompletionItem[]) => ({
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
    const typed = completionTargetAt(q, cursor, columnKeys);
    return listFrom(replaced(q, typed), itemsOf(q, typed, limit));
  };
}

/**
 * The part of the query that a completion replaces: in `self-sup` only `sup`, in `sinc:2025` also the existing colon,
 * because an inserted key brings its own.
 */
function replaced(q: string, { kind, prefix, from, to }: CompletionTarget): { from: number; to: number } {
  if (kind === 'key') return { from, to: q[to - 1] !== ':' && q[to] === ':' ? to + 1 : to };
  return kind === 'word' ? { from: from + (wordPrefix(prefix)?.start ?? 0), to } : { from, to };
}

function hasColon(q: string, { to }: CompletionTarget): boolean {
  return q[to - 1] === ':' || q[to] === ':';
}

function wordPrefix(prefix: string) {
  const last = wordsIn(prefix).at(-1);
  return last?.end === prefix.length && last.surface.length >= MIN_WORD_LETTERS ? last : undefined;
}

/**
 * Completions with words that begin with a prefix, those in most papers first, without stop words. If the prefix is
 * itself a word of the corpus, only words in more papers are offered: `robot` is probably complete, `auto` may not be.
 * A word of fewer than four letters, such as `co` in `co-training`, is never taken for complete.
 */
function wordItems(index: InvertedIndex, prefix: string, limit: number): CompletionItem[] {
  const prefixWord = wordPrefix(prefix)?.surface;
  if (prefixWord === undefined) return [];
  const typed = findWord(index.words, prefixWord);
  const minFrequency = typed < 0 || prefixWord.length < MIN_WHOLE_WORD_LETTERS ? 0 : index.wordDocumentFrequency[typed];
  const words = wordsWithPrefix(index, prefixWord, 2 * limit + 10)
    .filter((word) => index.wordDocumentFrequency[word] > minFrequency)
    .map((word) => ({ text: wordAt(index.words, word), papers: index.wordDocumentFrequency[word] }))
    // Words that are only one letter longer are left out: typing that letter is faster than choosing a completion.
    .filter(({ text }) => text.length > prefixWord.length + 1 && !queryStopWords.has(text));
  const texts = new Set(words.map(({ text }) => text));
  // A plural is left out if its singular is offered. 'Robotics' and 'analysis' are not plurals.
  const isPlural = (text: string) => /[^ci]s$|[^i]cs$/.test(text) && texts.has(text.slice(0, -1));
  return words
    .filter(({ text }) => !isPlural(text))
    .slice(0, limit)
    .map(({ text, papers }) => ({ text, label: text, detail: formatPaperCount(papers), kind: 'word' }));
}

/** The columns that papers have values in, whose names begin with what is typed. */
function columnNames({ infos }: FieldColumns, typed: string) {
  return infos.filter(({ name, papers }) => papers > 0 && name.startsWith(typed.toLowerCase()));
}

/** Completions with the values of a column: names by what is typed, the two values of a flag. */
function columnValueItems(fields: FieldColumns, key: string, typed: string, limit: number): CompletionItem[] {
  const info = findField(fields, key);
  if (info?.type === 'flag') {
    return ['true', 'false'].filter((flag) => flag.startsWith(typed.toLowerCase())).map((flag) => valueItem(flag, ''));
  }
  if (info?.type !== 'category' && info?.type !== 'list') return [];
  const data = fields.read(info.name);
  if (data.type !== 'category' && data.type !== 'list') return [];
  const papers = new Int32Array(data.names.length);
  for (const code of data.codes) if (code >= 0) papers[code]++;
  const values = data.names.map((name, code) => ({ name, papers: papers[code], names: [foldName(name)] }));
  return bestMatches(values, typed, limit)
    .filter(({ name }) => isValue(name))
    .map(({ name, papers: count }) => ({
      text: isPlainColumnValue(name) ? printValue(name) : `"${name.replaceAll('"', '""')}"`,
      label: name,
      detail: formatPaperCount(count),
      kind: 'value',
    }));
}

function keyItems(
  prefix: string,
  isNegated: boolean,
  columns: readonly (FieldInfo & { readonly key: string })[],
): CompletionItem[] {
  if (prefix.length < MIN_WORD_LETTERS) return [];
  const columnItems = columns
    .filter(({ key }) => key.startsWith(prefix.toLowerCase()))
    .map(({ key, type, papers }) => {
      const detail = `${type} column, ${formatPaperCount(papers)}`;
      return { text: `${key}:`, label: `${key}:`, detail, kind: 'operator' } as const;
    });
  const items: CompletionItem[] = queryKeys
    .filter((key) => key.startsWith(prefix.toLowerCase()) && (!isNegated || isExcludableKey(key)))
    // The key `within` is not offered: its region is drawn on the map, not typed, and many words begin with 'wi'.
    .filter((key) => key !== 'within')
    .map((key) => ({ text: `${key}:`, label: `${key}:`, detail: queryKeyDescriptions[key], kind: 'operator' }));
  return [...items, ...columnItems];
}
