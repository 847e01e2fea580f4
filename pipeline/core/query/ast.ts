/** The structure of a parsed query. `parseQuery` parses it from text, `printQuery` prints it as text. */

/** A word, phrase or prefix that a query searches for or excludes. */
export interface QueryTerm {
  /**
   * What the term matches. `word`: this word. `phrase`: its words side by side, in this order. `prefix`: any word that
   * starts with `text`.
   */
  readonly kind: 'word' | 'phrase' | 'prefix';
  /** The term as typed, without quotes and asterisk: `Transf` for `Transf*`. Contains a letter or a digit. */
  readonly text: string;
}

export const comparisonOperators = ['>=', '<=', '>', '<', '='] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

/**
 * A condition on papers other than the words that they contain. A paper must match the filters of every kind. Several
 * filters of one kind are combined as follows:
 * - `topic`, `org`, `author`, `category`, `has`, `within`: the paper must match at least one filter that is not
 *   `excluded`, if there is any, and no filter that is;
 * - `since`, `until`, `authors`, `comments`: the paper must match all filters.
 */
export type Filter =
  | {
      readonly kind: 'topic';
      /** Id or name of a topic, or `none` for papers without a topic. */
      readonly topic: number | string;
      readonly excluded: boolean;
    }
  /** Papers of an organization, given by its slug or display name, case-insensitive. */
  | { readonly kind: 'org'; readonly org: string; readonly excluded: boolean }
  /** Papers of an author, given by the full name or a part of it with at least two letters or digits in a row. */
  | { readonly kind: 'author'; readonly author: string; readonly excluded: boolean }
  /** Papers of a category, case-insensitive. */
  | { readonly kind: 'category'; readonly category: string; readonly excluded: boolean }
  | { readonly kind: 'has'; readonly what: 'code'; readonly excluded: boolean }
  /** Papers in a region of the map, written as in region.ts. */
  | { readonly kind: 'within'; readonly region: string; readonly excluded: boolean }
  /** Papers since or until a date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, see dates.ts. */
  | { readonly kind: 'since' | 'until'; readonly date: string }
  /**
   * Papers by the number of their authors or comments, compared with `count`, an integer of at least 0. A paper whose
   * number is unknown does not match.
   */
  | { readonly kind: 'authors' | 'comments'; readonly compare: ComparisonOperator; readonly count: number };

export const sortOrders = ['relevance', 'date', 'comments'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** Which papers come first in each sort order, as text for people. */
export const sortOrderDescriptions: Readonly<Record<SortOrder, string>> = {
  relevance: 'most relevant first',
  date: 'newest first',
  comments: 'most comments first',
};

/** A parsed query. Its lists are in the order of the query text, without repetition. */
export interface ParsedQuery {
  /**
   * The running text: the query without keys and exclusions, in the original spelling with quotes and asterisks. White
   * space is collapsed.
   */
  readonly text: string;
  /** The running text without quotes and asterisks: the embedding model gets this text. */
  readonly freeText: string;
  /** The words, phrases and prefixes of the running text, including stop words. */
  readonly wanted: readonly QueryTerm[];
  readonly excluded: readonly QueryTerm[];
  /** Ids of papers that hits should be similar to. */
  readonly like: readonly string[];
  /** Ids of papers that hits should not be similar to. */
  readonly not: readonly string[];
  readonly filters: readonly Filter[];
  /** The sort order that the query names; null if it names none. See `effectiveSort` for the order that is used. */
  readonly sort: SortOrder | null;
  /** Whether the words are searched for as typed: without corrections, dates in words and the like (`match:literal`). */
  readonly literal: boolean;
}

/** Keys of the query language. A key is followed directly by a colon and a value: `author:Hinton`. */
export const queryKeys = [
  'like',
  'not',
  'topic',
  'org',
  'author',
  'category',
  'since',
  'until',
  'authors',
  'comments',
  'has',
  'within',
  'sort',
  'match',
] as const;
export type QueryKeyName = (typeof queryKeys)[number];

/** How papers are matched with a query: `keyword` by BM25, `semantic` by embedding similarity, `hybrid` by both. */
export const searchModes = ['hybrid', 'semantic', 'keyword'] as const;
export type SearchMode = (typeof searchModes)[number];
