/** Papers as a file. */
import { z } from 'zod';

/** The most papers in one file. */
const MAX_EXPORTED = 5000;

/** The response is the file, named in `Content-Disposition`. `X-Missing` counts the ids that no paper has. */
export const exportRequest = z.object({
  ids: z.array(z.string().min(1)).min(1, 'ids is empty; give the ids of the papers to export').max(MAX_EXPORTED),
  format: z.enum(['csv', 'json', 'bibtex', 'ris']),
});

export type ExportRequest = z.infer<typeof exportRequest>;
