import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
  promoteSnapshot,
  pruneSnapshots,
  removeStaleTempFiles,
  snapshotFolder,
} from '../../../pipeline/store/data-folder.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
/** The id of a process that has ended. */
const DEAD = spawnSync(process.execPath, ['-e', '']).pid;

function withSnapshots(ids: readonly string[]): string {
  const dataDir = newFolder();
  for (const id of ids) {
    mkdirSync(snapshotFolder(dataDir, id), { recursive: true });
    writeFileSync(join(snapshotFolder(dataDir, id), 'manifest.json'), '{}');
  }
  return dataDir;
}

describe('the current snapshot', () => {
  test('does not exist in a new folder, and the error says how to build one', () => {
    const dataDir = newFolder();
    expect(currentSnapshotId(dataDir)).toBeUndefined();
    expect(() => currentSnapshotFolder(dataDir)).toThrow(expect.objectContaining({ kind: 'not_found' }));
    expect(() => currentSnapshotFolder(dataDir)).toThrow(`paperfield build --source PATH --data-dir ${dataDir}`);
    expect(listSnapshots(join(dataDir, 'no such folder'))).toEqual([]);
  });

  test('is the one that was promoted last', () => {
    const dataDir = withSnapshots(['a', 'b']);
    promoteSnapshot(dataDir, 'a');
    promoteSnapshot(dataDir, 'b');
    expect(currentSnapshotId(dataDir)).toBe('b');
    expect(currentSnapshotFolder(dataDir)).toBe(snapshotFolder(dataDir, 'b'));
    expect(readFileSync(dataPaths(dataDir).current, 'utf8')).toBe('b\n');
  });

  test('does not exist if the file that names it is empty', () => {
    const dataDir = withSnapshots(['a']);
    writeFileSync(dataPaths(dataDir).current, '\n');
    expect(currentSnapshotId(dataDir)).toBeUndefined();
  });
});

test('listSnapshots lists the finished snapshots, oldest first, without hidden folders', () => {
  const ids = ['2026-01-02T00-00-00Z-1', '2025-12-31T23-59-59Z-2', '2026-01-01T00-00-00Z-3'];
  const dataDir = withSnapshots([...ids, '.building-77']);
  expect(listSnapshots(dataDir)).toEqual([...ids].sort());
});

describe('pruneSnapshots', () => {
  test('keeps the given number of snapshots: the current one and the newest of the others', () => {
    const days = fc.uniqueArray(fc.integer({ min: 10, max: 28 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(days, fc.nat(5), fc.integer({ min: 1, max: 7 }), (all, at, keep) => {
        const ids = all.map((day) => `2026-01-${day}T00-00-00Z-${day}`);
        const current = ids[at % ids.length];
        const dataDir = withSnapshots(ids);
        promoteSnapshot(dataDir, current);
        const removed = pruneSnapshots(dataDir, keep);
        const newestFirst = ids
          .filter((id) => id !== current)
          .sort()
          .reverse();
        const kept = [current, ...newestFirst.slice(0, keep - 1)].sort();
        expect(listSnapshots(dataDir)).toEqual(kept);
        expect([...kept, ...removed].sort()).toEqual([...ids].sort());
        for (const id of removed) expect(existsSync(snapshotFolder(dataDir, id))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('does nothing in a folder without snapshots', () => {
    expect(pruneSnapshots(newFolder(), 3)).toEqual([]);
  });
});

describe('removeStaleTempFiles', () => {
  test('removes temporary files of processes that have ended, and nothing else', () => {
    const dataDir = withSnapshots(['a']);
    promoteSnapshot(dataDir, 'a');
    const { vectorCache, lock, nightlyLog } = dataPaths(dataDir);
    const keep = [lock, nightlyLog, join(vectorCache, 'model', '000001.vectors'), join(dataDir, 'notes.writing')];
    const stale = [
      join(dataDir, 'current.123.writing'),
      join(vectorCache, 'model', '000002.vectors.123.writing'),
      `${lock}.${DEAD}`,
      `${lock}.${DEAD}.claim`,
    ];
    for (const path of [...keep, ...stale]) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    }
    removeStaleTempFiles(dataDir);
    expect(stale.filter((path) => existsSync(path))).toEqual([]);
    expect(keep.filter((path) => !existsSync(path))).toEqual([]);
    expect([currentSnapshotId(dataDir), listSnapshots(dataDir)]).toEqual(['a', ['a']]);
  });

  // A process that acquires the lock writes this file first and links it then.
  test('keeps the temporary lock file of a living process', () => {
    const dataDir = newFolder();
    const lockFile = `${dataPaths(dataDir).lock}.${process.ppid}`;
    writeFileSync(lockFile, '');
    removeStaleTempFiles(dataDir);
    expect(existsSync(lockFile)).toBe(true);
  });

  test('does nothing if the folder does not exist', () => {
    const absent = join(newFolder(), 'absent');
    removeStaleTempFiles(absent);
    expect(existsSync(absent)).toBe(false);
  });
});
