import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { type LayoutOptions, layOutPapers } from '../../../../pipeline/map/layout.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { neighborRecallOf } from '../../../fixtures/map-measures.ts';

const options: LayoutOptions = { layoutAlgorithm: 'umap', minDist: 0.1, negativeSampleRate: 20, epochs: 0, seed: 42 };
const effects = silentEffects();

const layOut = (vectors: Vectors, change: Partial<LayoutOptions> = {}, k = 15) =>
  layOutPapers(vectors, exactGraph(vectors, k), { ...options, ...change }, effects);

function expectValid({ x, y }: { x: Float32Array; y: Float32Array }, count: number): void {
  expect([x.length, y.length]).toEqual([count, count]);
  expect([...x, ...y].filter((value) => !Number.isFinite(value))).toEqual([]);
  // Most papers are within ±10, and the map is as large as that if there are two positions.
  const within = [...x.keys()].filter((row) => Math.abs(x[row]) <= 10.001 && Math.abs(y[row]) <= 10.001);
  expect(within.length).toBeGreaterThanOrEqual(Math.floor(count * 0.98));
  const far = Math.max(0, ...x.map(Math.abs), ...y.map(Math.abs));
  if (count > 1) expect(far).toBeGreaterThan(9.9);
}
const distinctPositions = ({ x, y }: { x: Float32Array; y: Float32Array }) =>
  new Set([...x.keys()].map((row) => `${x[row]},${y[row]}`));

describe('the layout', () => {
  test.each([0, 1, 2, 5, 7, 8, 9, 16, 60])('gives each of %s papers its own position', async (count) => {
    const map = await layOut(clusteredVectors(count, 8, 3, 0.4, createSeededRandom(count + 1)));
    expectValid(map, count);
    expect(distinctPositions(map).size).toBe(count);
  });

  test.each([2, 5, 8, 16, 60])('separates %s papers with equal texts', async (count) => {
    const vectors = allocateVectors(count, 8);
    vectors.data.fill(Math.sqrt(1 / 8));
    const map = await layOut(vectors, { epochs: 100 });
    expectValid(map, count);
    expect(distinctPositions(map).size).toBe(count);
  });

  test('is valid for papers without a known word, and for neighbors with opposite vectors', async () => {
    expectValid(await layOut(allocateVectors(20, 8)), 20);
    expectValid(await layOut(vectorsOf(Array.from({ length: 12 }, (_, row) => (row % 2 ? [1, 0] : [-1, 0])))), 12);
  });

  test('keeps two clusters without common neighbors apart', async () => {
    const vectors = clusteredVectors(60, 16, 2, 0.02, createSeededRandom(9));
    const map = await layOut(vectors, {}, 5);
    expectValid(map, 60);
    const distance = (a: number, b: number) => Math.hypot(map.x[a] - map.x[b], map.y[a] - map.y[b]);
    for (let row = 0; row < 60; row++) {
      const others = [...map.x.keys()].filter((other) => other !== row);
      const nearest = others.sort((a, b) => distance(row, a) - distance(row, b)).slice(0, 5);
      expect(nearest.filter((other) => other % 2 === row % 2)).toHaveLength(5);
    }
  });

  test('keeps neighbors near: most of the nearest papers on the map are from the same cluster', async () => {
    const map = await layOut(clusteredVectors(300, 16, 6, 0.15, createSeededRandom(5)), { epochs: 150 });
    expectValid(map, 300);
    let kept = 0;
    for (let row = 0; row < 300; row++) {
      const distance = (other: number) => Math.hypot(map.x[row] - map.x[other], map.y[row] - map.y[other]);
      const nearest = [...map.x.keys()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b));
      kept += nearest.slice(0, 10).filter((other) => other % 6 === row % 6).length;
    }
    expect(kept / 3000).toBeGreaterThan(0.95);
  });

  test('is equal for equal seeds only', async () => {
    const vectors = clusteredVectors(40, 8, 3, 0.4, createSeededRandom(6));
    const map = await layOut(vectors, { epochs: 100 });
    expect(await layOut(vectors, { epochs: 100 })).toEqual(map);
    expect(await layOut(vectors, { epochs: 100, seed: 7 })).not.toEqual(map);
  });

  test('is computed by the layout algorithm of the options', async () => {
    const vectors = clusteredVectors(60, 8, 3, 0.4, createSeededRandom(6));
    const reference = await layOut(vectors, { layoutAlgorithm: 'umap-js', epochs: 100 });
    expectValid(reference, 60);
    expect(reference).not.toEqual(await layOut(vectors, { epochs: 100 }));
  });

  test('starts from a previous map: papers stay about where they were, new ones join them', async () => {
    const vectors = clusteredVectors(400, 16, 8, 0.3, createSeededRandom(12));
    const previous = await layOut(vectors, { epochs: 200 });
    // Rotated, so that a layout without the previous map would differ.
    const start = { x: previous.y, y: previous.x.map((x) => -x), known: new Uint8Array(400).fill(1) };
    start.known.fill(0, 0, 20);
    start.x.fill(Number.NaN, 0, 20);
    const map = await layOut(vectors, { epochs: 200, start });
    expectValid(map, 400);
    const moved = (a: { x: Float32Array; y: Float32Array }) => {
      const far = Array.from({ length: 380 }, (_, i) =>
        Math.hypot(map.x[i + 20] - a.x[i + 20], map.y[i + 20] - a.y[i + 20]),
      );
      return far.sort((one, other) => one - other)[190];
    };
    expect(moved(start)).toBeLessThan(2);
    expect(moved(previous)).toBeGreaterThan(6);
    const { rowNeighborRecall } = neighborRecallOf(exactGraph(vectors, 15), map);
    const mean = (from: number, to: number) =>
      rowNeighborRecall.subarray(from, to).reduce((sum, recall) => sum + recall, 0) / (to - from);
    expect(mean(0, 20)).toBeGreaterThan(mean(20, 400) - 0.1);
  });

  test('ignores a previous map that has none of the papers', async () => {
    const vectors = clusteredVectors(40, 8, 3, 0.4, createSeededRandom(6));
    const start = { x: new Float32Array(40), y: new Float32Array(40), known: new Uint8Array(40) };
    expect(await layOut(vectors, { epochs: 50, start })).toEqual(await layOut(vectors, { epochs: 50 }));
  });

  test('runs as many epochs as the options say, and can be aborted between them', async () => {
    const vectors = clusteredVectors(20, 8, 2, 0.4, createSeededRandom(8));
    const stop = new AbortController();
    let epochs = 0;
    const watchingEffects = {
      ...silentEffects(stop.signal),
      startProgress: (_: string, total?: number) => ({
        update(done: number) {
          expect(total).toBe(30);
          epochs = done;
          if (done === 12) stop.abort();
        },
        finish: () => expect.unreachable(),
      }),
    };
    const run = layOutPapers(vectors, exactGraph(vectors, 15), { ...options, epochs: 30 }, watchingEffects);
    await expect(run).rejects.toThrow(/abort/i);
    expect(epochs).toBe(12);
  });
});
