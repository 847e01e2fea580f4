/**
 * The vector cache keeps the vectors of embedded texts, so that a build embeds only new texts. Each model has a folder
 * of segment files, which are written once and never changed.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../core/errors.ts';
import { createFolder } from '../runtime/create-folder.ts';
import { readColumnFile, writeColumnFile } from './column-file.ts';

/** Bytes of the key of a text: half of its SHA-256, so that two texts practically never have the same key. */
const KEY_BYTES = 16;

export interface VectorCache {
  /** Number of vectors in the cache. */
  readonly size: number;
  /**
   * Copies the vector of a text into `target` and returns true. If the vector is not cached, returns false and leaves
   * `target` unchanged.
   */
  read(text: string, target: Float32Array): boolean;
  /** Adds vectors, one per text, as one new segment file. `vectors` is row-major, `texts.length` × dimensions. */
  append(texts: readonly string[], vectors: Float32Array): void;
}

/**
 * Opens the vector cache of one model. A damaged segment file is removed and reported, and its texts are embedded
 * again.
 *
 * @param folder the folder that has the caches of all models, each in a subfolder
 * @param fingerprint identifies the model and how it is used
 * @param warn receives one line per damaged segment file
 */
export function openVectorCache(
  folder: string,
  fingerprint: string,
  dimensions: number,
  warn: (line: string) => void,
): VectorCache {
  const modelFolder = join(folder, fingerprint.slice(0, 16));
  createFolder(modelFolder);
  const locationOfKey = new Map<string, { vectors: Float32Array; row: number }>();
  let lastSegment = 0;

  const remember = (keys: Uint8Array, vectors: Float32Array) => {
    for (let row = 0; row < keys.length / KEY_BYTES; row++) {
      const key = Buffer.from(keys.buffer, keys.byteOffset + row * KEY_BYTES, KEY_BYTES).toString('latin1');
      locationOfKey.set(key, { vectors, row });
    }
  };

  for (const name of readdirSync(modelFolder).sort()) {
    const path = join(modelFolder, name);
    const number = /^(\d{6})\.vectors$/.exec(name)?.[1];
    if (number === undefined) continue;
    lastSegment = Math.max(lastSegment, Number(number));
    try {
      const columns = readColumnFile(path);
      const keys = columns.uint8('keys');
      const vectors = columns.float32('vectors', (keys.length / KEY_BYTES) * dimensions);
      const checksum = columns.uint8('check', 32);
      if (!checksumOf(keys, vectors).equals(checksum)) throw new Error('its checksum is wrong');
      remember(keys, vectors);
    } catch (error) {
      warn(`vector cache: ${name} is damaged and was removed, its texts are embedded again (${errorMessage(error)})`);
      rmSync(path, { force: true });
    }
  }

  return {
    get size() {
      return locationOfKey.size;
    },
    read(text, target) {
      const location = locationOfKey.get(keyOf(text).toString('latin1'));
      if (!location) return false;
      target.set(location.vectors.subarray(location.row * dimensions, (location.row + 1) * dimensions));
      return true;
    },
    append(texts, vectors) {
      if (texts.length === 0) return;
      const keys = new Uint8Array(texts.length * KEY_BYTES);
      texts.forEach((text, row) => {
        keys.set(keyOf(text), row * KEY_BYTES);
      });
      do lastSegment++;
      while (existsSync(segmentPath(modelFolder, lastSegment)));
      const check = new Uint8Array(checksumOf(keys, vectors));
      writeColumnFile(segmentPath(modelFolder, lastSegment), { keys, vectors, check });
      remember(keys, vectors);
    },
  };
}

function segmentPath(modelFolder: string, number: number): string {
  return join(modelFolder, `${String(number).padStart(6, '0')}.vectors`);
}

function keyOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, KEY_BYTES);
}

function checksumOf(keys: Uint8Array, vectors: Float32Array): Buffer {
  return createHash('sha256')
    .update(keys)
    .update(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength))
    .digest();
}
