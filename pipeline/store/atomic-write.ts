/** Writes to disk: replaces files as a whole, so that a reader never sees a half-written file. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';
import { createFolder } from '../runtime/create-folder.ts';

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
