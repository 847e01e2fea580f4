import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished, type Steps } from '../core/cooperative.ts';

/** Bytes between two steps; so many of them are made sure of at once, so that the end does not wait for all. */
const BYTES_A_STEP = 2 ** 24;
const STEPS_A_SYNC = 8;

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
 * Writes a file aside and renames it into place, so that a reader sees the previous content or the new one and never a
 * part, whenever the process or the machine stops.
 */
export function writeAtomically(path: string, pieces: string | Uint8Array | readonly Uint8Array[]): void {
  const list = typeof pieces === 'string' ? [Buffer.from(pieces)] : pieces instanceof Uint8Array ? [pieces] : pieces;
  finished(writeInSteps(path, list));
}

/** The same in steps of 16 MB. */
export function* writeInSteps(path: string, pieces: readonly Uint8Array[]): Steps<void> {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.writing`;
  const file = openSync(aside, 'w');
  try {
    const whole = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    let [done, steps] = [0, 0];
    for (const piece of pieces) {
      for (let at = 0; at < piece.byteLength; ) {
        const written = writeSync(file, piece, at, Math.min(BYTES_A_STEP, piece.byteLength - at));
        at += written;
        done += written;
        if (written < BYTES_A_STEP) continue;
        if (++steps % STEPS_A_SYNC === 0) fsyncSync(file);
        yield done / whole;
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
