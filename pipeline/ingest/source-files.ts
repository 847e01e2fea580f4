/** Finds the input files that the user named, and reads their lines. */
import { spawn } from 'node:child_process';
import { createReadStream, type Dirent, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { cannotReadError, PaperfieldError } from '../core/errors.ts';
import { type Line, readLines } from './lines.ts';

/** One input file, or standard input. It is read line by line, so its size does not matter. */
export interface SourceFile {
  /** The name that issues show: the name of the file, or its path within the folder that the user named. */
  readonly name: string;
  /**
   * Whether the user named this very file. If so, a fault of the file stops the run; a faulty file in a folder is only
   * reported.
   */
  readonly isExplicit: boolean;
  /** Why the file cannot be read, if that is known in advance: a broken link in a folder. */
  readonly problem?: string;
  /**
   * Reads the lines of the file, decompressed.
   *
   * @param signal stops reading, even if no line is returned for minutes
   * @throws PaperfieldError bad_input, if the file cannot be read
   */
  lines(signal?: AbortSignal): AsyncIterable<Line>;
}

/**
 * Finds the files for the paths that the user named: a file itself, every file in a folder and its subfolders (sorted
 * by name, without hidden ones), and standard input for `-`. Nothing is opened yet. `.gz` and `.xz` files are
 * decompressed when they are read.
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
      sources.push({ name, isExplicit: true, lines: (signal) => linesOf(standardInput, name, signal) });
      continue;
    }
    const found = await sourcesAt(path);
    if (found.length === 0) throw new PaperfieldError('bad_input', `${path}: the folder contains no files`);
    sources.push(...found);
  }
  return sources;
}

async function sourcesAt(path: string): Promise<SourceFile[]> {
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
  return { name, isExplicit, lines: (signal) => readFileLines(path, signal) };
}

/**
 * Reads the lines of a file, decompressed if its name ends with `.gz` or `.xz`.
 *
 * @throws PaperfieldError bad_input, if the file cannot be read; the signal's reason, if it is aborted
 */
export function readFileLines(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  return linesOf(openDecompressed(path), path, signal);
}

async function* linesOf(stream: Readable, path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  try {
    yield* readLines(stream, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw cannotReadError(path, error);
  }
}

/**
 * Size of the chunks in which gzip files are decompressed, in bytes. With the default, 16 KiB, reading a file takes
 * half as long again.
 */
const GUNZIP_CHUNK_BYTES = 64 * 1024;

function openDecompressed(path: string): Readable {
  if (path.endsWith('.xz')) return decompressXz(path);
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  // `pipeline` passes errors of the file on to the stream that it returns, and closes the file when that stream is
  // closed.
  return pipeline(file, createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES }), () => undefined);
}

/**
 * Decompresses a file with the program `xz`, because Node cannot decompress xz. If the program fails, the stream fails.
 */
function decompressXz(path: string): Readable {
  const output = new PassThrough();
  const child = spawn('xz', ['-dc', '--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.on('error', () => output.destroy(new Error('.xz needs the program xz; on Debian: apt install xz-utils')));
  child.on('close', (code) =>
    code === 0 ? output.end() : output.destroy(new Error(complaint.trim() || `xz ended with exit code ${code}`)),
  );
  child.stdout.pipe(output, { end: false });
  output.on('close', () => child.kill());
  return output;
}
