import { spawn } from 'node:child_process';
import { createReadStream, type Dirent, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, PaperfieldError } from '../core/errors.ts';

/** One file (or standard input) of the user's, opened line by line so that its size does not matter. */
export interface SourceFile {
  /** What receipts call it: its name, or its path within the folder that was given. */
  readonly name: string;
  /** Whether the user named this very file; a stray file in a folder is passed over with a receipt instead. */
  readonly explicit: boolean;
  /** Why it cannot be read, where that is known beforehand: a link in a folder that leads nowhere. */
  readonly fault?: string;
  /** Its lines without their ends. Throws a PaperfieldError where it cannot be read. */
  lines(): AsyncIterable<string>;
}

/**
 * The files behind what the user gave as sources: a file is itself, a folder every file in it (hidden ones aside, in the
 * order of their names), `-` standard input. `.gz` and `.xz` are unpacked while reading.
 *
 * @throws PaperfieldError bad_input, where a path does not exist, a folder is empty, or nothing was given
 */
export async function openSources(paths: readonly string[], standardInput: Readable): Promise<SourceFile[]> {
  if (paths.length === 0) {
    throw new PaperfieldError(
      'bad_input',
      'no source given: name files or folders with --source, or - for standard input',
    );
  }
  const files: SourceFile[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.push({ name: 'standard input', explicit: true, lines: () => linesOf(standardInput, 'standard input') });
      continue;
    }
    const found = await filesUnder(path);
    if (found.length === 0) throw new PaperfieldError('bad_input', `${path}: the folder holds no files`);
    files.push(...found);
  }
  return files;
}

async function filesUnder(path: string): Promise<SourceFile[]> {
  const information = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!information.isDirectory()) return [fileSource(path, basename(path), true)];
  const entries: Dirent[] = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => linkedSource(join(path, name), name));
}

/** A file in a folder, or what a link there leads to; a link to a folder is not followed, it may lead round in a ring. */
function linkedSource(path: string, name: string): SourceFile[] {
  const target = targetOf(path);
  if (target?.isDirectory()) return [];
  const source = fileSource(path, name, false);
  return [target ? source : { ...source, fault: 'a link that leads nowhere' }];
}

/** What stands at a path in the end; undefined for a link to nothing, or to itself. */
function targetOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function fileSource(path: string, name: string, explicit: boolean): SourceFile {
  return { name, explicit, lines: () => linesOf(openUnpacked(path), path) };
}

function openUnpacked(path: string): Readable {
  if (path.endsWith('.xz')) return unpackXz(path);
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

/** Node has no xz of its own: the program of that name does it. A failure of it becomes an error of the stream. */
function unpackXz(path: string): Readable {
  const out = new PassThrough();
  const child = spawn('xz', ['-dc', '--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.on('error', () => out.destroy(new Error('unpacking .xz needs the program xz (Debian: apt install xz-utils)')));
  child.on('close', (code) =>
    code === 0 ? out.end() : out.destroy(new Error(complaint.trim() || `xz ended with ${code}`)),
  );
  child.stdout.pipe(out, { end: false });
  out.on('close', () => child.kill());
  return out;
}

async function* linesOf(stream: Readable, path: string): AsyncGenerator<string> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // readline does not pass on its input's errors; without this the loop would end as if the file had ended.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (let first = true; ; first = false) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done) {
        if (stream.errored) throw stream.errored;
        return;
      }
      yield first ? next.value.replace(/^\uFEFF/, '') : next.value;
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    lines.close();
    stream.destroy();
  }
}

function unreadable(path: string, error: unknown): PaperfieldError {
  return new PaperfieldError('bad_input', `${path}: cannot be read (${messageOf(error)})`, { cause: error });
}
