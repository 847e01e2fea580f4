/** What a query that is being typed may become: request and answer. Imports zod and the contract only. */
import { z } from 'zod';
import { MAX_QUERY } from './search.ts';

/** What a completion is of; `value`: one of the few that a key can have, or a date. */
const completionKinds = ['paper', 'topic', 'org', 'author', 'category', 'value', 'operator', 'word'] as const;

/** The most completions one answer carries. */
const MAX_COMPLETIONS = 20;

export const completeRequest = z.object({
  /** As it stands in the field: not trimmed, for places are counted in it. */
  q: z.string().max(MAX_QUERY).default(''),
  /** Where the cursor stands, in UTF-16 code units; at the end unless told, and where it would be beyond. */
  at: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_COMPLETIONS).default(8),
});

export const completeAnswer = z.object({
  /** Half-open range of UTF-16 code units of `q` that every item takes the place of. */
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  /** The best first; empty where nothing fits. */
  items: z.array(
    z.object({
      /** What to write in that place, quotes included where the grammar wants them. */
      text: z.string(),
      /** What a person is shown. */
      label: z.string(),
      /** A date, a number of papers, what a key does; may be empty. */
      detail: z.string(),
      kind: z.enum(completionKinds),
    }),
  ),
});

export type CompleteRequest = z.infer<typeof completeRequest>;
export type CompleteAnswer = z.infer<typeof completeAnswer>;
