/** What a query says, as types. `parse.ts` reads it from text, `print.ts` writes it as text. */

/** Something asked for, or excluded, by its letters. */
export interface Term {
  /** `phrase`: its words stand together, in this order. `prefix`: a word that begins with `text`. */
  readonly kind: 'word' | 'phrase' | 'prefix';
  /** As it was typed, without quotes and star: `Transf` for `Transf*`. Has a letter or a digit. */
  readonly text: string;
}

export const comparisons = ['>=', '<=', '>', '<', '='] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * What a paper must be, whatever the words. Filters of different kinds must all hold. Of the kinds that can be excluded
 * (`topic`, `org`, `author`, `category`, `has`, `within`) any one of several holds, and none that is `excluded` may hold. Of `since`,
 * `until`, `authors` and `comments` all must hold.
 */
export type Filter =
  | {
      readonly kind: 'topic';
      /** A topic's number in the snapshot, a topic's name, or `none`: papers that belong to no topic. */
      readonly topic: number | string;
      readonly excluded: boolean;
    }
  /** An organization's slug or its display name; capitals make no difference. */
  | { readonly kind: 'org'; readonly org: string; readonly excluded: boolean }
  /** A name, or a part of one, with a letter or digit; `authors.ts` says whom it means. */
  | { readonly kind: 'author'; readonly author: string; readonly excluded: boolean }
  /** Capitals make no difference. */
  | { readonly kind: 'category'; readonly category: string; readonly excluded: boolean }
  | { readonly kind: 'has'; readonly what: 'code'; readonly excluded: boolean }
  /** A part of the map, as `shape.ts` reads it. */
  | { readonly kind: 'within'; readonly shape: string; readonly excluded: boolean }
  /** `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `dates.ts` says what it holds of a paper. */
  | { readonly kind: 'since' | 'until'; readonly date: string }
  /** `count`: a whole number, 0 or more. A paper whose number is not known fails. */
  | { readonly kind: 'authors' | 'comments'; readonly compare: Comparison; readonly count: number };

export const sorts = ['relevance', 'date', 'comments'] as const;
export type Sort = (typeof sorts)[number];

/** Lists are in the order of the text and hold nothing twice. */
export interface ParsedQuery {
  /**
   * The running text: what is left when everything below `excluded` is taken out. Original spelling, quotes and stars;
   * runs of white space are one space.
   */
  readonly text: string;
  /** `text` without the quotes of its phrases and the stars of its prefixes: what the embedding model reads. */
  readonly freeText: string;
  /** The words, phrases and prefixes of `text`, stop words included. */
  readonly wanted: readonly Term[];
  readonly excluded: readonly Term[];
  /** Ids of papers to look like. */
  readonly like: readonly string[];
  /** Ids of papers to look unlike. */
  readonly not: readonly string[];
  readonly filters: readonly Filter[];
  /** null: the query names no order; see `orderOf`. */
  readonly sort: Sort | null;
}

/** True where a query gives nothing to rank by: no word and no paper to be like. */
export function isBlank(query: ParsedQuery): boolean {
  return query.wanted.length === 0 && query.like.length === 0;
}

/** The order of the hits: as the query says, else by relevance. Without anything to rank by, the newest first. */
export function orderOf(query: ParsedQuery): Sort {
  if (isBlank(query) && query.sort !== 'comments') return 'date';
  return query.sort ?? 'relevance';
}

/** The words that mean something when they stand directly before a colon and a value. */
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
