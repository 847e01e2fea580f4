/**
 * Files and folders on this machine, watched by content: a copy of each is kept, so that its papers stay when the file is
 * gone for a night, on a network drive for example. A file whose size and time are unchanged is not read again.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '../../core/errors.ts';
import { FetchError } from '../http/fetch-error.ts';
import { commonOptions, type SourceContext, type SourceRun, type SourceState } from '../source.ts';

export const filesOptions = z.strictObject({
  kind: z.literal('files').describe('Files and folders on this machine, in any format that paperfield reads'),
  ...commonOptions,
  paths: z
    .array(z.string().min(1))
    .min(1)
    .describe('Files, and folders with all files in them and in their subfolders, without hidden ones'),
});

const knownSchema = z.object({
  path: z.string(),
  size: z.number(),
  modified: z.number(),
  file: z.string(),
  sha256: z.string(),
});
const checkpointSchema = z.array(knownSchema).catch([]);

interface LocalFile {
  readonly path: string;
  /** What issues call it: its name, or its path within the folder that the user named. */
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

export async function* fetchFiles(
  options: z.infer<typeof filesOptions>,
  { checkpoint }: SourceState,
  context: SourceContext,
): SourceRun {
  const known = new Map(checkpointSchema.parse(checkpoint).map((file) => [file.path, file]));
  const found = (await Promise.all(options.paths.map(filesAt))).flat();
  const read: z.infer<typeof knownSchema>[] = [];
  for (const { path, name, size, modified } of found) {
    const before = known.get(path);
    const isUnchanged = before?.size === size && before.modified === modified;
    const extension = extname(name).slice(1).toLowerCase() || 'txt';
    const content = isUnchanged
      ? { file: before.file, sha256: before.sha256, bytes: size }
      : await context.store(createReadStream(path, { signal: context.signal }), extension).catch((error: unknown) => {
          context.signal.throwIfAborted();
          throw cannotRead(path, error);
        });
    read.push({ path, size, modified, file: content.file, sha256: content.sha256 });
    yield { content, format: 'file', extension, name, total: undefined };
  }
  return { mode: 'replace', checkpoint: read, notes: [] };
}

async function filesAt(path: string): Promise<LocalFile[]> {
  const root = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  if (!root.isDirectory()) return [{ path, name: basename(path), size: root.size, modified: root.mtimeMs }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1));
  const files: LocalFile[] = [];
  for (const name of names) {
    // A broken link is no file; a link to a folder is not followed, because such links may form a cycle.
    const target = await stat(join(path, name)).catch(() => undefined);
    if (target?.isFile()) files.push({ path: join(path, name), name, size: target.size, modified: target.mtimeMs });
  }
  if (files.length === 0) {
    throw new FetchError(`${path}: the folder contains no files; is its drive mounted?`, { isTransient: false });
  }
  return files;
}

function cannotRead(path: string, error: unknown): FetchError {
  return new FetchError(`${path}: cannot be read (${errorMessage(error)})`, { isTransient: false, cause: error });
}
