/** Writes to disk: creates folders, and replaces files as a whole, so that a reader never sees a half-written file. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';

/**
 * Creates a folder and the missing folders above it, like `mkdir -p`.
 *
 * It does not call `mkdirSync(path, { recursive: true })`, which never returns below a pseudo file system such as
 * `/proc` (seen in Node 20), because creating the folder fails with ENOENT although its parent exists.
 *
 * @throws the system's error if a folder cannot be created
 */
export function createFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have created the folder in the meantime.
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
    }
  }
}

/** Bytes written between two yields of a cooperative task: 16 MB take some 10 ms on a common disk. */
const CHUNK_BYTES = 2 ** 24;
/** The file is synced to disk after this many chunks, so that the last sync has at most 128 MB left to write. */
const CHUNKS_PER_SYNC = 8;

/**
 * Waits until a file's content, or the names in a folder, are on the disk and survive a power failure. Does nothing
 * where the system cannot sync a folder.
 */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } catch (error) {
    // Windows cannot sync a folder.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EINVAL')))
      throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file under a temporary name and then renames it: even if the process or the machine stops meanwhile, readers
 * see either the old or the new content, complete. Missing folders above the file are created.
 */
export function writeAtomically(path: string, content: string | Uint8Array | readonly Uint8Array[]): void {
  const pieces =
    typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content;
  runToCompletion(writeAtomicallyTask(path, pieces));
}

/** `writeAtomically` as a cooperative task. If the task is stopped, the temporary file is removed. */
export function* writeAtomicallyTask(path: string, pieces: readonly Uint8Array[]): CooperativeTask<void> {
  createFolder(dirname(path));
  const temporary = `${path}.${process.pid}.writing`;
  const file = openSync(temporary, 'w');
  try {
    const total = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    let done = 0;
    let chunks = 0;
    for (const piece of pieces) {
      for (let offset = 0; offset < piece.byteLength; ) {
        const written = writeSync(file, piece, offset, Math.min(CHUNK_BYTES, piece.byteLength - offset));
        offset += written;
        done += written;
        if (written < CHUNK_BYTES) continue;
        if (++chunks % CHUNKS_PER_SYNC === 0) fsyncSync(file);
        yield done / total;
      }
    }
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
