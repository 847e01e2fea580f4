/** The lock of a data folder: a file with the process that holds it. Only one process writes into the folder at a time. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { createFolder } from './atomic-write.ts';

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Locks that this process holds. A lock file with this process's id that is not among them was left by a dead process
 * that had the same id.
 */
const ownLocks = new Set<string>();

/**
 * Takes the lock, creating missing folders. The lock of a process that no longer runs is taken over.
 *
 * @returns a function that releases the lock; calling it again does nothing
 * @throws PaperfieldError locked, with the holder and since when; bad_input, if the folder cannot be written
 */
export function acquireLock(path: string, now: Date): () => void {
  const lock = resolve(path);
  const ownFile = `${lock}.${process.pid}`;
  try {
    createFolder(dirname(lock));
    writeFileSync(ownFile, `${JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() })}\n`);
  } catch (error) {
    throw new PaperfieldError(
      'bad_input',
      `${dirname(path)}: cannot be written (${errorMessage(error)}); give another --data-dir`,
    );
  }
  try {
    // A hard link appears with its whole content or not at all: nobody ever reads a half-written lock.
    if (!tryLink(ownFile, lock)) {
      const holder = readHolder(lock);
      if (holder && isHolderAlive(holder, lock)) throw lockedBy(path, holder);
      removeStaleLock(lock, ownFile, holder);
      if (!tryLink(ownFile, lock)) {
        throw new PaperfieldError('locked', `${path}: another process took the lock just now; try again`);
      }
    }
  } finally {
    rmSync(ownFile, { force: true });
  }
  ownLocks.add(lock);
  let isHeld = true;
  return () => {
    if (isHeld && ownLocks.delete(lock)) rmSync(lock, { force: true });
    isHeld = false;
  };
}

/**
 * Removes the lock of a dead process. If several processes find it dead, only the one that links the claim file may
 * remove it, and it reads the lock again first: by then it may belong to a living process.
 */
function removeStaleLock(lock: string, ownFile: string, dead: Holder | undefined): void {
  const claim = `${lock}.${dead?.pid ?? 0}.claim`;
  if (!tryLink(ownFile, claim)) {
    const claimant = readHolder(claim);
    if (!claimant || !isProcessAlive(claimant.pid)) rmSync(claim, { force: true });
    return;
  }
  try {
    const now = readHolder(lock);
    // If the lock is gone already, leave it: a moment later another process may have taken it.
    const isSame = dead ? now?.pid === dead.pid && now.since === dead.since : isDamaged(lock);
    if (isSame) rmSync(lock, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    // ENOENT: `from` was removed as a stale temporary file by the process that holds the lock.
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false;
    throw error;
  }
}

function lockedBy(path: string, { pid, host, since }: Holder): PaperfieldError {
  return new PaperfieldError(
    'locked',
    `${path}: process ${pid} on ${host} has been writing here since ${since}; wait for it, or remove the file if that process is gone`,
  );
}

/** Whether the lock file exists but does not name a holder. */
function isDamaged(lock: string): boolean {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch {
    return false;
  }
  try {
    return !holderSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return true;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether the process still runs; one on another machine cannot be checked and counts as running. */
function isHolderAlive({ pid, host }: Holder, lock: string): boolean {
  if (host !== hostname()) return true;
  return pid === process.pid ? ownLocks.has(lock) : isProcessAlive(pid);
}

/** Whether a process of this machine runs, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
