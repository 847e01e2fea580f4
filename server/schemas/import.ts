/**
 * API schemas of importing files. The command `paperfield import --json` prints the same objects: the preview with
 * `--dry-run`, else a line for each progress and one for the outcome.
 */
import { z } from 'zod';
import { nonNegativeInteger } from './shared-parameters.ts';

/** What a file holds and how it was understood. */
const importFile = z.object({
  name: z.string(),
  /** The name of the format in the program, such as `bibtex`; null if none is known. */
  format: z.string().nullable(),
  /** Which column of the file is which field of a paper. */
  columns: z.array(z.object({ field: z.string(), column: z.string() })),
  /** Columns that become columns of the user's data. */
  otherColumns: z.array(z.string()),
  /** Rows that were read as papers: those of `papers` and of `merged`. The `skipped` ones are others. */
  rows: nonNegativeInteger,
  papers: nonNegativeInteger,
  merged: nonNegativeInteger,
  skipped: nonNegativeInteger,
});

/** What importing files would do. */
export const importPreview = z.object({
  files: z.array(importFile),
  papers: nonNegativeInteger,
  merged: nonNegativeInteger,
  skipped: nonNegativeInteger,
  /** How many of the papers the collection already has. */
  alreadyThere: nonNegativeInteger,
  /** The first papers. */
  examples: z.array(
    z.object({
      title: z.string(),
      authors: z.array(z.string()).nullish(),
      date: z.string().nullish(),
      id: z.string(),
    }),
  ),
  /** The first rows that are merged with others. */
  duplicates: z.array(
    z.object({ reason: z.string(), title: z.string().nullish(), file: z.string(), line: z.number().nullish() }),
  ),
  /** The first rows that are skipped or incomplete. */
  problems: z.array(
    z.object({
      kind: z.string(),
      file: z.string(),
      line: z.number().nullish(),
      reason: z.string(),
      excerpt: z.string().nullish(),
    }),
  ),
});

/** How far an import is. */
export const importProgress = z.object({
  stage: z.string(),
  done: z.number().min(0),
  /** null if it is not known. */
  total: z.number().min(0).nullish(),
  perSecond: z.number().min(0).nullish(),
  secondsLeft: z.number().min(0).nullish(),
});

/** What an import did. */
export const importOutcome = z.object({
  /** The new snapshot; the one before if nothing was new. */
  snapshot: z.string(),
  papers: nonNegativeInteger,
  added: nonNegativeInteger,
  merged: nonNegativeInteger,
  skipped: nonNegativeInteger,
});

/** Whether files can be added through this server. */
export const importPolicy = z.object({
  isAllowed: z.boolean(),
  /** Why not; null if they can. */
  reason: z.string().nullable(),
  /** How large all files of one import may be together. */
  maxBytes: nonNegativeInteger,
});

export const importId = z.string().regex(/^[A-Za-z0-9]{1,40}$/, 'is not the id of an import');
/** The query of an upload: the name of the file, as the user has it. */
export const uploadRequest = z.object({ name: z.string().min(1).max(1000) });

const uploadedFile = z.object({
  /** The name under which it is kept, without characters that a file name cannot have everywhere. */
  name: z.string(),
  bytes: nonNegativeInteger,
});
const withFiles = z.object({ id: importId, files: z.array(uploadedFile) });

/**
 * An import: files that are being sent, read, shown, imported; then done or failed. A failed or discarded one changes
 * nothing.
 */
export const importState = z.discriminatedUnion('state', [
  withFiles.extend({ state: z.literal('uploading') }),
  withFiles.extend({ state: z.literal('reading') }),
  withFiles.extend({ state: z.literal('preview'), preview: importPreview }),
  withFiles.extend({ state: z.literal('importing'), progress: importProgress.nullable() }),
  withFiles.extend({ state: z.literal('done'), outcome: importOutcome }),
  withFiles.extend({ state: z.literal('failed'), message: z.string() }),
]);

export type ImportPreview = z.infer<typeof importPreview>;
export type ImportProgress = z.infer<typeof importProgress>;
export type ImportOutcome = z.infer<typeof importOutcome>;
export type ImportPolicy = z.infer<typeof importPolicy>;
export type ImportState = z.infer<typeof importState>;
