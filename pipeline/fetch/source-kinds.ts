/** The kinds of sources: their options, and what fetches them. */
import { z } from 'zod';
import type { SourceContext, SourceRun, SourceState } from './source.ts';
import { arxivOptions, fetchArxiv } from './sources/arxiv.ts';
import { dailyPapersOptions, fetchDailyPapers } from './sources/daily-papers.ts';
import { feedOptions, fetchFeed } from './sources/feed.ts';
import { fetchFiles, filesOptions } from './sources/files.ts';
import { fetchJsonl, jsonlOptions } from './sources/jsonl.ts';
import { fetchOaiPmh, oaiPmhOptions } from './sources/oai-pmh.ts';
import { fetchOpenAlex, openAlexOptions } from './sources/openalex.ts';
import { fetchZotero, zoteroOptions } from './sources/zotero.ts';

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

/** Begins to fetch a source, whatever its kind. Nothing is requested before the first page is asked for. */
export function startSource(options: SourceOptions, state: SourceState, context: SourceContext): SourceRun {
  switch (options.kind) {
    case 'daily-papers':
      return fetchDailyPapers(options, state, context);
    case 'arxiv':
      return fetchArxiv(options, state, context);
    case 'oai-pmh':
      return fetchOaiPmh(options, state, context);
    case 'openalex':
      return fetchOpenAlex(options, state, context);
    case 'feed':
      return fetchFeed(options, state, context);
    case 'jsonl':
      return fetchJsonl(options, state, context);
    case 'zotero':
      return fetchZotero(options, state, context);
    case 'files':
      return fetchFiles(options, state, context);
  }
}
