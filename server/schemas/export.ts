/** Papers as a file, and papers that are new. Imports zod and the contract only. */
import { z } from 'zod';
import { MAX_LIMIT, paperSummary, topicAnswer } from './search.ts';

/** The most papers one file holds. */
const MAX_EXPORTED = 5000;

/**
 * The answer is the file itself, with its name in `Content-Disposition`; `X-Missing` says how many of the ids no paper has.
 */
export const exportRequest = z.object({
  ids: z.array(z.string().min(1)).min(1, 'ids is empty: name some papers').max(MAX_EXPORTED),
  format: z.enum(['csv', 'json', 'bibtex', 'ris']),
});

export const newRequest = z.object({
  /** A snapshot's id, or `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  since: z.string().min(1, 'write since= and a snapshot or a date'),
  /** So many papers are told; all are counted. */
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100),
});

const count = z.number().int().min(0);

/** Papers that were not there before, by topic. */
export const newAnswer = z.object({
  snapshot: z.string(),
  since: z.string(),
  /**
   * What they were told by. `snapshot`: those that it did not hold. `date`: those that are not older, because a date was
   * given, or the snapshot is gone and the day that its id begins with stands for it.
   */
  by: z.enum(['snapshot', 'date']),
  /** Where it is by date, the date; else null. */
  date: z.string().nullable(),
  total: count,
  /** Topics of the chosen level with new papers, those with most of them first; papers in no topic stand last. */
  groups: z.array(
    z.object({
      topic: topicAnswer.pick({ id: true, name: true, size: true }).nullable(),
      /** How many of its papers the previous snapshot had; null where it had no such topic, and where it is by date. */
      was: count.nullable(),
      /** True for a topic that the previous snapshot did not have; null where it is by date, and for papers in none. */
      isBorn: z.boolean().nullable(),
      /** New papers in it. */
      total: count,
      /** The newest first; those of all groups together are at most `limit`, the newest of all. */
      papers: z.array(paperSummary.extend({ x: z.number(), y: z.number() })),
    }),
  ),
});

export type ExportRequest = z.infer<typeof exportRequest>;
export type NewRequest = z.infer<typeof newRequest>;
export type NewAnswer = z.infer<typeof newAnswer>;
