/** Which records the sources themselves say are deleted. Loads no library. */
import { openFetchedFolder } from './fetched-folder.ts';
import type { SourceOptions } from './source-options.ts';
import { deletedInOaiPmh } from './sources/oai-pmh.ts';

/**
 * The names of the records that sources have deleted since they gave them, such as `oai:arXiv.org:2601.00001`. Only
 * OAI-PMH says this; of a source that is read as a whole, a deleted paper is one that is missing.
 */
export function deletedRecords(dataDir: string, sources: readonly SourceOptions[]): string[] {
  return sources.flatMap(({ kind, name }) =>
    kind === 'oai-pmh' ? deletedInOaiPmh(openFetchedFolder(dataDir, name).readState()?.checkpoint) : [],
  );
}
