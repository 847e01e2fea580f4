import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openVectorCache, type VectorCache } from '../../../../pipeline/store/vector-cache.ts';
import { flipByte, tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const MODEL = 'a'.repeat(64);
const silent = (line: string) => expect.unreachable(`warned: ${line}`);
const open = (folder: string, warn: (line: string) => void = silent) => openVectorCache(folder, MODEL, 2, warn);
const segments = (folder: string) => join(folder, MODEL.slice(0, 16));

function read(cache: VectorCache, text: string): number[] | undefined {
  const target = Float32Array.of(9, 9);
  return cache.read(text, target) ? [...target] : undefined;
}

describe('the vector cache', () => {
  test('has every text that was added, immediately and after it is opened again, and no other', () => {
    const value = fc.float({ min: -1, max: 1, noNaN: true });
    const batch = fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 4 }), value, value), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), (batches) => {
        const folder = newFolder();
        const cache = open(folder);
        const known = new Map<string, number[]>();
        for (const rows of batches) {
          cache.append(
            rows.map(([text]) => text),
            Float32Array.from(rows.flatMap(([, a, b]) => [a, b])),
          );
          for (const [text, a, b] of rows) known.set(text, [a, b]);
        }
        for (const one of [cache, open(folder)]) {
          expect(one.size).toBe(known.size);
          for (const [text, vector] of known) expect(read(one, text)).toEqual(vector);
          expect(read(one, 'a text that is longer than any above')).toBeUndefined();
        }
      }),
      { numRuns: 40 },
    );
  });

  test('leaves the target unchanged for a text that is not cached', () => {
    const target = Float32Array.of(9, 9);
    expect(open(newFolder()).read('unknown', target)).toBe(false);
    expect([...target]).toEqual([9, 9]);
  });

  test('distinguishes texts that differ in one character, or only in white space', () => {
    const cache = open(newFolder());
    cache.append(['a b', 'a  b', 'a b\n', 'A b', ''], Float32Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0));
    expect(['a b', 'a  b', 'a b\n', 'A b', ''].map((text) => read(cache, text)?.[0])).toEqual([1, 2, 3, 4, 5]);
  });

  test('of one model does not contain vectors of another', () => {
    const folder = newFolder();
    open(folder).append(['one'], Float32Array.of(1, 0));
    expect(openVectorCache(folder, 'b'.repeat(64), 2, silent).size).toBe(0);
    expect(open(folder).size).toBe(1);
  });

  test('writes no segment for no texts', () => {
    const folder = newFolder();
    open(folder).append([], new Float32Array(0));
    expect(readdirSync(segments(folder))).toEqual([]);
  });

  test('never changes a segment: new texts go into a new one', () => {
    const folder = newFolder();
    open(folder).append(['one'], Float32Array.of(1, 0));
    const [first] = readdirSync(segments(folder));
    const before = readFileSync(join(segments(folder), first));
    open(folder).append(['two'], Float32Array.of(2, 0));
    open(folder).append(['three'], Float32Array.of(3, 0));
    expect(readdirSync(segments(folder))).toHaveLength(3);
    expect(readFileSync(join(segments(folder), first)).equals(before)).toBe(true);
    expect(open(folder).size).toBe(3);
  });

  test('ignores files that are not segments', () => {
    const folder = newFolder();
    open(folder).append(['one'], Float32Array.of(1, 0));
    writeFileSync(join(segments(folder), '.DS_Store'), 'x');
    writeFileSync(join(segments(folder), '000002.vectors.123.writing'), 'an unfinished segment');
    mkdirSync(join(segments(folder), 'folder'));
    expect(open(folder).size).toBe(1);
  });
});

describe('a damaged segment', () => {
  /** A cache of two segments: the bytes and the path of the first. */
  function twoSegments(): { folder: string; path: string; bytes: Buffer } {
    const folder = newFolder();
    const cache = open(folder);
    cache.append(['one', 'two'], Float32Array.of(1, 0, 2, 0));
    cache.append(['three'], Float32Array.of(3, 0));
    const path = join(segments(folder), readdirSync(segments(folder)).sort()[0]);
    return { folder, path, bytes: readFileSync(path) };
  }

  function expectRemovedOrUnharmed(folder: string): void {
    const warnings: string[] = [];
    const cache = open(folder, (line) => warnings.push(line));
    const seen = [read(cache, 'one'), read(cache, 'two')];
    expect(read(cache, 'three')).toEqual([3, 0]);
    // A byte that nothing depends on, such as padding, does no harm; any other loses the segment, with a warning.
    if (warnings.length === 0)
      expect(seen).toEqual([
        [1, 0],
        [2, 0],
      ]);
    else {
      expect(warnings).toEqual([expect.stringMatching(/000001\.vectors is damaged and was removed.*embedded again/)]);
      expect(seen).toEqual([undefined, undefined]);
    }
  }

  test('with any byte changed is removed with a warning; other segments stay', () => {
    const { folder, path, bytes } = twoSegments();
    for (let at = 0; at < bytes.length; at++) {
      writeFileSync(path, flipByte(bytes, at));
      expectRemovedOrUnharmed(folder);
    }
  });

  test('truncated anywhere is removed with a warning; other segments stay', () => {
    const { folder, path, bytes } = twoSegments();
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(path, bytes.subarray(0, length));
      expectRemovedOrUnharmed(folder);
    }
  });

  test('does not prevent its texts from being cached again', () => {
    const { folder, path, bytes } = twoSegments();
    writeFileSync(path, bytes.subarray(0, 100));
    const warnings: string[] = [];
    const cache = open(folder, (line) => warnings.push(line));
    expect(warnings).toHaveLength(1);
    cache.append(['one'], Float32Array.of(1, 0));
    expect(read(open(folder), 'one')).toEqual([1, 0]);
    expect(read(open(folder), 'three')).toEqual([3, 0]);
  });

  test('with vectors of another length is removed with a warning', () => {
    const { folder } = twoSegments();
    const warnings: string[] = [];
    expect(openVectorCache(folder, MODEL, 3, (line) => warnings.push(line)).size).toBe(0);
    expect(warnings).toHaveLength(2);
  });
});
