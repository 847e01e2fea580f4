/** API schemas of the server's status and of errors. */
import { z } from 'zod';
import { columnInfo } from './columns.ts';
import { importPolicy } from './import.ts';

export const statusResponse = z.object({
  snapshot: z.object({ id: z.string(), createdAt: z.string(), ageSeconds: z.number().min(0) }),
  model: z.object({ name: z.string(), source: z.string(), dimensions: z.number().int(), available: z.boolean() }),
  counts: z.object({
    papers: z.number().int(),
    topics: z.number().int(),
    outliers: z.number().int(),
    skippedRows: z.number().int(),
    incompleteRows: z.number().int(),
    mergedRows: z.number().int(),
  }),
  /** Why the current snapshot is not served but the one before; null if the current one is. */
  fault: z.string().nullable(),
  /** The return to an earlier snapshot that made this one current; null if a build did. */
  rollback: z.object({ from: z.string(), at: z.string() }).nullable(),
  /** How the last nightly runs went. */
  nights: z.object({
    /** null if none ran yet. */
    last: z
      .object({
        time: z.string(),
        tookSeconds: z.number().min(0),
        outcome: z.enum(['promoted', 'unchanged', 'failed']),
        /** Of a failed run. */
        code: z.string().nullable(),
        message: z.string().nullable(),
        /** Number of papers that it added; null if it is not known. */
        newPapers: z.number().int().min(0).nullable(),
        /** Name of its report below `/nights/`. */
        report: z.string().nullable(),
      })
      .nullable(),
    /** Start of the last run that succeeded. */
    lastSuccess: z.string().nullable(),
    /** Number of runs since then, all of which failed. */
    failedInARow: z.number().int().min(0),
    /** Number of nights since the last run in which nothing ran. */
    silentNights: z.number().int().min(0),
  }),
  /** Whether files can be added through this server. */
  import: importPolicy,
  /** The earliest and the latest date of a paper; null if no paper has a date. */
  dates: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  /** The columns of the user's data that any paper has a value in, those in most papers first. */
  columns: z.array(columnInfo),
  /** All options of the build of the snapshot, by name. */
  options: z.record(z.string(), z.unknown()),
  /** Quality measures of the snapshot, computed by the build, by name. null for a measure that does not apply. */
  quality: z.record(z.string(), z.number().nullable()),
});

/** Whether all is well: with status 200 if it is, with 503 if someone should look. */
export const healthResponse = z.object({
  ok: z.boolean(),
  snapshot: z.string(),
  /** Why not all is well; empty if it is. */
  reasons: z.array(z.string()),
});

/** The body of every response with a status of 400 or more. */
export const errorResponse = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export type StatusResponse = z.infer<typeof statusResponse>;
export type HealthResponse = z.infer<typeof healthResponse>;
export type ErrorResponse = z.infer<typeof errorResponse>;
