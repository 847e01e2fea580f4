/** The snapshot that is being served: follows `current` of the data folder, without dropping a request. */
import { basename } from 'node:path';
import type { Effects } from '../pipeline/core/effects.ts';
import { errorMessage } from '../pipeline/core/errors.ts';
import type { Embedder } from '../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../pipeline/embedding/open-embedder.ts';
import { currentSnapshotFolder, currentSnapshotId, dataPaths, snapshotFolder } from '../pipeline/store/data-folder.ts';
import { verifyChecksums } from '../pipeline/store/snapshot-reader.ts';
import { type Engine, openEngine } from './snapshot-engine.ts';

/** How often `current` is read. Polling costs next to nothing and, unlike file watchers, works on every file system. */
const POLL_MS = 500;

/** The engine of the current snapshot. */
export interface LiveEngine {
  /** Calls `use` with the current engine, which stays open until `use` is done even if it is replaced meanwhile. */
  with<T>(use: (engine: Engine) => T | Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface ServedSnapshot {
  readonly engine: Engine;
  /** Requests in progress. */
  users: number;
  /** Whether another snapshot has replaced it. */
  isReplaced: boolean;
}

/**
 * Opens the current snapshot of a data folder and follows `current`: when it names another snapshot, that one is opened
 * and replaces the old one, which is closed after its last request. If it cannot be opened, that is reported once, and
 * the old one stays.
 *
 * @throws PaperfieldError not_found, corrupt
 */
export async function openLiveEngine(dataDir: string, effects: Effects): Promise<LiveEngine> {
  const models = new ModelCache(dataDir, effects);
  const folder = currentSnapshotFolder(dataDir);
  let current = await openSnapshot(folder, models);
  let lastSeenId: string = basename(folder);
  let polling: Promise<void> = Promise.resolve();

  const closeIfUnused = ({ engine, users, isReplaced }: ServedSnapshot) => {
    if (isReplaced && users === 0) engine.close();
  };
  const poll = async () => {
    const id = currentSnapshotId(dataDir);
    if (id === undefined || id === lastSeenId) return;
    lastSeenId = id;
    try {
      const next = await openSnapshot(snapshotFolder(dataDir, id), models);
      const previous = current;
      current = next;
      previous.isReplaced = true;
      closeIfUnused(previous);
      effects.log(`now serving snapshot ${id}`);
    } catch (error) {
      effects.warn(`cannot open snapshot ${id}, still serving ${current.engine.snapshotId}: ${errorMessage(error)}`);
    }
  };
  const timer = setInterval(() => {
    // One after the other: opening a snapshot may take longer than the interval.
    polling = polling.then(poll).catch((error: unknown) => effects.warn(errorMessage(error)));
  }, POLL_MS);

  return {
    async with(use) {
      const served = current;
      served.users++;
      try {
        return await use(served.engine);
      } finally {
        served.users--;
        closeIfUnused(served);
      }
    },
    async close() {
      clearInterval(timer);
      await polling;
      current.isReplaced = true;
      closeIfUnused(current);
      await models.close();
    },
  };
}

async function openSnapshot(folder: string, models: ModelCache): Promise<ServedSnapshot> {
  const { model } = await verifyChecksums(folder);
  return {
    engine: await openEngine(folder, await models.find(model.source, model.fingerprint)),
    users: 0,
    isReplaced: false,
  };
}

/** Keeps the embedding model loaded from one snapshot to the next, as long as both were made with the same one. */
class ModelCache {
  readonly #dataDir: string;
  readonly #effects: Effects;
  #loaded: Embedder | undefined;

  constructor(dataDir: string, effects: Effects) {
    this.#dataDir = dataDir;
    this.#effects = effects;
  }

  /** The model, or undefined (with a warning) if it cannot be loaded or is not the one that made the vectors. */
  async find(source: string, fingerprint: string): Promise<Embedder | undefined> {
    if (this.#loaded?.fingerprint === fingerprint) return this.#loaded;
    try {
      const embedder = await openEmbedder(source, dataPaths(this.#dataDir).modelCache, this.#effects);
      if (embedder.fingerprint === fingerprint) {
        // The previous model is not closed: it may still embed queries of the old snapshot. It is garbage-collected.
        this.#loaded = embedder;
        return embedder;
      }
      await embedder.close();
      this.#effects.warn(
        `only keyword search is available: model '${source}' has changed since the snapshot was built; build again`,
      );
    } catch (error) {
      this.#effects.warn(`only keyword search is available: ${errorMessage(error)}`);
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#loaded?.close();
  }
}
