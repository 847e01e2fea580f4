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
 * - `topic`, `org`, `author`, `category`, `within`, and values of one column: the paper must match at least one filter
 *   that is not `excluded`, if there is any, and no filter that is;
 * - `since`, `until`, `authors`, `has`, and comparisons and ranges of a column: the paper must match all filters.
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
  /** Papers with code (`code`), or with a value in a column. */
  | { readonly kind: 'has'; readonly what: string; readonly excluded: boolean }
  /** Papers in a region of the map, written as in region.ts. */
  | { readonly kind: 'within'; readonly region: string; readonly excluded: boolean }
  /** Papers since or until a date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, see dates.ts. */
  | { readonly kind: 'since' | 'until'; readonly date: string }
  /**
   * Papers by the number of their authors, compared with `count`, an integer of at least 0. A paper whose number is
   * unknown does not match.
   */
  | { readonly kind: 'authors'; readonly compare: ComparisonOperator; readonly count: number }
  /**
   * Papers by their value in a column. What `value` means depends on the type of the column (column-condition.ts), which
   * only the corpus knows. A paper without a value does not match.
   */
  | { readonly kind: 'column'; readonly column: string; readonly value: string; readonly excluded: boolean };

/**
 * The order of hits: `relevance`, `date` (newest first), or the name of a column (highest first). With a minus in front
 * the other way around: `-date`, `-upvotes`.
 */
export type SortOrder = string;

/** The sort orders that every corpus has. */
export const sortOrders = ['relevance', 'date', 'comments'] as const;

/** Which papers come first in a sort order, as text for people. */
export function describeSortOrder(order: SortOrder): string {
  const column = order.replace(/^-/, '');
  const isReversed = column !== order;
  if (order === 'relevance') return 'most relevant first';
  if (column === 'date') return isReversed ? 'oldest first' : 'newest first';
  if (column === 'comments') return isReversed ? 'fewest comments first' : 'most comments first';
  return isReversed ? `lowest ${column} first` : `highest ${column} first`;
}

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

/** Keys of the query language. A key is followed directly by a colon and a value: `author:Hinton`. All other keys are columns. */
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
  'has',
  'within',
  'sort',
  'match',
] as const;
export type QueryKeyName = (typeof queryKeys)[number];

/** How papers are matched with a query: `keyword` by BM25, `semantic` by embedding similarity, `hybrid` by both. */
export const searchModes = ['hybrid', 'semantic', 'keyword'] as const;
export type SearchMode = (typeof searchModes)[number];
