import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { quietEffects } from '../../pipeline/cli/terminal.ts';
import type { Effects } from '../../pipeline/core/effects.ts';
import { fetchModel, type HubDoor, hubDoor } from '../../pipeline/embedding/hub.ts';
import { scratchFolders } from '../store/scratch-folder.ts';
import { type HubServer, hubModel, startHub } from './hub-server.ts';
import { tinyFiles } from './tiny-model.ts';

/** For each test a hub of its own and an empty cache folder. */
export function hubAndCache() {
  const newFolder = scratchFolders();
  let hub: HubServer;
  const session = {
    cache: '',
    newFolder,
    get hub() {
      return hub;
    },
    /** Fetches the hub's model into the cache; without waiting between tries. */
    fetchIt(effects: Effects = quietEffects(), door: HubDoor = impatient()) {
      return fetchModel(hubModel, session.cache, hub.url, effects, door);
    },
  };
  beforeEach(async () => {
    hub = await startHub({ ...tinyFiles(), '1_Pooling/config.json': { pooling_mode_cls_token: true } });
    session.cache = newFolder();
  });
  afterEach(() => hub.close());
  return session;
}

/** Waits for nothing, and remembers how long it should have waited. */
export function impatient(stallMs = hubDoor.stallMs): HubDoor & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    ...hubDoor,
    stallMs,
    waits,
    async wait(ms) {
      waits.push(ms);
    },
  };
}

/** Every file below a folder, with `/`. */
export const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
