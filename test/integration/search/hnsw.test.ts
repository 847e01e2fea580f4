import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { allocateVectors, exactKnn, type Vectors, vectorAt } from '../../../pipeline/core/vectors.ts';
import { buildHnsw, buildHnswWithProgress, openHnsw, type VectorIndex } from '../../../pipeline/search/vector/hnsw.ts';
import { clusteredVectors } from '../../fixtures/arbitrary-vectors.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const options = { m: 8, efConstruction: 60, seed: 42 };
const build = (vectors: Vectors) => buildHnsw(vectors, options);
const small = clusteredVectors(300, 16, 5, 0.3, createSeededRandom(1));

async function saved(vectors: Vectors, hnswOptions = options): Promise<string> {
  const path = join(newFolder(), 'hnsw.bin');
  await buildHnsw(vectors, hnswOptions).save(path);
  return path;
}

describe('an HNSW index', () => {
  /** Recall@10 of an index, over every tenth row. */
  function recall(index: VectorIndex, vectors: Vectors, ef: number): number {
    let found = 0;
    let expected = 0;
    for (let row = 0; row < vectors.count; row += 10) {
      const query = vectorAt(vectors, row);
      const truth = new Set(exactKnn(vectors, query, 10).rows);
      expected += truth.size;
      for (const near of index.search(query, 10, ef).rows) if (truth.has(near)) found++;
    }
    return found / expected;
  }

  test('has a recall of at least 0.95 among clustered vectors', () => {
    const vectors = clusteredVectors(2000, 32, 20, 0.4, createSeededRandom(7));
    expect(recall(build(vectors), vectors, 100)).toBeGreaterThanOrEqual(0.95);
  });

  test('has higher recall the more candidates it examines, also after it was opened from a file', async () => {
    const vectors = clusteredVectors(1500, 32, 1, 9, createSeededRandom(8));
    const poor = { m: 4, efConstruction: 16, seed: 1 };
    for (const index of [buildHnsw(vectors, poor), await openHnsw(await saved(vectors, poor), 1500, 32)]) {
      const [few, more, all] = [10, 60, 1500].map((ef) => recall(index, vectors, ef));
      expect(more).toBeGreaterThan(few + 0.1);
      expect(all).toBeGreaterThan(more);
    }
  });

  test('returns rows by descending similarity, equal ones by row', () => {
    const twice = { ...small, count: 600, data: Float32Array.from([...small.data, ...small.data]) };
    const index = build(twice);
    fc.assert(
      fc.property(fc.nat(599), fc.integer({ min: 1, max: 40 }), (row, k) => {
        const query = vectorAt(twice, row);
        const { rows, similarities } = index.search(query, k, 80);
        expect(rows).toHaveLength(k);
        const order = [...rows.keys()].sort((a, b) => similarities[b] - similarities[a] || rows[a] - rows[b]);
        expect(order).toEqual([...rows.keys()]);
        rows.forEach((near, i) => {
          const exact = vectorAt(twice, near).reduce((sum, value, d) => sum + value * query[d], 0);
          expect(similarities[i]).toBeCloseTo(exact, 5);
        });
      }),
      { numRuns: 60 },
    );
  });

  test.each([0, 1, 2, 5])('of %s vectors returns the same as exact search', async (count) => {
    const vectors = { ...small, count, data: small.data.subarray(0, count * 16) };
    const index = build(vectors);
    expect(index.count).toBe(count);
    const query = vectorAt(small, 7);
    const exact = exactKnn(vectors, query, 10);
    const found = index.search(query, 10, 10);
    expect([...found.rows]).toEqual([...exact.rows]);
    expect(index.search(query, 0, 10).rows).toHaveLength(0);
    const path = join(newFolder(), 'hnsw.bin');
    await index.save(path);
    expect((await openHnsw(path, count, 16)).search(query, 10, 10)).toEqual(found);
  });

  test('returns k rows among vectors that are all equal, or all zero', () => {
    for (const value of [0.25, 0]) {
      const equal = { count: 200, dimensions: 16, data: new Float32Array(3200).fill(value) };
      const { rows } = build(equal).search(vectorAt(equal, 0), 30, 100);
      expect(new Set(rows).size).toBe(30);
    }
  });

  test('has equal bytes for equal vectors and seed', async () => {
    const bytes = readFileSync(await saved(small));
    expect(readFileSync(await saved(small)).equals(bytes)).toBe(true);
    expect(readFileSync(await saved(small, { ...options, seed: 43 })).equals(bytes)).toBe(false);
  });

  test('returns the same after it was saved and opened', async () => {
    const built = build(small);
    const opened = await openHnsw(await saved(small), 300, 16);
    expect(opened.count).toBe(300);
    for (let row = 0; row < 300; row += 7) {
      // More than the 10 candidates that are hnswlib's default after opening.
      expect(opened.search(vectorAt(small, row), 25, 60)).toEqual(built.search(vectorAt(small, row), 25, 60));
    }
  });

  test('can be stopped while rows are added', async () => {
    const stop = new AbortController();
    const vectors = clusteredVectors(20_000, 16, 5, 0.4, createSeededRandom(2));
    let last = 0;
    const startProgress = () => ({ update: (done: number) => (last = done), finish: () => undefined });
    setTimeout(() => stop.abort(), 20);
    await expect(
      buildHnswWithProgress(vectors, options, { ...silentEffects(stop.signal), startProgress }),
    ).rejects.toThrow(/abort/i);
    expect(last).toBeLessThan(20_000 - 256);
  });

  test('is not built if the signal is aborted already', async () => {
    const stop = new AbortController();
    stop.abort();
    const many = allocateVectors(300, 2);
    await expect(buildHnswWithProgress(many, options, silentEffects(stop.signal))).rejects.toThrow(/abort/i);
    expect((await buildHnswWithProgress(many, options, silentEffects())).count).toBe(300);
  });
});

describe('an index file', () => {
  /**
   * Opens files in other processes, because hnswlib may end the process. Returns, for each file: `found 10`, the kind of
   * a PaperfieldError, another error, or how the process ended.
   */
  function openInOtherProcess(paths: readonly string[], count: number, dimensions: number): string[] {
    const module = pathToFileURL(
      join(import.meta.dirname, '..', '..', '..', 'pipeline', 'search', 'vector', 'hnsw.ts'),
    ).href;
    const script = `
      const { openHnsw } = await import(${JSON.stringify(module)});
      for (const path of process.argv.slice(1)) {
        try {
          const index = await openHnsw(path, ${count}, ${dimensions});
          const found = index.search(new Float32Array(${dimensions}).fill(0.1), 10, 50);
          console.log('found ' + found.rows.length);
        } catch (error) { console.log(error.kind ?? String(error)); }
      }`;
    const outcomes: string[] = [];
    while (outcomes.length < paths.length) {
      const rest = paths.slice(outcomes.length);
      const { stdout, status, signal } = spawnSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', script, ...rest],
        { encoding: 'utf8' },
      );
      outcomes.push(...stdout.split('\n').filter((line) => line !== ''));
      if (status !== 0) outcomes.push(`ended by ${signal ?? status}`);
    }
    return outcomes;
  }
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<string> {
    const path = await saved(small);
    writeFileSync(path, change(readFileSync(path)));
    return path;
  }

  test('that is valid is opened', async () => {
    expect(openInOtherProcess([await saved(small)], 300, 16)).toEqual(['found 10']);
  });

  test('that is missing, or has another number of vectors, is rejected', async () => {
    const path = await saved(small);
    for (const open of [() => openHnsw(join(newFolder(), 'absent.bin'), 300, 16), () => openHnsw(path, 299, 16)]) {
      await expect(open()).rejects.toThrow(expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt' }));
    }
    await expect(openHnsw(path, 299, 16)).rejects.toThrow(/has 300 vectors, expected 299/);
  });

  test('of vectors of another length is rejected', async () => {
    const path = await saved(small);
    for (const dimensions of [8, 17]) expect(openInOtherProcess([path], 300, dimensions)).toEqual(['corrupt']);
  });

  test('that is truncated anywhere, or too long, is rejected', async () => {
    const lengths = [0, 1, 8, 50, 95, 96, 97, 5000, 20_000, -100, -1];
    const paths = await Promise.all(lengths.map((length) => damaged((bytes) => bytes.subarray(0, length))));
    paths.push(await damaged((bytes) => Buffer.concat([bytes, Buffer.of(0)])));
    expect(openInOtherProcess(paths, 300, 16)).toEqual(paths.map(() => 'corrupt'));
  });

  test('with a changed byte in its header does not end the process', async () => {
    // The first byte of each field: offsets and sizes, top layer, entry node, links per layer.
    const fields = [0, 8, 16, 24, 32, 40, 48, 52, 56, 64, 72];
    const paths = await Promise.all(
      fields.map((at) =>
        damaged((bytes) => {
          bytes[at] ^= 0x40;
          return bytes;
        }),
      ),
    );
    expect(openInOtherProcess(paths, 300, 16).filter((outcome) => !/^(?:corrupt|found \d+)$/.test(outcome))).toEqual(
      [],
    );
  });
});
