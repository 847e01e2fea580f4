/** The lock of a data folder: a file that names its holder. Only one process at a time writes into the folder. */

import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { cannotWriteError, diskFullError, errorMessage, isDiskFull, PaperfieldError } from '../core/errors.ts';
import { createFolder } from '../runtime/create-folder.ts';

const holderSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  since: z.string(),
  /** When the process started, as `processStart` says it; null where the system does not say. */
  started: z.string().nullable().default(null),
});
type Holder = z.infer<typeof holderSchema>;

/**
 * Paths of the locks that this process holds. If a lock file has this process's id but is not in this set, it was left
 * by a dead process that had the same id.
 */
const ownLocks = new Set<string>();

/**
 * Takes the lock of a data folder, creating missing folders. If the process that holds the lock no longer runs, its
 * lock is taken over.
 *
 * @returns a function that releases the lock; calling it again does nothing
 * @throws PaperfieldError locked, if another process holds the lock; bad_input, if the folder cannot be written to
 */
export function acquireLock(path: string, now: Date): () => void {
  const lock = resolve(path);
  const ownFile = `${lock}.${process.pid}`;
  try {
    createFolder(dirname(lock));
    const { pid } = process;
    const holder: Holder = { pid, host: hostname(), since: now.toISOString(), started: processStart(pid) };
    writeFileSync(ownFile, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    if (isDiskFull(error)) throw diskFullError(dirname(path), errorMessage(error));
    throw cannotWriteError(dirname(path), error, '--data-dir');
  }
  try {
    // The lock file is made as a hard link, which appears with its whole content or not at all: nobody ever reads a
    // half-written lock.
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
 * Holds the lock of a data folder while some work is done.
 *
 * @throws PaperfieldError as `acquireLock`, and whatever `work` throws
 */
export async function withLock<T>(path: string, now: Date, work: () => Promise<T>): Promise<T> {
  const release = acquireLock(path, now);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Removes the lock file of a dead process. If several processes try this at once, only the one that creates the claim
 * file may remove the lock. That process first reads the lock file again, because by then it may belong to a living
 * process.
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
    // If the lock file is gone already, nothing is removed: a moment later another process may have created its own.
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
    // ENOENT means that `from` is gone: the process that holds the lock removed it as a stale temporary file.
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

/**
 * Whether the process that holds a lock still runs. A process on another machine cannot be checked and counts as
 * running.
 */
function isHolderAlive({ pid, host, started }: Holder, lock: string): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return ownLocks.has(lock);
  if (!isProcessAlive(pid)) return false;
  // The system gives the ids of ended processes to new ones: a process that started at another time is not the holder.
  const now = started === null ? null : processStart(pid);
  return now === null || now === started;
}

/**
 * When a process of this machine started, as a text that differs for two processes that had the same id one after the
 * other. Null if the process is gone or the system does not say.
 */
function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // Field 22 is the start in clock ticks since boot. The name of the program, field 2, is in parentheses and may
      // contain spaces and parentheses itself.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return ticks ? `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}` : null;
    }
    if (process.platform === 'win32') return null;
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env, encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Whether a process with this id runs on this machine, be it of this user or of another. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
