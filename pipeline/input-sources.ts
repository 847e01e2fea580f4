/**
 * Where the papers of a build or a night come from: the files that the user named, what was fetched from the sources of the
 * config file, and what was imported into the data folder.
 */
import type { Readable } from 'node:stream';
import type { Config } from './config.ts';
import { PaperfieldError } from './core/errors.ts';
import { fetchedFiles } from './fetch/fetched-folder.ts';
import { hasFiles, importedSources } from './imported-files.ts';
import { type NamedColumns, resolveSources, type SourceFile } from './ingest/source-files.ts';
import { dataPaths } from './store/data-folder.ts';

/**
 * All source files: the paths of the option `source`, then the kept files of each source of the config file, oldest first,
 * then the imported files by name. What a later file says of a paper counts more. The caller holds the lock of the data
 * folder, so that nothing is fetched meanwhile.
 *
 * Only the files that the user named are explicit: a damaged one of the others is an ingest issue and stops nothing.
 *
 * @throws PaperfieldError bad_input, if there is no file at all, or a path of `source` cannot be read
 */
export async function inputSources(
  { source, sources, columns, dataDir }: Pick<Config, 'source' | 'sources' | 'columns' | 'dataDir'>,
  standardInput: Readable,
  warn: (line: string) => void,
): Promise<SourceFile[]> {
  const named = source.length > 0 ? await resolveSources(source, standardInput) : [];
  const files: SourceFile[] = named.map((file) => ({ ...file, columns: columns as NamedColumns }));
  // A source that is not enabled is not fetched, but its papers stay.
  for (const { path, name } of sources.flatMap(({ name }) => fetchedFiles(dataDir, name))) {
    const [file] = await resolveSources([path], standardInput);
    files.push({ ...file, name, isExplicit: false });
  }
  for (const file of await importedSources(dataDir, warn)) files.push({ ...file, isExplicit: false });
  if (files.length === 0) throw noSourceError(sources.map(({ name }) => name));
  return files;
}

/** Whether any papers can come: without a path, a source and an imported file, every build fails. */
export function hasInput({ source, sources, dataDir }: Pick<Config, 'source' | 'sources' | 'dataDir'>): boolean {
  return source.length > 0 || sources.length > 0 || hasFiles(dataPaths(dataDir).imported);
}

function noSourceError(names: readonly string[]): PaperfieldError {
  return new PaperfieldError(
    'bad_input',
    names.length > 0
      ? `nothing has been fetched yet from ${names.join(', ')}: run 'paperfield fetch', or 'paperfield nightly', which fetches and builds`
      : 'no papers to build from: name files or folders with --source (- for standard input), list sources in ' +
          "paperfield.config.json (see 'paperfield config init'), or bring files in with 'paperfield import FILE'",
  );
}
