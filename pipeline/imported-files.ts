/**
 * The files that a user imported, in the data folder: `imported/NAME`, and `imported.json` with where each came from. They
 * are sources of every build and night, so that what was imported once stays.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { cannotReadError, errorMessage, PaperfieldError } from './core/errors.ts';
import { knownFields } from './ingest/formats/source-record.ts';
import { type NamedColumns, resolveSources, type SourceFile } from './ingest/source-files.ts';
import { createFolder } from './runtime/create-folder.ts';
import { writeAtomically } from './store/atomic-write.ts';
import { dataPaths } from './store/data-folder.ts';

const entrySchema = z.object({
  /** Its name in the folder `imported`. */
  file: z.string().min(1),
  /** Where it came from: an absolute path; absent for standard input and for files that were dropped on the page. */
  from: z.string().optional(),
  sha256: z.string(),
  importedAt: z.iso.datetime(),
  /** The columns that the user named. */
  columns: z.partialRecord(z.enum(Object.keys(knownFields) as [keyof typeof knownFields]), z.string()).optional(),
});
type ImportedFile = z.output<typeof entrySchema>;

export interface ImportSettings {
  readonly columns: NamedColumns;
  readonly standardInput: Readable;
  /** Whether the paths are those of uploads, which say nothing of where a file came from. */
  readonly isTemporary: boolean;
  readonly now: Date;
  warn(line: string): void;
}

/** Files that were copied, and how to take that back. */
export interface CopiedFiles {
  /** For each name in the folder, the name that the user knows. */
  readonly names: ReadonlyMap<string, string>;
  /** Removes the copies and puts back what they replaced; for an import that failed. */
  undo(): void;
  /** Removes what was replaced. */
  keep(): void;
}

/**
 * The imported files as sources, in the order in which they were imported.
 *
 * @param warn is told of a registry that cannot be read: then the files are read by name
 */
export async function importedSources(dataDir: string, warn: (line: string) => void): Promise<SourceFile[]> {
  const { imported } = dataPaths(dataDir);
  if (!hasFiles(imported)) return [];
  const entries = readRegistry(dataDir, warn);
  const order = new Map(entries.map(({ file }, i) => [file, i]));
  const found = await resolveSources([imported], process.stdin);
  const byOrder = (name: string) => order.get(name) ?? -1;
  return found
    .sort((a, b) => byOrder(a.name) - byOrder(b.name))
    .map((source) => {
      const columns = entries.find(({ file }) => file === source.name)?.columns;
      return { ...source, name: `imported/${source.name}`, ...(columns && { columns: columns as NamedColumns }) };
    });
}

/** Whether a folder has a file that is not hidden, in itself or below. */
export function hasFiles(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some(
    (entry) => !entry.name.startsWith('.') && (!entry.isDirectory() || hasFiles(join(folder, entry.name))),
  );
}

function readRegistry(dataDir: string, warn: (line: string) => void): ImportedFile[] {
  const path = dataPaths(dataDir).importedRegistry;
  if (!existsSync(path)) return [];
  try {
    return z.array(entrySchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    warn(`${path}: cannot be read, so columns that were named are guessed again (${errorMessage(error)})`);
    return [];
  }
}

/**
 * Copies files into the data folder. One that was imported from the same path is replaced; one of the same name from
 * elsewhere stays, and the new one gets another name. The caller holds the lock of the data folder.
 *
 * @throws PaperfieldError bad_input, if a file cannot be read; disk_full
 */
export async function copyImports(
  dataDir: string,
  inputs: readonly Pick<SourceFile, 'name' | 'path'>[],
  { columns, standardInput, isTemporary, now, warn }: ImportSettings,
): Promise<CopiedFiles> {
  const { imported, importedRegistry } = dataPaths(dataDir);
  createFolder(imported);
  // What a killed import left.
  for (const name of readdirSync(imported)) if (LEFTOVER.test(name)) rmSync(join(imported, name), { force: true });
  const before = readRegistry(dataDir, warn);
  let entries = before;
  const replaced: { readonly aside: string; readonly path: string }[] = [];
  const copied: string[] = [];
  const names = new Map<string, string>();
  const undo = () => {
    for (const path of copied) rmSync(path, { force: true });
    for (const { aside, path } of replaced) renameSync(aside, path);
    writeAtomically(importedRegistry, `${JSON.stringify(before, null, 2)}\n`);
  };
  try {
    for (const input of inputs) {
      const from = input.path === undefined || isTemporary ? undefined : resolve(input.path);
      const temporary = join(imported, `.${process.pid}.writing`);
      const sha256 = await copyTo(temporary, input, standardInput);
      const same = entries.find((entry) => entry.sha256 === sha256 || (from !== undefined && entry.from === from));
      const file = same?.file ?? freeName(input.name, new Set(readdirSync(imported)));
      const path = join(imported, file);
      if (existsSync(path)) {
        const aside = join(imported, `.${process.pid}.${replaced.length}.before`);
        // A link rather than a new name, so that the file is there at every moment.
        linkSync(path, aside);
        replaced.push({ aside, path });
      } else copied.push(path);
      renameSync(temporary, path);
      names.set(file, input.name);
      const entry: ImportedFile = {
        file,
        ...(from !== undefined && { from }),
        sha256,
        importedAt: now.toISOString(),
        ...(Object.keys(columns).length > 0 && { columns: columns as ImportedFile['columns'] }),
      };
      entries = [...entries.filter((one) => one.file !== file), entry];
    }
    writeAtomically(importedRegistry, `${JSON.stringify(entries, null, 2)}\n`);
  } catch (error) {
    undo();
    throw error;
  }
  return {
    names,
    undo,
    keep() {
      for (const { aside } of replaced) rmSync(aside, { force: true });
    },
  };
}

const LEFTOVER = /^\.\d+\.(?:writing|\d+\.before)$/;

/** Copies a file aside. @returns the checksum of its content */
async function copyTo(
  target: string,
  { path, name }: Pick<SourceFile, 'name' | 'path'>,
  standardInput: Readable,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(
      path === undefined ? standardInput : createReadStream(path),
      hashing(hash),
      createWriteStream(target),
    );
  } catch (error) {
    rmSync(target, { force: true });
    throw error instanceof PaperfieldError ? error : cannotReadError(path ?? name, error);
  }
  return hash.digest('hex');
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** A name that no file has: `papers.csv`, `papers-2.csv`. Hidden names would not be read. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const plain =
    basename(name)
      .replace(/^\.+/, '')
      .replace(/[\p{Control}/\\]/gu, '') || 'papers';
  const ending = extname(plain.replace(/\.(?:gz|xz|zst)$/i, '')) + (/\.(?:gz|xz|zst)$/i.exec(plain)?.[0] ?? '');
  const stem = plain.slice(0, plain.length - ending.length);
  let free = plain;
  for (let n = 2; taken.has(free); n++) free = `${stem}-${n}${ending}`;
  return free;
}
