import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PaperfieldError } from '../core/errors.ts';
import { syncToDisk, writeAtomically } from './atomic-write.ts';
import { isProcessAlive } from './lock.ts';

/** Where things are in a data folder. */
export function dataFolders(dataDir: string) {
  return {
    snapshots: join(dataDir, 'snapshots'),
    /** A file with the id of the snapshot that serves. */
    current: join(dataDir, 'current'),
    vectorCache: join(dataDir, 'cache', 'vectors'),
    modelCache: join(dataDir, 'cache', 'models'),
    lock: join(dataDir, 'lock'),
    nightlyLog: join(dataDir, 'logs', 'nightly.jsonl'),
  };
}

/** The id of the snapshot that serves, or undefined where nothing was built yet. */
export function currentSnapshotId(dataDir: string): string | undefined {
  const { current } = dataFolders(dataDir);
  if (!existsSync(current)) return undefined;
  const id = readFileSync(current, 'utf8').trim();
  return id === '' ? undefined : id;
}

/** @throws PaperfieldError not_found, where the data folder holds no snapshot */
export function currentSnapshotFolder(dataDir: string): string {
  const id = currentSnapshotId(dataDir);
  if (id === undefined) {
    throw new PaperfieldError(
      'not_found',
      `${dataDir}: no snapshot; make one with: paperfield build --source PATH --data-dir ${dataDir}`,
    );
  }
  return snapshotFolder(dataDir, id);
}

export function snapshotFolder(dataDir: string, id: string): string {
  return join(dataFolders(dataDir).snapshots, id);
}

/** Lets the server use a snapshot from now on. */
export function promote(dataDir: string, id: string): void {
  writeAtomically(dataFolders(dataDir).current, `${id}\n`);
  syncToDisk(dataDir);
}

/** The finished snapshots, the oldest first. */
export function snapshotIds(dataDir: string): string[] {
  const { snapshots } = dataFolders(dataDir);
  if (!existsSync(snapshots)) return [];
  return readdirSync(snapshots, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Removes what a run that was killed left half written: files set aside for a rename that never came. Only for who holds
 * the lock: nobody else writes then.
 */
export function removeLeftovers(dataDir: string): void {
  const { vectorCache } = dataFolders(dataDir);
  for (const folder of [dataDir, vectorCache, ...foldersIn(vectorCache)]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const writer = /\.(\d+)\.writing$/.exec(name)?.[1];
      const asker = folder === dataDir ? /^lock\.(\d+)(?:\.claim)?$/.exec(name)?.[1] : undefined;
      const pid = writer ?? asker;
      if (pid !== undefined && !isProcessAlive(Number(pid))) rmSync(join(folder, name), { force: true });
    }
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

/** Removes the oldest snapshots beyond `keep`, never the current one. Answers the ids that went. */
export function prune(dataDir: string, keep: number): string[] {
  const current = currentSnapshotId(dataDir);
  const spare = snapshotIds(dataDir).filter((id) => id !== current);
  const gone = spare.slice(0, Math.max(0, spare.length - keep + (current === undefined ? 0 : 1)));
  for (const id of gone) rmSync(snapshotFolder(dataDir, id), { recursive: true, force: true });
  return gone;
}
