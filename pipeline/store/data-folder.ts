/** The layout of a data folder, and its snapshots: listing them, choosing the current one, removing old ones. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PaperfieldError } from '../core/errors.ts';
import { syncToDisk, writeAtomically } from './atomic-write.ts';
import { isProcessAlive } from './lock.ts';

/** The paths of the files and folders in a data folder, which data/README.md describes. */
export function dataPaths(dataDir: string) {
  return {
    snapshots: join(dataDir, 'snapshots'),
    /** A file that contains the id of the snapshot in use. */
    current: join(dataDir, 'current'),
    vectorCache: join(dataDir, 'cache', 'vectors'),
    modelCache: join(dataDir, 'cache', 'models'),
    lock: join(dataDir, 'lock'),
    nightlyLog: join(dataDir, 'logs', 'nightly.jsonl'),
    /** The reports of the nights, for people to read. */
    runs: join(dataDir, 'runs'),
    /** Files that people sent to a server, until they are imported or discarded. */
    uploads: join(dataDir, 'uploads'),
    gonePapers: join(dataDir, 'gone-papers.json'),
    /** What was fetched, a folder for each source. */
    fetched: join(dataDir, 'fetched'),
    /** Files that the user imported: each is a source of every build and night. */
    imported: join(dataDir, 'imported'),
    importedRegistry: join(dataDir, 'imported.json'),
  };
}

/** The id of the current snapshot, or undefined if none was built yet. */
export function currentSnapshotId(dataDir: string): string | undefined {
  const { current } = dataPaths(dataDir);
  if (!existsSync(current)) return undefined;
  // A second line tells of a rollback.
  const id = readFileSync(current, 'utf8').trim().split('\n')[0].trim();
  return id === '' ? undefined : id;
}

/** A return to an earlier snapshot: from which one, and when. */
export interface Rollback {
  readonly from: string;
  readonly at: string;
}

/** The rollback that made the current snapshot current; undefined if a build did. */
export function readRollback(dataDir: string): Rollback | undefined {
  const { current } = dataPaths(dataDir);
  if (!existsSync(current)) return undefined;
  const match = /^rolled back from (\S+) at (\S+)$/m.exec(readFileSync(current, 'utf8'));
  return match ? { from: match[1], at: match[2] } : undefined;
}

/**
 * The folder of the current snapshot.
 *
 * @throws PaperfieldError not_found, if the data folder has no snapshot
 */
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
  return join(dataPaths(dataDir).snapshots, id);
}

/**
 * Makes a snapshot the current one. Running servers switch to it within two seconds.
 *
 * @param rollback if this is one. It is told in the same file, so that both change at once
 */
export function promoteSnapshot(dataDir: string, id: string, rollback?: Rollback): void {
  const note = rollback ? `rolled back from ${rollback.from} at ${rollback.at}\n` : '';
  writeAtomically(dataPaths(dataDir).current, `${id}\n${note}`);
  syncToDisk(dataDir);
}

/** The ids of all finished snapshots, oldest first. */
export function listSnapshots(dataDir: string): string[] {
  const { snapshots } = dataPaths(dataDir);
  if (!existsSync(snapshots)) return [];
  return readdirSync(snapshots, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

/**
 * The ids of the snapshots before a given one, newest first. If no snapshot has that id, because `current` is damaged,
 * all of them.
 */
export function olderSnapshots(dataDir: string, id: string): string[] {
  const ids = listSnapshots(dataDir);
  const at = ids.indexOf(id);
  return ids.slice(0, at < 0 ? ids.length : at).reverse();
}

/**
 * The ids of the oldest snapshots, without which `keep` are left. The current snapshot counts as one of these and is never
 * among them.
 */
export function prunableSnapshots(dataDir: string, keep: number): string[] {
  const current = currentSnapshotId(dataDir);
  const others = listSnapshots(dataDir).filter((id) => id !== current);
  const othersToKeep = keep - (current === undefined ? 0 : 1);
  return others.slice(0, Math.min(others.length, Math.max(0, others.length - othersToKeep)));
}

/** Removes the snapshots that `prunableSnapshots` lists. Returns their ids. */
export function pruneSnapshots(dataDir: string, keep: number): string[] {
  const removed = prunableSnapshots(dataDir, keep);
  for (const id of removed) rmSync(snapshotFolder(dataDir, id), { recursive: true, force: true });
  return removed;
}

/**
 * Removes temporary files that killed processes left behind. Call this only while holding the lock of the data folder,
 * so that no other process is writing there.
 */
export function removeStaleTempFiles(dataDir: string): void {
  const { vectorCache, fetched, nightlyLog, runs } = dataPaths(dataDir);
  const ofSources = subfolders(fetched).flatMap((folder) => [folder, join(folder, 'content')]);
  const others = [vectorCache, ...subfolders(vectorCache), ...ofSources, dirname(nightlyLog), runs];
  for (const folder of [dataDir, ...others]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const writerPid = /\.(\d+)\.writing$/.exec(name)?.[1];
      const lockPid = folder === dataDir ? /^lock\.(\d+)(?:\.claim)?$/.exec(name)?.[1] : undefined;
      const pid = writerPid ?? lockPid;
      if (pid !== undefined && !isProcessAlive(Number(pid))) rmSync(join(folder, name), { force: true });
    }
  }
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}
