/**
 * Vectors of texts embedded before, by the hash of model and text, so that a build embeds only what is new. A folder of
 * segments that are written once and never changed; a damaged segment is passed over, its texts are embedded again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { readColumns, writeColumns } from './columns.ts';

/** Bytes of a key: half a SHA-256, far beyond any chance of two texts sharing one. */
const KEY_BYTES = 16;

export interface VectorCache {
  /** How many vectors are known. */
  readonly size: number;
  /** Copies the vector of a text into `target`, or answers false. */
  read(text: string, target: Float32Array): boolean;
  /** Keeps vectors on disk, one for each text: `texts.length` × dimensions. */
  append(texts: readonly string[], vectors: Float32Array): void;
}

/**
 * Opens the cache of one model.
 *
 * @param fingerprint the model's; vectors of another model are in another folder
 * @param warn told of each segment that cannot be read
 */
export function openVectorCache(
  folder: string,
  fingerprint: string,
  dimensions: number,
  warn: (line: string) => void,
): VectorCache {
  const home = join(folder, fingerprint.slice(0, 16));
  mkdirSync(home, { recursive: true });
  const places = new Map<string, { vectors: Float32Array; row: number }>();
  let lastSegment = 0;

  const remember = (keys: Uint8Array, vectors: Float32Array) => {
    for (let row = 0; row < keys.length / KEY_BYTES; row++) {
      const key = Buffer.from(keys.buffer, keys.byteOffset + row * KEY_BYTES, KEY_BYTES).toString('latin1');
      places.set(key, { vectors, row });
    }
  };

  for (const name of readdirSync(home).sort()) {
    const path = join(home, name);
    const number = /^(\d{6})\.vectors$/.exec(name)?.[1];
    if (number === undefined) continue;
    lastSegment = Math.max(lastSegment, Number(number));
    try {
      const columns = readColumns(path);
      const keys = columns.uint8('keys');
      const vectors = columns.float32('vectors', (keys.length / KEY_BYTES) * dimensions);
      const check = columns.uint8('check', 32);
      if (!digest(keys, vectors).equals(check)) throw new Error('its check sum is wrong');
      remember(keys, vectors);
    } catch (error) {
      warn(`vector cache: ${name} is passed over, its texts are embedded again (${messageOf(error)})`);
      rmSync(path, { force: true });
    }
  }

  return {
    get size() {
      return places.size;
    },
    read(text, target) {
      const place = places.get(keyOf(text).toString('latin1'));
      if (!place) return false;
      target.set(place.vectors.subarray(place.row * dimensions, (place.row + 1) * dimensions));
      return true;
    },
    append(texts, vectors) {
      if (texts.length === 0) return;
      const keys = new Uint8Array(texts.length * KEY_BYTES);
      texts.forEach((text, row) => {
        keys.set(keyOf(text), row * KEY_BYTES);
      });
      do lastSegment++;
      while (existsSync(segmentPath(home, lastSegment)));
      writeColumns(segmentPath(home, lastSegment), { keys, vectors, check: new Uint8Array(digest(keys, vectors)) });
      remember(keys, vectors);
    },
  };
}

function segmentPath(home: string, number: number): string {
  return join(home, `${String(number).padStart(6, '0')}.vectors`);
}

function keyOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, KEY_BYTES);
}

function digest(keys: Uint8Array, vectors: Float32Array): Buffer {
  return createHash('sha256')
    .update(keys)
    .update(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength))
    .digest();
}
