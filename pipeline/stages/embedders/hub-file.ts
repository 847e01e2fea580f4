/** One file from the hub: it lies under its name whole, or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Effects } from '../../core/effects.ts';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import { type Answer, askHub, type HubDoor, PassingTrouble } from './hub-request.ts';

/** What came. */
export interface FetchedFile {
  /** In bytes. */
  readonly size: number;
  /** Of the bytes on the disk, hexadecimal. */
  readonly sha256: string;
  /** The commit that the hub read it from, where it says so. */
  readonly commit: string | undefined;
}

/** How often a file is asked for, and how long is waited after the first failure; each further wait is twice as long. */
const TRIES = 4;
const FIRST_WAIT_MS = 500;

/**
 * Fetches a file. What arrives stands beside `target` under a name of its own (`….part`) until size and, where the hub
 * tells one, SHA-256 agree. A transfer that broke goes on where it stopped, in this run or a later one, as long as the
 * hub says that the file is still the same.
 *
 * @param label how the progress calls it; progress is in bytes
 * @returns undefined where the hub has no such file
 * @throws PaperfieldError model, where the hub cannot be reached, refuses, or sends something damaged time and again
 */
export async function fetchFile(
  url: URL,
  target: string,
  label: string,
  effects: Effects,
  door: HubDoor,
): Promise<FetchedFile | undefined> {
  mkdirSync(dirname(target), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    effects.signal.throwIfAborted();
    try {
      return await fetchOnce(url, target, label, effects, door);
    } catch (error) {
      effects.signal.throwIfAborted();
      if (!(error instanceof PassingTrouble) && !isGone(error)) throw error;
      if (attempt === TRIES) {
        const detail = `${messageOf(error)}, ${TRIES} times in a row`;
        throw new PaperfieldError('model', `${label} cannot be fetched: ${detail}`, { cause: error });
      }
    }
    await door.wait(FIRST_WAIT_MS * 2 ** (attempt - 1), effects.signal);
  }
}

async function fetchOnce(url: URL, target: string, label: string, effects: Effects, door: HubDoor) {
  const part = findPart(target);
  let answer = await askHub(url, part?.size ?? 0, effects.signal, door);
  const goesOn = partOf(target, answer.etag) === part?.path && (answer.from === part.size || answer.from === 0);
  if (part && !goesOn) {
    rmSync(part.path, { force: true });
    await answer.response.body?.cancel();
    answer = await askHub(url, 0, effects.signal, door);
  }
  if (answer.response.status === 404) return undefined;
  if (!goesOn && answer.from !== 0) throw new PassingTrouble(`the hub sent a part of ${label}, not asked for`);
  const path = partOf(target, answer.etag);
  const progress = effects.begin(`fetch ${label}`, answer.size);
  try {
    const size = await receive(answer, path, progress.at, door);
    const sha256 = await verify(answer, path, size);
    moveInto(target, path, size);
    progress.end(`${size.toLocaleString('en-US')} bytes`);
    return { size, sha256, commit: answer.commit };
  } catch (error) {
    progress.end(effects.signal.aborted ? 'stopped' : error instanceof PassingTrouble ? error.message : 'failed');
    throw error;
  }
}

/**
 * Where a file's bytes stand until they are whole. The name holds what the hub calls this version, so that two versions
 * never meet in one file, and two processes that fetch the same version write the same bytes to the same places.
 */
function partOf(target: string, etag: string | undefined): string {
  const version = etag === undefined ? `p${process.pid}` : createHash('sha256').update(etag).digest('hex').slice(0, 16);
  return `${target}.${version}.part`;
}

/** What an earlier transfer left that can be gone on with; a version without a name cannot. */
function findPart(target: string): { path: string; size: number } | undefined {
  const stem = basename(target);
  const name = readdirSync(dirname(target)).find(
    (one) => one.startsWith(stem) && /^\.[0-9a-f]{16}\.part$/.test(one.slice(stem.length)),
  );
  if (name === undefined) return undefined;
  const path = join(dirname(target), name);
  return { path, size: statSync(path).size };
}

/** Writes what comes to its place. @returns the size of the file in bytes */
async function receive(answer: Answer, path: string, at: (done: number) => void, door: HubDoor): Promise<number> {
  const { from, size: expected, response } = answer;
  let done = from;
  const file = await open(path, existsSync(path) ? 'r+' : 'w');
  try {
    for await (const bytes of answer.bytes(door)) {
      await writeAll(file, bytes, done);
      done += bytes.byteLength;
      if (expected !== undefined && done > expected) break;
      at(done);
    }
    await file.truncate(done);
    await file.sync();
  } finally {
    await file.close();
    await response.body?.cancel().catch(() => undefined);
  }
  return done;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const left = bytes.byteLength - written;
    written += (await file.write(bytes, written, left, position + written)).bytesWritten;
  }
}

async function verify({ size: expected, sha256: promised }: Answer, path: string, size: number): Promise<string> {
  if (expected !== undefined && size < expected) {
    throw new PassingTrouble(`the transfer broke off after ${size} of ${expected} bytes`);
  }
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  const sha256 = hash.digest('hex');
  if ((expected !== undefined && size > expected) || (promised !== undefined && sha256 !== promised)) {
    rmSync(path, { force: true });
    throw new PassingTrouble(
      `it arrived damaged (${size} bytes, SHA-256 ${sha256}; the hub promised ${expected ?? 'any'} bytes, ${promised ?? 'no SHA-256'})`,
    );
  }
  return sha256;
}

/** Another process that fetched the same file may have been faster: then its file is ours. */
function moveInto(target: string, part: string, size: number): void {
  try {
    renameSync(part, target);
  } catch (error) {
    if (!existsSync(target) || statSync(target).size !== size) throw error;
  }
}

/** Another process that was faster cleans up behind itself, and may take our part with it. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
