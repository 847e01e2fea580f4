/** The imports of a server: each is a folder of files that are sent, read, shown, and imported or discarded. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HTTPException } from 'hono/http-exception';
import { errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';
import type { ImportPolicy, ImportPreview, ImportState } from '../schemas/import.ts';
import type { Importer } from './importer.ts';
import { createUploadFolder, idOfFolder, receiveFile, safeFileName } from './uploads.ts';

/** So many imports may wait for their user at once; a further one replaces the oldest that is not running. */
const MAX_WAITING = 4;
/** The most files of one import: more are better given as a folder on the command line. */
const MAX_FILES = 200;

export interface ImportServiceOptions {
  readonly importer: Importer;
  /** The folder for files that are sent. */
  readonly folder: string;
  /** How large all files of one import may be together. */
  readonly maxBytes: number;
  now(): Date;
  /** Called with one line about an unexpected error. */
  warn(line: string): void;
}

/** Whether files can be imported, and if so by what. */
export interface Imports {
  readonly service?: ImportService;
  readonly policy: ImportPolicy;
}

interface Import {
  readonly folder: string;
  readonly stop: AbortController;
  /** Names that files have or will have once they are received. */
  readonly names: string[];
  /** Bytes that were received or announced. */
  bytes: number;
  state: ImportState;
  /** What is going on, for `close`. */
  work: Promise<void>;
}

/**
 * The states of an import follow each other: `uploading` until `read`, `reading`, `preview` until `start`, `importing`,
 * `done` or `failed`. All methods but `create` throw not_found for an id that no import has.
 */
export class ImportService {
  readonly #options: ImportServiceOptions;
  readonly #imports = new Map<string, Import>();
  #isClosed = false;

  constructor(options: ImportServiceOptions) {
    this.#options = options;
  }

  async create(): Promise<ImportState> {
    const { folder: parent, now } = this.#options;
    const waiting = [...this.#imports].filter(([, { state }]) => state.state !== 'importing');
    if (waiting.length >= MAX_WAITING) await this.discard(waiting[0][0]);
    const folder = await createUploadFolder(parent, now());
    const id = idOfFolder(folder);
    const state: ImportState = { state: 'uploading', id, files: [] };
    const one = { folder, stop: new AbortController(), names: [], bytes: 0, state, work: Promise.resolve() };
    this.#imports.set(id, one);
    return state;
  }

  state(id: string): ImportState {
    return this.#find(id).state;
  }

  /**
   * Receives a file.
   *
   * @param announced its length in bytes, if the client said so; else 0
   * @param body opens what is sent. If it is not opened, the server can still answer before all of it was sent
   * @throws HTTPException 409 if files cannot be added any more, 413 if there would be too many or too much of them
   */
  async add(id: string, name: string, announced: number, body: () => AsyncIterable<Uint8Array>): Promise<ImportState> {
    const one = this.#find(id);
    this.#expect(one, 'uploading');
    const { maxBytes } = this.#options;
    const tooLarge = () =>
      new HTTPException(413, {
        message: `${name}: the files have more than ${formatBytes(maxBytes)} together; import them with 'paperfield import', or raise importMaxMegabytes`,
      });
    if (one.names.length >= MAX_FILES) {
      throw new HTTPException(413, {
        message: `an import has at most ${MAX_FILES} files; import a folder with 'paperfield import'`,
      });
    }
    if (one.bytes + announced > maxBytes) throw tooLarge();
    const kept = safeFileName(name, one.names);
    one.names.push(kept);
    const bytes = await receiveFile(join(one.folder, kept), body(), maxBytes - one.bytes, tooLarge);
    // A file that is received while others are is counted when it is complete: then all must still fit.
    one.bytes += bytes;
    if (one.bytes > maxBytes) {
      one.bytes -= bytes;
      await rm(join(one.folder, kept), { force: true });
      throw tooLarge();
    }
    if (one.state.state === 'uploading') {
      one.state = { ...one.state, files: [...one.state.files, { name: kept, bytes }] };
    }
    return one.state;
  }

  /** Starts to read the files that were received. */
  read(id: string): ImportState {
    const one = this.#find(id);
    this.#expect(one, 'uploading');
    const { files } = one.state;
    if (files.length === 0) throw new PaperfieldError('bad_request', 'no file was sent that could be read');
    one.state = { state: 'reading', id, files };
    one.work = this.#follow(one, async () => {
      const preview = await this.#options.importer.preview(this.#paths(one), one.stop.signal);
      return { state: 'preview', id, files, preview: withoutFolder(preview, one.folder) };
    });
    return one.state;
  }

  /** Starts to import the files whose preview was shown. */
  start(id: string): ImportState {
    const one = this.#find(id);
    this.#expect(one, 'preview');
    const { files } = one.state;
    if ([...this.#imports.values()].some(({ state }) => state.state === 'importing')) {
      throw new PaperfieldError('locked', 'another import is running; wait until it has finished');
    }
    one.state = { state: 'importing', id, files, progress: null };
    one.work = this.#follow(one, async () => {
      const onProgress = (progress: Extract<ImportState, { state: 'importing' }>['progress']) => {
        one.state = { state: 'importing', id, files, progress };
      };
      const outcome = await this.#options.importer.run(this.#paths(one), onProgress, one.stop.signal);
      return { state: 'done', id, files, outcome };
    });
    return one.state;
  }

  /** Ends an import, whatever it is doing, and removes its files. */
  async discard(id: string): Promise<void> {
    await this.#end(id, this.#find(id));
  }

  /** Ends all imports. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#imports].map(([id, one]) => this.#end(id, one)));
  }

  async #end(id: string, one: Import): Promise<void> {
    this.#imports.delete(id);
    one.stop.abort();
    await one.work;
    await rm(one.folder, { recursive: true, force: true });
  }

  #find(id: string): Import {
    const found = this.#imports.get(id);
    if (!found || this.#isClosed) {
      throw new PaperfieldError('not_found', `no import has the id '${id}'; it was discarded, or the server restarted`);
    }
    return found;
  }

  #expect({ state }: Import, expected: ImportState['state']): void {
    if (state.state !== expected) {
      throw new HTTPException(409, { message: `the import is ${state.state}, expected ${expected}` });
    }
  }

  #paths({ folder, state }: Import): string[] {
    return state.files.map(({ name }) => join(folder, name));
  }

  /** Does the work, which gives the next state; if it fails, the import has failed. Then its files are not needed. */
  async #follow(one: Import, work: () => Promise<ImportState>): Promise<void> {
    let next: ImportState;
    try {
      next = await work();
    } catch (error) {
      const { id, files } = one.state;
      // An error that is a bug is for the log; what else could be said of it would not help.
      if (!(error instanceof PaperfieldError) && !one.stop.signal.aborted) {
        this.#options.warn(`import: ${error instanceof Error ? error.stack : errorMessage(error)}`);
      }
      next = { state: 'failed', id, files, message: errorMessage(error).replaceAll(`${one.folder}/`, '') };
    }
    if (next.state !== 'preview') await rm(one.folder, { recursive: true, force: true }).catch(() => undefined);
    one.state = next;
  }
}

/** A preview that calls files by their names, as the user does, and not by where they are kept. */
function withoutFolder(preview: ImportPreview, folder: string): ImportPreview {
  const nameOf = (path: string) => path.replaceAll(`${folder}/`, '');
  return {
    ...preview,
    files: preview.files.map((file) => ({ ...file, name: nameOf(file.name) })),
    duplicates: preview.duplicates.map((one) => ({ ...one, file: nameOf(one.file), reason: nameOf(one.reason) })),
    problems: preview.problems.map((one) => ({ ...one, file: nameOf(one.file), reason: nameOf(one.reason) })),
  };
}

function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${Math.round(bytes / 100_000) / 10} MB`;
}
