import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { PaperfieldError } from '../core/errors.ts';

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Takes the right to write into a data folder; one process at a time has it. A lock whose process is gone is taken over.
 *
 * @returns gives the lock back
 * @throws PaperfieldError locked, with who holds it and since when
 */
export function acquireLock(path: string, now: Date): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() })}\n`);
  try {
    // A link appears whole or not at all: nobody ever reads a lock that is half written.
    if (tryLink(own, path)) return () => rmSync(path, { force: true });
    const holder = readHolder(path);
    if (holder && isAlive(holder)) throw lockedBy(path, holder);
    takeStale(path, `${own}.stale`);
    if (tryLink(own, path)) return () => rmSync(path, { force: true });
    throw new PaperfieldError('locked', `${path}: another process took the lock just now; try again`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a dead process's lock; puts back what turns out to be another's fresh one. */
function takeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const taken = readHolder(aside);
  if (taken && isAlive(taken)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function lockedBy(path: string, { pid, host, since }: Holder): PaperfieldError {
  return new PaperfieldError(
    'locked',
    `${path}: process ${pid} on ${host} has been writing here since ${since}; wait for it, or remove the file if that process is gone`,
  );
}

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A process on another machine cannot be asked: it counts as alive. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
