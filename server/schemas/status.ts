/** API schemas of the server's status and of errors. */
import { z } from 'zod';
import { columnInfo } from './columns.ts';

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
  /** The earliest and the latest date of a paper; null if no paper has a date. */
  dates: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  /** The columns of the user's data that any paper has a value in, those in most papers first. */
  columns: z.array(columnInfo),
  /** All options of the build of the snapshot, by name. */
  options: z.record(z.string(), z.unknown()),
  /** Quality measures of the snapshot, computed by the build, by name. null for a measure that does not apply. */
  quality: z.record(z.string(), z.number().nullable()),
});

export const healthResponse = z.object({ ok: z.literal(true), snapshot: z.string() });

/** The body of every response with a status of 400 or more. */
export const errorResponse = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export type StatusResponse = z.infer<typeof statusResponse>;
export type HealthResponse = z.infer<typeof healthResponse>;
export type ErrorResponse = z.infer<typeof errorResponse>;
