/** Schemas that several requests and responses share: the query, its mode, the page of a list, and kinds of numbers. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';

/** The largest `limit`: the most papers that one response lists. */
const MAX_LIMIT = 200;
/** The longest query, in UTF-16 code units. A pasted abstract fits into it. */
export const MAX_QUERY_LENGTH = 8000;

/** The parameter `mode`: how papers are matched, hybrid by default. */
export const searchModeParameter = z.enum(searchModes).default('hybrid');

/**
 * The parameter `limit`, the number of papers to list: 1 to 200.
 *
 * @param fallback the value if the parameter is absent
 */
export const limitParameter = (fallback: number) => z.coerce.number().int().min(1).max(MAX_LIMIT).default(fallback);

/** The parameter `offset`: how many entries to skip before the first one that is listed. The default is 0. */
export const offsetParameter = (max: number) => z.coerce.number().int().min(0).max(max).default(0);

/** A query without `limit` and `offset`, for responses that cover all matching papers. */
export const queryRequest = z.object({
  q: z.string().trim().min(1, 'q is empty; write what to search for').max(MAX_QUERY_LENGTH),
  mode: searchModeParameter,
});

/**
 * A whole number of a query parameter, up to nine digits. Not `z.coerce.number()`, which would read an empty value as
 * 0.
 */
export const wholeNumberParameter = z
  .string('expected a whole number')
  .regex(/^\d{1,9}$/, 'expected a whole number')
  .transform(Number);

export const nonNegativeInteger = z.number().int().min(0);
/** A part of a whole, from 0 to 1. */
export const fraction = z.number().min(0).max(1);
/** A cosine similarity from −1 to 1, rounded to four decimal places. */
export const cosineSimilarity = z.number().min(-1).max(1);
