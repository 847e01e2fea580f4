/** Imports files of a user into the collection, and previews that. */
import type { Readable } from 'node:stream';
import { type BuildResult, buildUnderLock } from './build.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import type { Paper } from './core/paper.ts';
import { applyGonePolicy } from './gone-papers.ts';
import { copyImports } from './imported-files.ts';
import { type ParsedSources, readPapers } from './ingest/read-and-merge-papers.ts';
import { type NamedColumns, resolveSources, type SourceFile } from './ingest/source-files.ts';
import { titleKey } from './ingest/title-id.ts';
import { inputSources } from './input-sources.ts';
import { dataPaths } from './store/data-folder.ts';
import { withLock } from './store/lock.ts';
import { eachPaper, type PaperDatabase } from './store/paper-database.ts';
import { openLastPapers } from './store/previous-snapshot.ts';

/** What an import would give. */
export interface ImportPreview extends ParsedSources {
  /** Number of papers that the collection has already. */
  readonly alreadyThere: number;
}

/** What an import gave. */
export interface ImportResult extends BuildResult {
  /** Number of papers in the collection before and after. */
  readonly before: number;
  readonly after: number;
}

/** The files at the paths that the user named, with the columns that the user named. */
async function sourcesAt(
  paths: readonly string[],
  columns: Config['columns'],
  standardInput: Readable,
): Promise<SourceFile[]> {
  const sources = await resolveSources(paths, standardInput);
  return sources.map((source) => ({ ...source, columns: columns as NamedColumns }));
}

/**
 * Reads files as an import would, and says what it would give. Writes nothing.
 *
 * @throws PaperfieldError bad_input, if a file cannot be read, has no known format, or all have no paper
 */
export async function previewImport(
  config: Config,
  paths: readonly string[],
  standardInput: Readable,
  effects: Effects,
): Promise<ImportPreview> {
  const parsed = await readPapers(await sourcesAt(paths, config.columns, standardInput), effects);
  const known = await openLastPapers(config.dataDir, effects.warn);
  try {
    return { ...parsed, alreadyThere: known ? countKnown(parsed.papers, known) : 0 };
  } finally {
    known?.close();
  }
}

function countKnown(papers: readonly Paper[], known: PaperDatabase): number {
  const titles = new Set<string>();
  for (const { title } of eachPaper(known)) titles.add(titleKey(title));
  const isKnown = ({ id, title, url }: Paper) =>
    [id, ...(url === undefined ? [] : [url])].some(
      (name) => known.rowOf(name) !== undefined || known.rowNamedBy(name) !== undefined,
    ) || titles.has(titleKey(title));
  return papers.filter(isKnown).length;
}

/**
 * Imports files: copies them into the data folder, where they are sources from now on, and builds a snapshot of them and of
 * all papers that are there. If the build fails, nothing has changed.
 *
 * @param isTemporary whether the paths are those of uploads
 * @throws PaperfieldError as `buildUnderLock`; locked, if another process is writing into the data folder
 */
export async function importPapers(
  config: Config,
  paths: readonly string[],
  isTemporary: boolean,
  standardInput: Readable,
  effects: Effects,
): Promise<ImportResult> {
  const { dataDir, columns } = config;
  const sources = await sourcesAt(paths, columns, standardInput);
  return withLock(dataPaths(dataDir).lock, effects.now(), async () => {
    const settings = {
      columns: columns as NamedColumns,
      standardInput,
      isTemporary,
      now: effects.now(),
      warn: effects.warn,
    };
    const copied = await copyImports(dataDir, sources, settings);
    let before = 0;
    try {
      const previous = await openLastPapers(dataDir, effects.warn);
      try {
        before = previous?.count ?? 0;
        // What else is there stays, whatever the nights do with papers that no source gives.
        const keepOthers = async (papers: readonly Paper[]) =>
          applyGonePolicy(papers, previous, undefined, { ...config, gone: 'keep' }, '').papers;
        const all = (await inputSources(config, standardInput, effects.warn)).map((source) => {
          // What the user named just now must not fail with a warning only.
          const name = copied.names.get(source.name.replace(/^imported\//, ''));
          return name !== undefined && source.name.startsWith('imported/')
            ? { ...source, name, isExplicit: true }
            : source;
        });
        const result = await buildUnderLock(config, all, undefined, effects, keepOthers);
        copied.keep();
        return { ...result, before, after: result.manifest.counts.papers };
      } finally {
        previous?.close();
      }
    } catch (error) {
      copied.undo();
      throw error;
    }
  });
}
