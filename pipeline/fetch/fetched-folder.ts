/**
 * What was fetched from a source, on disk: `fetched/NAME` in the data folder.
 *
 *     content/HASH.xml.gz   answers as they came, named by their SHA-256; compressed, unless they already are
 *     source.json           what the last complete run left: its checkpoint, and which content belongs to the source
 *     unfinished.json       what a run that did not end has so far, and from what state the next one goes on
 *
 * The replacement of `source.json` is what makes a run count: until then, nothing of the source has changed for a reader.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { createFolder } from '../runtime/create-folder.ts';
import { syncToDisk, writeAtomically } from '../store/atomic-write.ts';
import type { StoredContent } from './source.ts';

const entrySchema = z.object({
  file: z.string().regex(/^[0-9a-f]{32}\.[a-z0-9.]+$/),
  format: z.enum(['hf-daily-api', 'feed', 'oai-pmh', 'openalex', 'jsonl', 'zotero-api', 'file']),
  /** What issues call the content: its URL, or its path. */
  name: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  records: z.number().optional(),
  /** Content of a later run with the same key takes the place of this one. */
  key: z.string().optional(),
});

/** One piece of content of a source. */
export type FetchedEntry = z.infer<typeof entrySchema>;

const stateSchema = z.object({
  version: z.literal(1),
  /** Hash of the options of the source: with others, its checkpoint means nothing. */
  options: z.string(),
  fetchedAt: z.iso.datetime(),
  checkpoint: z.unknown(),
  /** Oldest first: what is said of a paper later counts more. */
  entries: z.array(entrySchema),
});
export type FetchedState = z.infer<typeof stateSchema>;

const unfinishedSchema = z.object({
  version: z.literal(1),
  options: z.string(),
  startedAt: z.iso.datetime(),
  resume: z.unknown(),
  entries: z.array(entrySchema),
  /** Number of runs since that went on from here and got no page. */
  idleRuns: z.int(),
});
export type UnfinishedState = z.infer<typeof unfinishedSchema>;

/** What a run that did not end has fetched is too old after this: lists have moved, tokens have expired. */
const MAX_UNFINISHED_AGE_MS = 48 * 3_600_000;
/** After so many runs without a page, a source begins again instead of going on. */
const MAX_IDLE_RUNS = 3;

/** Endings of content that compression would not make smaller, or that readers must read at random places. */
const UNCOMPRESSED = new Set(['gz', 'xz', 'zst', 'zip', 'bz2', 'parquet', 'sqlite', 'db']);

/** The paths of a source's files. */
function pathsOf(dataDir: string, name: string) {
  const folder = join(dataDir, 'fetched', name);
  return {
    content: join(folder, 'content'),
    state: join(folder, 'source.json'),
    unfinished: join(folder, 'unfinished.json'),
  };
}

export interface FetchedFolder {
  /** What the last complete run left; undefined if there is none, or if any of its content is missing. */
  readState(): FetchedState | undefined;
  /** What a run with the same options left that did not end; forgets one with others, or one that is too old. */
  takeUnfinished(options: string, now: Date): UnfinishedState | undefined;
  writeUnfinished(state: UnfinishedState): void;
  /** Makes a run count, and removes all content that no longer belongs to the source. */
  commit(state: FetchedState): void;
  /**
   * Notes that a run went on from a state and got no page. Forgets the state if it was refused, or after the third run.
   *
   * @returns whether the state is still there
   */
  countIdleRun(state: UnfinishedState, isRefused: boolean): boolean;
  /** Forgets a run that did not end. */
  removeUnfinished(): void;
  /** Writes content to disk; its name appears only once it is complete. */
  store(content: AsyncIterable<Uint8Array> | Uint8Array, extension: string): Promise<StoredContent>;
}

export function openFetchedFolder(dataDir: string, name: string): FetchedFolder {
  const paths = pathsOf(dataDir, name);
  let writes = 0;
  const isComplete = (entries: readonly FetchedEntry[]) =>
    entries.every(({ file }) => existsSync(join(paths.content, file)));

  return {
    readState() {
      const state = readJson(paths.state, stateSchema);
      return state && isComplete(state.entries) ? state : undefined;
    },
    takeUnfinished(options, now) {
      const state = readJson(paths.unfinished, unfinishedSchema);
      const isYoung = state !== undefined && now.getTime() - Date.parse(state.startedAt) < MAX_UNFINISHED_AGE_MS;
      if (isYoung && state.options === options && isComplete(state.entries)) return state;
      rmSync(paths.unfinished, { force: true });
      return undefined;
    },
    countIdleRun(state, isRefused) {
      const isKept = !isRefused && state.idleRuns + 1 < MAX_IDLE_RUNS;
      if (isKept) this.writeUnfinished({ ...state, idleRuns: state.idleRuns + 1 });
      else this.removeUnfinished();
      return isKept;
    },
    writeUnfinished(state) {
      writeAtomically(paths.unfinished, JSON.stringify(state));
    },
    commit(state) {
      createFolder(paths.content);
      // The names of the content must be on disk before the file that lists them.
      syncToDisk(paths.content);
      writeAtomically(paths.state, `${JSON.stringify(state, undefined, 1)}\n`);
      rmSync(paths.unfinished, { force: true });
      const used = new Set(state.entries.map(({ file }) => file));
      for (const file of readdirSync(paths.content)) {
        if (!used.has(file)) rmSync(join(paths.content, file), { force: true });
      }
    },
    removeUnfinished() {
      rmSync(paths.unfinished, { force: true });
    },
    async store(content, extension) {
      createFolder(paths.content);
      const temporary = join(paths.content, `${++writes}.${process.pid}.writing`);
      const hash = createHash('sha256');
      let bytes = 0;
      const measured = Readable.from(
        (async function* () {
          for await (const chunk of content instanceof Uint8Array ? [content] : content) {
            hash.update(chunk);
            bytes += chunk.byteLength;
            yield chunk;
          }
        })(),
        { objectMode: false },
      );
      const output = createWriteStream(temporary, { flush: true });
      try {
        if (UNCOMPRESSED.has(extension)) await pipeline(measured, output);
        else await pipeline(measured, createGzip(), output);
        const sha256 = hash.digest('hex');
        const file = `${sha256.slice(0, 32)}.${extension}${UNCOMPRESSED.has(extension) ? '' : '.gz'}`;
        renameSync(temporary, join(paths.content, file));
        return { file, sha256, bytes };
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    },
  };
}

/** A file of JSON; undefined if it is missing, damaged, or of another version. */
function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Content of a source, for its reader. */
export interface FetchedFile extends FetchedEntry {
  /** Where it lies; compressed with gzip if the name ends with `.gz`. */
  readonly path: string;
}

/**
 * All content of a source as its last complete run left it, oldest first. None if the source was never fetched.
 *
 * @example
 * fetchedFiles('data', 'arxiv-ir'); // [{ path: 'data/fetched/arxiv-ir/content/….xml.gz', format: 'feed', … }]
 */
export function fetchedFiles(dataDir: string, name: string): FetchedFile[] {
  const { content } = pathsOf(dataDir, name);
  const entries = openFetchedFolder(dataDir, name).readState()?.entries ?? [];
  return entries.map((entry) => ({ ...entry, path: join(content, entry.file) }));
}
