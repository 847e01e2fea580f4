import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A maker of new empty folders, all of them gone once the tests of the file are done. */
export function scratchFolders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'paperfield-test-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let made = 0;
  return () => {
    const folder = join(root, String(++made));
    mkdirSync(folder);
    return folder;
  };
}

/** Bytes with one of them changed. */
export function withChangedByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] ^= 0x01;
  return changed;
}
