/** Finds the input files that the user named, and opens them. */
import { type Dirent, existsSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { cannotReadError, PaperfieldError } from '../core/errors.ts';
import type { DecompressedFile } from './archives/archives.ts';
import type { ColumnOptions } from './formats/columns/known-fields-of-rows.ts';
import { type Line, readLines } from './lines.ts';

/** Names of columns by the field that they are: `{ title: 'Paper Title' }`. They win over every guess. */
export type NamedColumns = NonNullable<ColumnOptions['columns']>;

/** One input file, or standard input. It is read in pieces, so its size does not matter. */
export interface SourceFile {
  /** The name that issues show: the name of the file, or its path within the folder that the user named. */
  readonly name: string;
  /** Undefined for standard input. */
  readonly path?: string;
  /**
   * Whether the user named this very file. If so, a fault of the file stops the run; a faulty file in a folder is only
   * reported.
   */
  readonly isExplicit: boolean;
  /** Why the file cannot be read, if that is known in advance: a broken link in a folder. */
  readonly problem?: string;
  /** The columns that the user named for known fields, if it is a table or plain JSON. */
  readonly columns?: NamedColumns;
  /**
   * Opens what the file holds: itself, decompressed, or each of the files in a zip file.
   *
   * @param signal stops reading, even if no byte comes for minutes
   * @throws PaperfieldError bad_input, if the file cannot be read
   */
  open(signal?: AbortSignal): AsyncGenerator<DecompressedFile>;
}

/**
 * Finds the files for the paths that the user named: a file itself, every file in a folder and its subfolders (sorted
 * by name, without hidden ones), the files that a pattern such as `papers/*.bib` matches, and standard input for `-`.
 * Nothing is opened yet.
 *
 * @throws PaperfieldError bad_input, if a path does not exist, a folder is empty, or `paths` is empty
 */
export async function resolveSources(paths: readonly string[], standardInput: Readable): Promise<SourceFile[]> {
  if (paths.length === 0) {
    throw new PaperfieldError(
      'bad_input',
      'no source given: name files or folders with --source, or - for standard input',
    );
  }
  const sources: SourceFile[] = [];
  for (const path of paths) {
    if (path === '-') {
      const name = 'standard input';
      sources.push({ name, isExplicit: true, open: (signal) => openStream(name, standardInput, signal) });
      continue;
    }
    const found = await sourcesAt(path);
    if (found.length === 0) throw new PaperfieldError('bad_input', `${path}: the folder contains no files`);
    sources.push(...found);
  }
  return sources;
}

async function sourcesAt(path: string): Promise<SourceFile[]> {
  // A file may be called 'papers[1].bib'.
  if (!existsSync(path) && /[*?[\]{}]/.test(path)) return sourcesMatching(path);
  const information = await stat(path).catch((error: unknown) => {
    throw cannotReadError(path, error);
  });
  if (!information.isDirectory()) return [fileSource(path, basename(path), true)];
  const entries: Dirent[] = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw cannotReadError(path, error);
  });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').some((folder) => folder.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => sourceInFolder(join(path, name), name));
}

/** The files that a pattern matches, by name. What matches is not what the user named: a faulty file is only reported. */
async function sourcesMatching(pattern: string): Promise<SourceFile[]> {
  const { glob } = await import('tinyglobby');
  const paths = await glob(pattern, {
    onlyFiles: true,
    followSymbolicLinks: false,
    absolute: isAbsolute(pattern),
  });
  if (paths.length === 0) throw new PaperfieldError('bad_input', `${pattern}: no file matches the pattern`);
  return paths.sort((a, b) => (a < b ? -1 : 1)).map((path) => fileSource(path, path, false));
}

/**
 * The source for a path in a folder: the file, or the file to which a link points. None for a link to a folder: such
 * links are not followed, because they may form a cycle.
 */
function sourceInFolder(path: string, name: string): SourceFile[] {
  const target = statTarget(path);
  if (target?.isDirectory()) return [];
  const source = fileSource(path, name, false);
  return [target ? source : { ...source, problem: 'a link to a file that does not exist' }];
}

/** What a path points to, links followed; undefined for a broken link and for a link to itself. */
function statTarget(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function fileSource(path: string, name: string, isExplicit: boolean): SourceFile {
  return { name, path, isExplicit, open: (signal) => openFile(path, signal) };
}

// Libraries that decompress are loaded when a file is opened, so that the help appears without them.

async function* openFile(path: string, signal?: AbortSignal): AsyncGenerator<DecompressedFile> {
  const { decompressedFile } = await import('./archives/archives.ts');
  yield* decompressedFile(path, { signal });
}

async function* openStream(name: string, stream: Readable, signal?: AbortSignal): AsyncGenerator<DecompressedFile> {
  const { decompressedStream } = await import('./archives/archives.ts');
  yield* decompressedStream(name, stream, { signal });
}

/**
 * Reads the lines of a source, decompressed; of a zip file those of all its files.
 *
 * @throws PaperfieldError bad_input, if the file cannot be read; the signal's reason, if it is aborted
 */
export async function* readSourceLines(source: SourceFile, signal?: AbortSignal): AsyncGenerator<Line> {
  for await (const file of source.open(signal)) {
    if ('problem' in file) throw new PaperfieldError('bad_input', `${source.name}: ${file.problem}`);
    yield* readLines(Readable.from(file.bytes, { objectMode: false }), signal);
  }
}

/** Reads the lines of the file at a path; see `readSourceLines`. */
export function readFileLines(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  return readSourceLines(fileSource(path, path, true), signal);
}
