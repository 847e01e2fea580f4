/** What several requests share: the query, its mode, and the page of a list that is wanted. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';

/** The most papers that one response lists. */
export const MAX_LIMIT = 200;
/** The longest query, in UTF-16 code units: a pasted abstract fits. */
export const MAX_QUERY_LENGTH = 8000;

export const mode = z.enum(searchModes).default('hybrid');

export const limit = (fallback: number) => z.coerce.number().int().min(1).max(MAX_LIMIT).default(fallback);

/** How many entries to skip before the first one that is listed. */
export const offset = (max: number) => z.coerce.number().int().min(0).max(max).default(0);

/** A query without a page: for responses that cover all papers that match. */
export const queryRequest = z.object({
  q: z.string().trim().min(1, 'q is empty; write what to search for').max(MAX_QUERY_LENGTH),
  mode,
});

/** Digits only: `z.coerce.number()` would read an empty value as 0. */
export const wholeNumber = z
  .string('expected a whole number')
  .regex(/^\d{1,9}$/, 'expected a whole number')
  .transform(Number);

export const count = z.number().int().min(0);
/** A part of a whole. */
export const share = z.number().min(0).max(1);
/** A cosine, to four decimal places. */
export const similarity = z.number().min(-1).max(1);
