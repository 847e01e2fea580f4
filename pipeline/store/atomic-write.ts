import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Node hands the system no more than 2 GB at once. */
export const MOST_AT_ONCE = 2 ** 30;

/** Makes sure that a file, or the names in a folder, outlive a power cut. Where the system cannot sync a folder, not. */
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
 * Writes a file aside and renames it into place, so that a reader sees the former content or the new one and never a
 * part, whenever the process or the machine stops.
 */
export function writeAtomically(path: string, pieces: string | Uint8Array | readonly Uint8Array[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.writing`;
  const file = openSync(aside, 'w');
  try {
    const list = typeof pieces === 'string' ? [Buffer.from(pieces)] : pieces instanceof Uint8Array ? [pieces] : pieces;
    for (const piece of list) {
      for (let at = 0; at < piece.byteLength; ) {
        at += writeSync(file, piece, at, Math.min(MOST_AT_ONCE, piece.byteLength - at));
      }
    }
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(aside, { force: true });
    throw error;
  }
  closeSync(file);
  try {
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
