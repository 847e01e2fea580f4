import { basename } from 'node:path';
import type { Effects } from '../pipeline/core/effects.ts';
import { messageOf } from '../pipeline/core/errors.ts';
import type { Embedder } from '../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../pipeline/embedding/open-embedder.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataFolders,
  snapshotFolder,
} from '../pipeline/store/data-folder.ts';
import { verifyFiles } from '../pipeline/store/snapshot-reader.ts';
import { type Engine, openEngine } from './snapshot-engine.ts';

/** How often `current` is looked at. Far cheaper than a file watcher is reliable; a swap shows well within 2 s. */
const LOOK_EVERY_MS = 500;

/** The engine over whatever snapshot `current` names. */
export interface LiveEngine {
  /** Answers with the engine of now, which stays open until `use` is done even if another takes over meanwhile. */
  with<T>(use: (engine: Engine) => T | Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Opened {
  readonly engine: Engine;
  users: number;
  retired: boolean;
}

/**
 * Opens the current snapshot of a data folder and follows it: when `current` names another, that one is opened beside
 * the old, then takes over; the old is closed once its last request is answered. One that cannot be opened is told of
 * once, and the old goes on serving.
 *
 * @throws PaperfieldError not_found, corrupt
 */
export async function openLiveEngine(dataDir: string, effects: Effects): Promise<LiveEngine> {
  const models = new Models(dataDir, effects);
  const folder = currentSnapshotFolder(dataDir);
  let current = await openOne(folder, models);
  let lastSeen: string = basename(folder);
  let following: Promise<void> = Promise.resolve();

  const release = (opened: Opened) => {
    if (opened.retired && opened.users === 0) opened.engine.close();
  };
  const follow = async () => {
    const id = currentSnapshotId(dataDir);
    if (id === undefined || id === lastSeen) return;
    lastSeen = id;
    try {
      const next = await openOne(snapshotFolder(dataDir, id), models);
      const previous = current;
      current = next;
      previous.retired = true;
      release(previous);
      effects.log(`now serving snapshot ${id}`);
    } catch (error) {
      effects.warn(
        `snapshot ${id} cannot be opened, ${current.engine.snapshotId} goes on serving: ${messageOf(error)}`,
      );
    }
  };
  const timer = setInterval(() => {
    // One after the other: a swap that takes longer than the interval must not start a second one.
    following = following.then(follow).catch((error: unknown) => effects.warn(messageOf(error)));
  }, LOOK_EVERY_MS);

  return {
    async with(use) {
      const opened = current;
      opened.users++;
      try {
        return await use(opened.engine);
      } finally {
        opened.users--;
        release(opened);
      }
    },
    async close() {
      clearInterval(timer);
      await following;
      current.retired = true;
      release(current);
      await models.close();
    },
  };
}

async function openOne(folder: string, models: Models): Promise<Opened> {
  const { model } = await verifyFiles(folder);
  return {
    engine: await openEngine(folder, await models.find(model.source, model.fingerprint)),
    users: 0,
    retired: false,
  };
}

/** The model that the snapshots were made with; kept over a change of snapshot where it stays the same. */
class Models {
  readonly #dataDir: string;
  readonly #effects: Effects;
  #loaded: Embedder | undefined;

  constructor(dataDir: string, effects: Effects) {
    this.#dataDir = dataDir;
    this.#effects = effects;
  }

  /** The model, or undefined (with a warning) where it is gone or no longer the one that made the vectors. */
  async find(source: string, fingerprint: string): Promise<Embedder | undefined> {
    if (this.#loaded?.fingerprint === fingerprint) return this.#loaded;
    try {
      const embedder = await openEmbedder(source, dataFolders(this.#dataDir).modelCache, this.#effects);
      if (embedder.fingerprint === fingerprint) {
        // The previous one may still be answering; its memory goes when nobody holds it any more.
        this.#loaded = embedder;
        return embedder;
      }
      await embedder.close();
      this.#effects.warn(
        `model '${source}' has changed since the snapshot was built: only words are searched; build again`,
      );
    } catch (error) {
      this.#effects.warn(`only words are searched: ${messageOf(error)}`);
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#loaded?.close();
  }
}
