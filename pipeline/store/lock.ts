import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Locks that this very process holds: a lock with its id that is not among them is left from a dead namesake. */
const held = new Set<string>();

/**
 * Takes the right to write into a data folder; one process at a time has it. A lock whose process is gone is taken over.
 *
 * @returns gives the lock back; a second call does nothing
 * @throws PaperfieldError locked, with who holds it and since when; bad_input, where the folder cannot be written
 */
export function acquireLock(path: string, now: Date): () => void {
  const lock = resolve(path);
  const own = `${lock}.${process.pid}`;
  try {
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(own, `${JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() })}\n`);
  } catch (error) {
    const folder = dirname(path);
    throw new PaperfieldError(
      'bad_input',
      `${folder}: cannot be written (${messageOf(error)}); give another --data-dir`,
    );
  }
  try {
    // A link appears whole or not at all: nobody ever reads a lock that is half written.
    if (!tryLink(own, lock)) {
      const holder = readHolder(lock);
      if (holder && isAlive(holder, lock)) throw lockedBy(path, holder);
      removeStale(lock, own, holder);
      if (!tryLink(own, lock)) {
        throw new PaperfieldError('locked', `${path}: another process took the lock just now; try again`);
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
  held.add(lock);
  let isHeld = true;
  return () => {
    if (isHeld && held.delete(lock)) rmSync(lock, { force: true });
    isHeld = false;
  };
}

/**
 * Removes a dead process's lock. Of several who find it dead only the one that holds the claim on that very holder may,
 * and it looks again first: by then the lock may be a living one's.
 */
function removeStale(lock: string, own: string, dead: Holder | undefined): void {
  const claim = `${lock}.${dead?.pid ?? 0}.claim`;
  if (!tryLink(own, claim)) {
    const claimant = readHolder(claim);
    if (!claimant || !isProcessAlive(claimant.pid)) rmSync(claim, { force: true });
    return;
  }
  try {
    const now = readHolder(lock);
    // A lock that is not there any more is nobody's to remove: the next moment it may be somebody's.
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
    // ENOENT: what was to be linked was swept away as a leftover; whoever swept holds the lock.
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

/** Whether a lock is there and tells no holder. */
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

/** A process on another machine cannot be asked: it counts as alive. */
function isAlive({ pid, host }: Holder, lock: string): boolean {
  if (host !== hostname()) return true;
  return pid === process.pid ? held.has(lock) : isProcessAlive(pid);
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
