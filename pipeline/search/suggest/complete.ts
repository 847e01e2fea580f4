import type { CompleteAnswer } from '../../../server/schemas/complete.ts';
import type { Paper } from '../../core/paper.ts';
import { type Key, keys, sorts } from '../../core/query/ast.ts';
import { type Completion, completionAt, operators, unquotedNameAt } from '../../core/query/completion-context.ts';
import { canBeExcluded, oneLine } from '../../core/query/parser.ts';
import { printValue } from '../../core/query/printer.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import type { TopicRecord } from '../../core/topic-records.ts';
import type { PaperFacts } from '../../store/paper-database.ts';
import type { Authors } from '../authors.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import type { WordIndex } from '../lexical/inverted-index.ts';
import { findWord, wordAt } from '../lexical/lexicon.ts';
import { wordsWithPrefix } from '../lexical/postings.ts';
import {
  categoriesOf,
  datesFrom,
  datesOf,
  fitting,
  foldedName,
  type Named,
  type OfPapers,
  organizationsOf,
} from './complete-names.ts';
import { type IdsFrom, titlesWith } from './complete-papers.ts';

/** Completions of values, by what the papers have. */

export type CompletionItem = CompleteAnswer['items'][number];

/** What completions are taken from. */
export interface Completable {
  /** By row. */
  readonly ids: readonly string[];
  /** Read when it is first needed. */
  readonly idsFrom: IdsFrom;
  readonly words: WordIndex;
  readonly topics: { readonly named: readonly Pick<TopicRecord, 'id' | 'name' | 'size'>[] };
  /** Read when they are first needed. */
  readonly facts: PaperFacts;
  readonly authors: Pick<Authors, 'fitting'>;
  /** The row of an id, or undefined. */
  rowOf(id: string): number | undefined;
  paper(row: number): Pick<Paper, 'title' | 'date' | 'organization' | 'categories'>;
}

/** Completes what stands after a key's colon. */
export interface Values {
  items(key: Key, typed: string, limit: number): CompletionItem[];
  /** Whether a name is one already. */
  knows(key: Key, name: string): boolean;
}

export function openValues(corpus: Completable): Values {
  const topics = corpus.topics.named.map(namedTopic);
  const organizations = once(() => organizationsOf(corpus.facts));
  const categories = once(() => categoriesOf(corpus.facts));
  const dates = once(() => datesOf(corpus.facts));
  return {
    items(key, typed, limit) {
      switch (key) {
        case 'like':
        case 'not':
          return paperItems(corpus, corpus.idsFrom, typed, limit);
        case 'topic':
          return topicItems(topics, typed, limit);
        case 'org':
          return fitting(organizations(), typed, limit).flatMap((one) => organizationItem(corpus, one));
        case 'author':
          return authorItems(corpus.authors, typed, limit);
        case 'category':
          return fitting(categories(), typed, limit).flatMap((one) => categoryItem(corpus, one));
        case 'since':
        case 'until':
          return datesFrom(dates(), typed)
            .slice(0, limit)
            .map(([date, papers]) => valueItem(date, counted(papers)));
        case 'has':
          return 'code'.startsWith(typed.toLowerCase()) ? [valueItem('code', 'papers with code')] : [];
        case 'sort':
          return sorts
            .filter((sort) => sort.startsWith(typed.toLowerCase()))
            .map((sort) => valueItem(sort, ORDERS[sort]));
        case 'authors':
        case 'comments':
        case 'within':
          return [];
      }
    },
    knows(key, name) {
      if (key === 'like' || key === 'not') return corpus.rowOf(name) !== undefined;
      const lower = name.toLowerCase();
      if (key === 'org') return organizations().some((one) => one.lower.includes(lower));
      if (key === 'author') return isAuthor(corpus.authors, name);
      return key === 'topic' && topics.some((one) => one.name.toLowerCase() === lower || String(one.id) === name);
    },
  };
}

const ORDERS = { relevance: 'the nearest first', date: 'the newest first', comments: 'the most discussed first' };

/** Papers whose id begins so, then those whose title holds the words. */
function paperItems(corpus: Completable, idsFrom: IdsFrom, typed: string, limit: number): CompletionItem[] {
  if (!/\S/.test(typed)) return [];
  const byId = idsFrom(typed, limit);
  const byTitle = titlesWith(corpus.words, typed, limit).filter((row) => !byId.includes(row));
  return [...byId, ...byTitle].slice(0, limit).map((row, i) => {
    const { title, date = '' } = corpus.paper(row);
    const id = corpus.ids[row];
    return { text: printValue(id), label: title, detail: i < byId.length ? id : date, kind: 'paper' };
  });
}

type TopicName = Pick<TopicRecord, 'id' | 'name' | 'size'> & Named;

function namedTopic({ id, name, size }: Pick<TopicRecord, 'id' | 'name' | 'size'>): TopicName {
  return { id, name, size, papers: size, names: [foldedName(name)] };
}

/** By number where a number is typed, else by name, or by number where the name could be read as something else. */
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
  const named = fitting(topics, typed, limit).map((topic) =>
    item(topic, isPlain(topic) ? topic.name : String(topic.id)),
  );
  const isNone = typed !== '' && 'none'.startsWith(typed.toLowerCase());
  return isNone ? [...named, { text: 'none', label: 'none', detail: 'papers of no topic', kind: 'topic' }] : named;
}

/** By its short name, where it has one that can be written. */
function organizationItem({ paper }: Completable, { row, papers }: OfPapers): CompletionItem[] {
  const { slug, name } = paper(row).organization ?? { slug: '', name: '' };
  const value = [slug, name].find((one) => isValue(one));
  return value === undefined ? [] : [{ text: printValue(value), label: name, detail: counted(papers), kind: 'org' }];
}

function authorItems(authors: Completable['authors'], typed: string, limit: number): CompletionItem[] {
  return authors
    .fitting(typed, limit)
    .filter(({ name }) => isValue(name))
    .map(({ name, papers }) => ({ text: printValue(name), label: name, detail: counted(papers), kind: 'author' }));
}

function isAuthor(authors: Completable['authors'], name: string): boolean {
  return authors.fitting(name, 1).some((one) => one.name.toLowerCase() === name.toLowerCase());
}

function categoryItem({ paper }: Completable, { row, papers, lower }: OfPapers): CompletionItem[] {
  const category = paper(row).categories?.find((one) => one.toLowerCase() === lower[0]);
  return category === undefined || !isValue(category)
    ? []
    : [{ text: printValue(category), label: category, detail: counted(papers), kind: 'category' }];
}

function valueItem(text: string, detail: string): CompletionItem {
  return { text, label: text, detail, kind: 'value' };
}

/** Whether a name is read as it is written: the grammar makes a run of white space one blank. */
function isValue(name: string): boolean {
  return name !== '' && name === oneLine(name);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** `1,204 papers` */
export function counted(papers: number): string {
  return `${papers.toLocaleString('en')} ${papers === 1 ? 'paper' : 'papers'}`;
}

/** What a query that is being typed may become. */

/** One letter begins a word of every kind. */
const SHORTEST_WORD = 2;
/** Of less letters hardly a word stands for itself. */
const SHORTEST_WHOLE = 4;

/**
 * A function that completes a query at a cursor (see `completionAt`): values by what the papers have, keys, and words.
 * What would change nothing, or stands there already, is left out. Never throws, whatever is typed.
 */
export function openCompleter(corpus: Completable): (q: string, cursor: number, limit: number) => CompleteAnswer {
  const values = openValues(corpus);
  const itemsOf = (q: string, typed: Completion, limit: number): CompletionItem[] => {
    if (typed.kind === 'word') return wordItems(corpus.words, typed.prefix, limit);
    if (typed.kind !== 'key') return values.items(typed.kind, typed.prefix, limit);
    const known = keyItems(typed.prefix, q[typed.from - 1] === '-');
    // Before a colon stands no word.
    return hasColon(q, typed) ? known : [...known, ...wordItems(corpus.words, typed.prefix, limit)];
  };
  return (q, cursor, limit) => {
    const answerTo = ({ from, to }: Pick<Completion, 'from' | 'to'>, items: readonly CompletionItem[]) => ({
      from,
      to,
      items: items
        .filter(({ text }, i) => text !== q.slice(from, to) && items.findIndex((one) => one.text === text) === i)
        .slice(0, limit),
    });
    const name = unquotedNameAt(q, cursor);
    if (name && !values.knows(name.kind, name.value)) {
      const items = values.items(name.kind, name.prefix, limit);
      if (items.length > 0) return answerTo(name, items);
    }
    const typed = completionAt(q, cursor);
    return answerTo(replaced(q, typed), itemsOf(q, typed, limit));
  };
}

/** Of `self-sup` only the last word is completed, and of `sinc:2025` the colon that is there is taken. */
function replaced(q: string, { kind, prefix, from, to }: Completion): { from: number; to: number } {
  if (kind === 'key') return { from, to: q[to - 1] !== ':' && q[to] === ':' ? to + 1 : to };
  return kind === 'word' ? { from: from + (begunWord(prefix)?.start ?? 0), to } : { from, to };
}

function hasColon(q: string, { to }: Completion): boolean {
  return q[to - 1] === ':' || q[to] === ':';
}

function begunWord(prefix: string) {
  const last = wordsIn(prefix).at(-1);
  return last?.end === prefix.length && last.surface.length >= SHORTEST_WORD ? last : undefined;
}

/**
 * Words that begin so, those in most papers first, without such as say nothing in a query. Who has typed a word that
 * papers have is offered only what more of them have: `robot` is no beginning, `auto` may be one; what is shorter, as `co`
 * of `co-training`, mostly is one.
 */
function wordItems(index: WordIndex, prefix: string, limit: number): CompletionItem[] {
  const begun = begunWord(prefix)?.surface;
  if (begun === undefined) return [];
  const typed = findWord(index.words, begun);
  const least = typed < 0 || begun.length < SHORTEST_WHOLE ? 0 : index.wordPapers[typed];
  const found = wordsWithPrefix(index, begun, 2 * limit + 10)
    .filter((word) => index.wordPapers[word] > least)
    .map((word) => ({ text: wordAt(index.words, word), papers: index.wordPapers[word] }))
    // One more letter is typed sooner than it is chosen.
    .filter(({ text }) => text.length > begun.length + 1 && !queryStopWords.has(text));
  const texts = new Set(found.map(({ text }) => text));
  // Robotics is no plural.
  const isPlural = (text: string) => /[^ci]s$|[^i]cs$/.test(text) && texts.has(text.slice(0, -1));
  return found
    .filter(({ text }) => !isPlural(text))
    .slice(0, limit)
    .map(({ text, papers }) => ({ text, label: text, detail: counted(papers), kind: 'word' }));
}

function keyItems(prefix: string, isNegated: boolean): CompletionItem[] {
  if (prefix.length < SHORTEST_WORD) return [];
  return (
    keys
      .filter((key) => key.startsWith(prefix.toLowerCase()) && (!isNegated || canBeExcluded(key)))
      // A shape is drawn, not typed, and many words begin as its key does.
      .filter((key) => key !== 'within')
      .map((key) => ({ text: `${key}:`, label: `${key}:`, detail: operators[key], kind: 'operator' }))
  );
}
