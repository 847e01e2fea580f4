/** Completions of values, by what the papers have. */

import type { NamedTopic } from '../../pipeline/core/named-topics.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import type { WordIndex } from '../../pipeline/core/word-index.ts';
import type { PaperFacts } from '../../pipeline/store/paper-facts.ts';
import type { CompleteAnswer } from '../contract-complete.ts';
import type { Authors } from './authors.ts';
import type { IdsFrom } from './complete-ids.ts';
import {
  categoriesOf,
  datesFrom,
  datesOf,
  fitting,
  foldedName,
  type Named,
  type OfPapers,
  organisationsOf,
} from './complete-names.ts';
import { titlesWith } from './complete-titles.ts';
import { printValue } from './grammar/print.ts';
import { type Key, sorts } from './grammar/query.ts';
import { oneLine } from './grammar/running-text.ts';

export type CompletionItem = CompleteAnswer['items'][number];

/** What completions are taken from. */
export interface Completable {
  /** By row. */
  readonly ids: readonly string[];
  /** Read when it is first needed. */
  readonly idsFrom: IdsFrom;
  readonly words: WordIndex;
  readonly topics: { readonly named: readonly Pick<NamedTopic, 'id' | 'name' | 'size'>[] };
  /** Read when they are first needed. */
  readonly facts: PaperFacts;
  readonly authors: Pick<Authors, 'fitting'>;
  /** The row of an id, or undefined. */
  rowOf(id: string): number | undefined;
  paper(row: number): Pick<Paper, 'title' | 'date' | 'organisation' | 'categories'>;
}

/** Completes what stands after a key's colon. */
export interface Values {
  items(key: Key, typed: string, limit: number): CompletionItem[];
  /** Whether a name is one already. */
  knows(key: Key, name: string): boolean;
}

export function openValues(corpus: Completable): Values {
  const topics = corpus.topics.named.map(namedTopic);
  const organisations = once(() => organisationsOf(corpus.facts));
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
          return fitting(organisations(), typed, limit).flatMap((one) => organisationItem(corpus, one));
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
      if (key === 'org') return organisations().some((one) => one.lower.includes(lower));
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

type TopicName = Pick<NamedTopic, 'id' | 'name' | 'size'> & Named;

function namedTopic({ id, name, size }: Pick<NamedTopic, 'id' | 'name' | 'size'>): TopicName {
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
function organisationItem({ paper }: Completable, { row, papers }: OfPapers): CompletionItem[] {
  const { slug, name } = paper(row).organisation ?? { slug: '', name: '' };
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
