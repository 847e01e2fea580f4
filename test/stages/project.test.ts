import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../pipeline/core/random.ts';
import { allocateVectors, type Vectors } from '../../pipeline/core/vectors.ts';
import { quietEffects } from '../../pipeline/effects.ts';
import { projectPapers } from '../../pipeline/stages/project.ts';
import { clusteredVectors, vectorsOf } from '../core/arbitrary-vectors.ts';
import { exactGraph } from '../core/exact-graph.ts';

const options = { minDist: 0.1, epochs: 0, seed: 42 };
const effects = quietEffects();

const project = (vectors: Vectors, change: Partial<typeof options> = {}, k = 15) =>
  projectPapers(vectors, exactGraph(vectors, k), { ...options, ...change }, effects);

function expectSound({ x, y }: { x: Float32Array; y: Float32Array }, count: number): void {
  expect([x.length, y.length]).toEqual([count, count]);
  expect([...x, ...y].filter((value) => !Number.isFinite(value))).toEqual([]);
  // Most papers lie within ±10, and the map is as large as that where there is anything to part.
  const within = [...x.keys()].filter((row) => Math.abs(x[row]) <= 10.001 && Math.abs(y[row]) <= 10.001);
  expect(within.length).toBeGreaterThanOrEqual(Math.floor(count * 0.98));
  const far = Math.max(0, ...x.map(Math.abs), ...y.map(Math.abs));
  if (count > 1) expect(far).toBeGreaterThan(9.9);
}
const places = ({ x, y }: { x: Float32Array; y: Float32Array }) =>
  new Set([...x.keys()].map((row) => `${x[row]},${y[row]}`));

describe('projectPapers', () => {
  test.each([0, 1, 2, 5, 7, 8, 9, 16, 60])('gives each of %s papers a place of its own', async (count) => {
    const map = await project(clusteredVectors(count, 8, 3, 0.4, seededRandom(count + 1)));
    expectSound(map, count);
    expect(places(map).size).toBe(count);
  });

  test.each([2, 5, 8, 16, 60])('parts %s papers that are all the same text', async (count) => {
    const vectors = allocateVectors(count, 8);
    vectors.data.fill(Math.sqrt(1 / 8));
    const map = await project(vectors, { epochs: 100 });
    expectSound(map, count);
    expect(places(map).size).toBe(count);
  });

  test('takes papers without any known word, and neighbours that are opposites', async () => {
    expectSound(await project(allocateVectors(20, 8)), 20);
    expectSound(await project(vectorsOf(Array.from({ length: 12 }, (_, row) => (row % 2 ? [1, 0] : [-1, 0])))), 12);
  });

  test('keeps two islands apart that have no neighbour in common', async () => {
    const vectors = clusteredVectors(60, 16, 2, 0.02, seededRandom(9));
    const map = await project(vectors, {}, 5);
    expectSound(map, 60);
    const distance = (a: number, b: number) => Math.hypot(map.x[a] - map.x[b], map.y[a] - map.y[b]);
    for (let row = 0; row < 60; row++) {
      const others = [...map.x.keys()].filter((other) => other !== row);
      const nearest = others.sort((a, b) => distance(row, a) - distance(row, b)).slice(0, 5);
      expect(nearest.filter((other) => other % 2 === row % 2)).toHaveLength(5);
    }
  });

  test('keeps neighbours near: most of the nearest papers on the map are of the same cluster', async () => {
    const map = await project(clusteredVectors(300, 16, 6, 0.15, seededRandom(5)), { epochs: 150 });
    expectSound(map, 300);
    let kept = 0;
    for (let row = 0; row < 300; row++) {
      const distance = (other: number) => Math.hypot(map.x[row] - map.x[other], map.y[row] - map.y[other]);
      const nearest = [...map.x.keys()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b));
      kept += nearest.slice(0, 10).filter((other) => other % 6 === row % 6).length;
    }
    expect(kept / 3000).toBeGreaterThan(0.95);
  });

  test('gives the same places for a seed, and others for another', async () => {
    const vectors = clusteredVectors(40, 8, 3, 0.4, seededRandom(6));
    const map = await project(vectors, { epochs: 100 });
    expect(await project(vectors, { epochs: 100 })).toEqual(map);
    expect(await project(vectors, { epochs: 100, seed: 7 })).not.toEqual(map);
  });

  test('does as many rounds as it is told, and can be stopped between them', async () => {
    const vectors = clusteredVectors(20, 8, 2, 0.4, seededRandom(8));
    const stop = new AbortController();
    let rounds = 0;
    const watching = {
      ...quietEffects(stop.signal),
      begin: (_: string, total?: number) => ({
        at(done: number) {
          expect(total).toBe(30);
          rounds = done;
          if (done === 12) stop.abort();
        },
        end: () => expect.unreachable(),
      }),
    };
    const run = projectPapers(vectors, exactGraph(vectors, 15), { ...options, epochs: 30 }, watching);
    await expect(run).rejects.toThrow(/abort/i);
    expect(rounds).toBe(12);
  });
});
