/** The options of all kinds of sources, as they stand in the config file. Loads no library but zod. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { commonOptions } from './source.ts';
import { arxivOptions } from './sources/arxiv.ts';
import { dailyPapersOptions } from './sources/daily-papers.ts';
import { feedOptions } from './sources/feed.ts';
import { filesOptions } from './sources/files.ts';
import { jsonlOptions } from './sources/jsonl.ts';
import { oaiPmhOptions } from './sources/oai-pmh.ts';
import { openAlexOptions } from './sources/openalex.ts';
import { zoteroOptions } from './sources/zotero.ts';

/** One source in the config file. */
export const sourceSchema = z.discriminatedUnion('kind', [
  dailyPapersOptions,
  arxivOptions,
  oaiPmhOptions,
  openAlexOptions,
  feedOptions,
  jsonlOptions,
  zoteroOptions,
  filesOptions,
]);

/** The names of the kinds. */
export const sourceKinds: readonly string[] = sourceSchema.options.map(({ shape }) => shape.kind.value);

/** All sources. Their names are those of folders, so no two may be equal. */
export const sourcesSchema = z.array(sourceSchema).superRefine((sources, context) => {
  const names = new Set<string>();
  for (const [i, { name }] of sources.entries()) {
    if (names.has(name)) {
      context.addIssue({ code: 'custom', path: [i, 'name'], message: 'another source has this name', input: name });
    }
    names.add(name);
  }
});

export type SourceOptions = z.infer<typeof sourceSchema>;

/** A hash of what a source is: its own options, without those of the runner, which leave its checkpoint valid. */
export function optionsHash(options: SourceOptions): string {
  const own = Object.entries(options).filter(([name]) => !Object.hasOwn(commonOptions, name));
  const text = JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
