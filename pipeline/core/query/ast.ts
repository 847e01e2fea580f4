/** A parsed query. `parseQuery` makes it from text, `printQuery` prints it as text. */

/** A word, phrase or prefix that is searched for, or excluded. */
export interface QueryTerm {
  /** `phrase`: its words side by side, in this order. `prefix`: any word that starts with `text`. */
  readonly kind: 'word' | 'phrase' | 'prefix';
  /** As typed, without quotes and asterisk: `Transf` for `Transf*`. Contains a letter or a digit. */
  readonly text: string;
}

export const comparisons = ['>=', '<=', '>', '<', '='] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * A condition on papers besides their words. Different kinds are combined with AND. Several of one excludable kind (`topic`,
 * `org`, `author`, `category`, `has`, `within`) are combined with OR, and none that is `excluded` may match; several `since`,
 * `until`, `authors` or `comments` with AND.
 */
export type Filter =
  | {
      readonly kind: 'topic';
      /** A topic's id or name, or `none`: papers without a topic. */
      readonly topic: number | string;
      readonly excluded: boolean;
    }
  /** An organization's slug or display name, case-insensitive. */
  | { readonly kind: 'org'; readonly org: string; readonly excluded: boolean }
  /** A full or partial name with a letter or digit. */
  | { readonly kind: 'author'; readonly author: string; readonly excluded: boolean }
  /** Case-insensitive. */
  | { readonly kind: 'category'; readonly category: string; readonly excluded: boolean }
  | { readonly kind: 'has'; readonly what: 'code'; readonly excluded: boolean }
  /** A region of the map; see region.ts. */
  | { readonly kind: 'within'; readonly region: string; readonly excluded: boolean }
  /** `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; see dates.ts. */
  | { readonly kind: 'since' | 'until'; readonly date: string }
  /** `count`: an integer, 0 or more. A paper with an unknown number does not match. */
  | { readonly kind: 'authors' | 'comments'; readonly compare: Comparison; readonly count: number };

export const sortOrders = ['relevance', 'date', 'comments'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** What comes first in each order, for people to read. */
export const sortDescriptions: Readonly<Record<SortOrder, string>> = {
  relevance: 'most relevant first',
  date: 'newest first',
  comments: 'most comments first',
};

/** Lists are in the order of the text, without repetition. */
export interface ParsedQuery {
  /**
   * The running text: the query without keys and exclusions, in original spelling with quotes and asterisks; white space is
   * collapsed.
   */
  readonly text: string;
  /** `text` without quotes and asterisks: what the embedding model gets. */
  readonly freeText: string;
  /** The words, phrases and prefixes of `text`, stop words included. */
  readonly wanted: readonly QueryTerm[];
  readonly excluded: readonly QueryTerm[];
  /** Ids of papers that hits should be similar to. */
  readonly like: readonly string[];
  /** Ids of papers that hits should not be similar to. */
  readonly not: readonly string[];
  readonly filters: readonly Filter[];
  /** null: the query names no order; see `effectiveSort`. */
  readonly sort: SortOrder | null;
}

/** Keys of the query language, written directly before a colon and a value. */
export const keys = [
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
] as const;
export type Key = (typeof keys)[number];

/** How a query is matched: by BM25, by embedding similarity, or by both. */
export const searchModes = ['hybrid', 'semantic', 'keyword'] as const;
export type SearchMode = (typeof searchModes)[number];
