import type { Key } from './query.ts';

/** What each key does, in a few words; `docs/queries.md` says more. */
export const operators: Readonly<Record<Key, string>> = {
  like: 'papers like one',
  not: 'papers unlike one',
  topic: 'papers of a topic',
  org: 'of an organisation',
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
