/**
 * The snapshot that is being served. When a new snapshot becomes current, it replaces the old one without failing any
 * request.
 */
import { basename } from 'node:path';
import type { Effects } from '../pipeline/core/effects.ts';
import { errorMessage, PaperfieldError } from '../pipeline/core/errors.ts';
import type { Embedder } from '../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../pipeline/embedding/open-embedder.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  olderSnapshots,
  snapshotFolder,
} from '../pipeline/store/data-folder.ts';
import { verifyChecksums } from '../pipeline/store/snapshot-reader.ts';
import { openSnapshotEngine, type SnapshotEngine } from './snapshot-engine.ts';

/**
 * Milliseconds between reads of the file `current`, which names the current snapshot. Polling is cheap and, unlike file
 * watchers, works on every file system.
 */
const POLL_MS = 500;

/** Gives access to the engine of the current snapshot. */
export interface LiveEngine {
  /**
   * Calls `use` with the current engine. That engine stays open until `use` is done, even if a new snapshot replaces it
   * meanwhile.
   */
  with<T>(use: (engine: SnapshotEngine) => T | Promise<T>): Promise<T>;
  state(): ServingState;
  close(): Promise<void>;
}

/** Whether the snapshot that is served is the current one. */
export interface ServingState {
  readonly snapshot: string;
  /** Why another snapshot than the current one is served; null if the current one is. */
  readonly fault: string | null;
}

interface ServedSnapshot {
  readonly engine: SnapshotEngine;
  /** The number of requests that are using the engine. */
  users: number;
  /** Whether a newer snapshot has replaced this one. If so, it is closed after its last request. */
  isReplaced: boolean;
}

/**
 * Opens the current snapshot of a data folder, or the newest whole one before it if the current one is damaged, and
 * watches the file `current`, which names it. When `current` names
 * another snapshot, the new one is opened and replaces the old one, which is closed after its last request. If the new
 * one cannot be opened, a warning is logged once, and the old one stays.
 *
 * @throws PaperfieldError not_found or corrupt, if there is no snapshot to open
 */
export async function openLiveEngine(dataDir: string, effects: Effects): Promise<LiveEngine> {
  const models = new ModelCache(dataDir, effects);
  const opened = await openNewestWhole(dataDir, models, effects);
  let { served: current, fault } = opened;
  let lastSeenId = opened.currentId;
  let polling: Promise<void> = Promise.resolve();

  const closeIfUnused = ({ engine, users, isReplaced }: ServedSnapshot) => {
    if (isReplaced && users === 0) engine.close();
  };
  const poll = async () => {
    const id = currentSnapshotId(dataDir);
    if (id === undefined || id === lastSeenId) return;
    lastSeenId = id;
    try {
      const next = await openSnapshot(snapshotFolder(dataDir, id), models, effects);
      const previous = current;
      current = next;
      fault = null;
      previous.isReplaced = true;
      closeIfUnused(previous);
      effects.log(`now serving snapshot ${id}`);
    } catch (error) {
      fault = errorMessage(error);
      effects.warn(`cannot open snapshot ${id}, still serving ${current.engine.snapshotId}: ${errorMessage(error)}`);
    }
  };
  const timer = setInterval(() => {
    // Polls run one after the other: opening a snapshot may take longer than the interval.
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
    state: () => ({ snapshot: current.engine.snapshotId, fault }),
    async close() {
      clearInterval(timer);
      await polling;
      current.isReplaced = true;
      closeIfUnused(current);
      await models.close();
    },
  };
}

/**
 * Opens the current snapshot, or the newest whole one before it. Only a damaged one is passed over: a snapshot that
 * someone went back from is newer than the current one and never served.
 *
 * @throws PaperfieldError not_found, if there is no snapshot; corrupt, with the fault of the current one, if none is whole
 */
async function openNewestWhole(
  dataDir: string,
  models: ModelCache,
  effects: Effects,
): Promise<{ served: ServedSnapshot; currentId: string; fault: string | null }> {
  const currentId = basename(currentSnapshotFolder(dataDir));
  let firstError: unknown;
  for (const id of [currentId, ...olderSnapshots(dataDir, currentId)]) {
    try {
      const served = await openSnapshot(snapshotFolder(dataDir, id), models, effects);
      if (firstError === undefined) return { served, currentId, fault: null };
      effects.warn(
        `serving snapshot ${id} instead, the one before: build again, or run 'paperfield snapshots rollback'`,
      );
      return { served, currentId, fault: errorMessage(firstError) };
    } catch (error) {
      if (!(error instanceof PaperfieldError && error.kind === 'corrupt')) throw error;
      effects.warn(`snapshot ${id} cannot be served: ${error.message}`);
      firstError ??= error;
    }
  }
  throw firstError;
}

async function openSnapshot(
  folder: string,
  models: ModelCache,
  { now }: Pick<Effects, 'now'>,
): Promise<ServedSnapshot> {
  const { model } = await verifyChecksums(folder);
  return {
    engine: await openSnapshotEngine(folder, await models.find(model.source, model.fingerprint), now),
    users: 0,
    isReplaced: false,
  };
}

/** Keeps the embedding model loaded as long as consecutive snapshots were built with the same model. */
class ModelCache {
  readonly #dataDir: string;
  readonly #effects: Effects;
  #loaded: Embedder | undefined;

  constructor(dataDir: string, effects: Effects) {
    this.#dataDir = dataDir;
    this.#effects = effects;
  }

  /**
   * Returns the model. Returns undefined, and logs a warning, if it cannot be loaded or is not the model that made the
   * vectors.
   *
   * @param fingerprint of the model that made the vectors of the snapshot
   */
  async find(source: string, fingerprint: string): Promise<Embedder | undefined> {
    if (this.#loaded?.fingerprint === fingerprint) return this.#loaded;
    try {
      const embedder = await openEmbedder(source, dataPaths(this.#dataDir).modelCache, this.#effects);
      if (embedder.fingerprint === fingerprint) {
        // The previous model is not closed, because it may still be embedding queries of the old snapshot. It is
        // garbage-collected.
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
