/** The columns of a corpus: the fields that the user's data has beyond title, authors and the like, as typed arrays. */
import { FIELD_PREFIX } from './query/column-key.ts';

/**
 * What a column holds. `category`: one of a few short texts. `list`: several of them. `text`: anything else, which is
 * shown but not filtered by.
 */
export const fieldTypes = ['number', 'date', 'flag', 'category', 'list', 'text'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Columns of numbers that say how much attention a paper got. Papers are ranked and hidden gems found by them. */
export const attentionMeasures = ['comments', 'upvotes', 'citations'] as const;
export type AttentionMeasure = (typeof attentionMeasures)[number];

export interface FieldInfo {
  /** The name in the form of `fieldKey`. */
  readonly name: string;
  readonly type: FieldType;
  /** The number of papers with a value. */
  readonly papers: number;
}

/** Stands for an unknown day in a date column. */
export const UNKNOWN_DAY = -(2 ** 31);
/** Stands for an unknown value in a flag column, which otherwise has 0 and 1. */
export const UNKNOWN_FLAG = 255;
/** Stands for an unknown value in a category column. */
export const UNKNOWN_CODE = -1;

/** The values of one column by row. */
export type FieldData =
  /** NaN: unknown. */
  | { readonly type: 'number'; readonly values: Float64Array }
  /** First and last day of each date, in days since 1970-01-01: they differ for a month or a year. */
  | { readonly type: 'date'; readonly from: Int32Array; readonly to: Int32Array }
  | { readonly type: 'flag'; readonly values: Uint8Array }
  /** Indices into `names`, which are sorted by descending number of papers. */
  | { readonly type: 'category'; readonly codes: Int32Array; readonly names: readonly string[] }
  /** The values of row i are `codes` from `starts[i]` to `starts[i + 1]` − 1, ascending and without repetition. */
  | {
      readonly type: 'list';
      readonly starts: Int32Array;
      readonly codes: Int32Array;
      readonly names: readonly string[];
    }
  /** 1: the paper has a text. */
  | { readonly type: 'text'; readonly known: Uint8Array };

/** The columns of a corpus. */
export interface FieldColumns {
  /** All columns, those in most papers first. */
  readonly infos: readonly FieldInfo[];
  /** The values of a column of `infos`. They are read when they are first needed. */
  read(name: string): FieldData;
}

/** The columns of a corpus that has none. */
export const noFieldColumns: FieldColumns = {
  infos: [],
  read: (name) => {
    throw new Error(`no column ${name}`);
  },
};

/** The column that a query names: by its name, or by `field.` and its name. */
export function findField({ infos }: Pick<FieldColumns, 'infos'>, key: string): FieldInfo | undefined {
  const bare = key.startsWith(FIELD_PREFIX) ? key.slice(FIELD_PREFIX.length) : key;
  return infos.find(({ name }) => name === key) ?? infos.find(({ name }) => name === bare);
}

/** Returns a function that tests whether the paper of a row has a value in a column. */
export function isKnown(data: FieldData): (row: number) => boolean {
  switch (data.type) {
    case 'number':
      return (row) => !Number.isNaN(data.values[row]);
    case 'date':
      return (row) => data.from[row] !== UNKNOWN_DAY;
    case 'flag':
      return (row) => data.values[row] !== UNKNOWN_FLAG;
    case 'category':
      return (row) => data.codes[row] !== UNKNOWN_CODE;
    case 'list':
      return (row) => data.starts[row + 1] > data.starts[row];
    case 'text':
      return (row) => data.known[row] === 1;
  }
}
