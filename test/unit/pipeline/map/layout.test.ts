import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../../pipeline/cli/terminal.ts';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { type ProjectOptions, projectPapers } from '../../../../pipeline/map/layout.ts';
import { keptNeighbors } from '../../../../pipeline/map/quality.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

const options: ProjectOptions = { projector: 'kernel', minDist: 0.1, negativeSampleRate: 20, epochs: 0, seed: 42 };
const effects = quietEffects();

const project = (vectors: Vectors, change: Partial<ProjectOptions> = {}, k = 15) =>
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

  test('takes papers without any known word, and neighbors that are opposites', async () => {
    expectSound(await project(allocateVectors(20, 8)), 20);
    expectSound(await project(vectorsOf(Array.from({ length: 12 }, (_, row) => (row % 2 ? [1, 0] : [-1, 0])))), 12);
  });

  test('keeps two islands apart that have no neighbor in common', async () => {
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

  test('keeps neighbors near: most of the nearest papers on the map are of the same cluster', async () => {
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

  test('is laid out by whichever projector is asked for', async () => {
    const vectors = clusteredVectors(60, 8, 3, 0.4, seededRandom(6));
    const reference = await project(vectors, { projector: 'umap-js', epochs: 100 });
    expectSound(reference, 60);
    expect(reference).not.toEqual(await project(vectors, { epochs: 100 }));
  });

  test('starts from a previous map where there is one: papers stay about where they were, new ones join them', async () => {
    const vectors = clusteredVectors(400, 16, 8, 0.3, seededRandom(12));
    const previous = await project(vectors, { epochs: 200 });
    // Turned over, so that a start of its own would not come out alike.
    const start = { x: previous.y, y: previous.x.map((x) => -x), known: new Uint8Array(400).fill(1) };
    start.known.fill(0, 0, 20);
    start.x.fill(Number.NaN, 0, 20);
    const map = await project(vectors, { epochs: 200, start });
    expectSound(map, 400);
    const moved = (a: { x: Float32Array; y: Float32Array }) => {
      const far = Array.from({ length: 380 }, (_, i) =>
        Math.hypot(map.x[i + 20] - a.x[i + 20], map.y[i + 20] - a.y[i + 20]),
      );
      return far.sort((one, other) => one - other)[190];
    };
    expect(moved(start)).toBeLessThan(2);
    expect(moved(previous)).toBeGreaterThan(6);
    const { rows } = keptNeighbors(exactGraph(vectors, 15), map);
    const mean = (from: number, to: number) =>
      rows.subarray(from, to).reduce((sum, share) => sum + share, 0) / (to - from);
    expect(mean(0, 20)).toBeGreaterThan(mean(20, 400) - 0.1);
  });

  test('takes a previous map of other papers alone as no start', async () => {
    const vectors = clusteredVectors(40, 8, 3, 0.4, seededRandom(6));
    const start = { x: new Float32Array(40), y: new Float32Array(40), known: new Uint8Array(40) };
    expect(await project(vectors, { epochs: 50, start })).toEqual(await project(vectors, { epochs: 50 }));
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
