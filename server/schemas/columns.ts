/** API schemas of the columns of the user's data: their names, their facets, and one of them by row of the map. */
import { z } from 'zod';
import { fieldTypes } from '../../pipeline/core/field-columns.ts';
import { nonNegativeInteger } from './shared-parameters.ts';

/** A column: a field of the user's data. `key` is how it is written in a query (`field.author`), mostly its name. */
export const columnInfo = z.object({
  name: z.string(),
  key: z.string(),
  type: z.enum(fieldTypes),
  /** The number of papers with a value. */
  papers: nonNegativeInteger,
});

/** The fields of a paper, by name. */
export const paperFields = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]));

const papersWithValue = z.number().int().min(1);
const facetOfColumn = columnInfo.omit({ papers: true, type: true }).extend({
  /** The number of hits with a value. */
  count: papersWithValue,
});

/** The values of a column among the hits of a query. */
export const columnFacet = z.discriminatedUnion('type', [
  facetOfColumn.extend({
    type: z.literal('number'),
    min: z.number(),
    max: z.number(),
    /** Whether all values are whole numbers. */
    areWhole: z.boolean(),
    /**
     * Hits by value, ascending: at least `from` and less than `to`, in the last bin also `to`. Bins without hits are left
     * out. As filters: `key:>=from key:<to`.
     */
    bins: z.array(z.object({ from: z.number(), to: z.number(), count: papersWithValue })),
  }),
  facetOfColumn.extend({
    type: z.literal('date'),
    /** The first day of the earliest and the last day of the latest date. */
    min: z.string(),
    max: z.string(),
    /** Hits by month (`YYYY-MM`) or, over more than four years, by year; latest first. */
    dates: z.array(z.object({ date: z.string(), count: papersWithValue })),
  }),
  facetOfColumn.extend({
    type: z.enum(['flag', 'category', 'list']),
    /** At most twelve values, the most frequent first. */
    values: z.array(z.object({ value: z.string(), count: papersWithValue })),
    /** The number of different values among the hits. */
    distinct: papersWithValue,
  }),
]);

export const columnsResponse = z.object({
  snapshot: z.string(),
  /** The columns that any paper has a value in, those in most papers first. */
  columns: z.array(columnInfo),
});

/** One column by row of `GET /api/map` of the same snapshot; null for papers without a value. */
export const mapFieldResponse = columnInfo.extend({
  snapshot: z.string(),
  /**
   * number: the number. date: days since 1970-01-01, of a month or a year the first. flag: 0 or 1. category: an index into
   * `names`. list: an index into `names`, of the value that most papers have.
   */
  values: z.array(z.number().nullable()),
  /** The names of categories and of values in lists, those in most papers first; else empty. */
  names: z.array(z.string()),
});

export type ColumnInfo = z.infer<typeof columnInfo>;
export type ColumnFacet = z.infer<typeof columnFacet>;
export type ColumnsResponse = z.infer<typeof columnsResponse>;
export type MapFieldResponse = z.infer<typeof mapFieldResponse>;
