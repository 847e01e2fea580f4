/** The folder in which files that people send wait until they are imported or discarded. */
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HTTPException } from 'hono/http-exception';
import { cannotWriteError, diskFullError, isDiskFull } from '../../pipeline/core/errors.ts';

/** Files that nobody imported or discarded, because the server was stopped, are removed after a day. */
const MAX_AGE_MS = 86_400_000;
const PREFIX = 'import-';
/** The longest name of a file, in UTF-16 code units: with an ending, and a number if two are alike. */
const MAX_NAME_LENGTH = 120;

/**
 * The name under which a file is kept: its own without folders, control characters and characters that some systems
 * forbid, and never hidden. The ending stays, because it may tell the format.
 *
 * @param taken names that other files have
 * @example
 * safeFileName('../../etc/pass\u0000wd.bib', []); // 'passwd.bib'
 */
export function safeFileName(name: string, taken: readonly string[]): string {
  const bare = basename(name.replaceAll('\\', '/'))
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .replace(/[<>:"|?*/]/g, '_')
    .replace(/^[.\s-]+|[.\s]+$/g, '');
  const [, stem, ending] = /^(.*?)((?:\.[A-Za-z0-9]{1,10}){0,2})$/s.exec(bare) ?? [];
  // Not in the middle of a surrogate pair.
  const short = (stem || 'file').slice(0, MAX_NAME_LENGTH - (ending ?? '').length).replace(/[\uD800-\uDBFF]$/, '');
  const used = new Set(taken.map((one) => one.toLowerCase()));
  for (let number = 1; ; number++) {
    const candidate = `${short}${number === 1 ? '' : `-${number}`}${ending ?? ''}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}

/** Makes a folder for the files of one import, and removes folders that were forgotten. */
export async function createUploadFolder(parent: string, now: Date): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      const folder = join(parent, name);
      const modified = name.startsWith(PREFIX) ? await stat(folder).catch(() => undefined) : undefined;
      if (modified && now.getTime() - modified.mtimeMs > MAX_AGE_MS) await rm(folder, { recursive: true, force: true });
    }
    return await mkdtemp(join(parent, PREFIX));
  } catch (error) {
    throw writeError(parent, error);
  }
}

/** The id of the import whose files are in a folder: six letters and digits. */
export function idOfFolder(folder: string): string {
  return basename(folder).slice(PREFIX.length);
}

/**
 * Writes what is sent to a file, piece by piece. The file appears under its name when it is complete.
 *
 * @param maxBytes a longer body is refused, and nothing of it is left
 * @returns the number of bytes
 * @throws HTTPException 413, if it is too long; PaperfieldError bad_input, if it cannot be written
 */
export async function receiveFile(
  path: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => HTTPException,
): Promise<number> {
  const unfinished = `${path}.receiving`;
  let bytes = 0;
  try {
    const file = await open(unfinished, 'wx');
    try {
      for await (const piece of body) {
        bytes += piece.byteLength;
        if (bytes > maxBytes) throw tooLarge();
        await file.writeFile(piece);
      }
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return bytes;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error instanceof HTTPException ? error : writeError(path, error);
  }
}

function writeError(path: string, error: unknown): Error {
  // Only the system's errors are about the disk; a client that left is none of them.
  if (!(error instanceof Error && 'syscall' in error)) {
    return new HTTPException(400, { message: 'the file was not sent to its end; send it again' });
  }
  return isDiskFull(error) ? diskFullError(path, error.message) : cannotWriteError(path, error, '--data-dir');
}
