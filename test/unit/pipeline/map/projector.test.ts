/** What every way of laying a graph out must do, here and on a thread of its own. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import type { Projection } from '../../../../pipeline/core/map-positions.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { layOutAside } from '../../../../pipeline/map/layout.ts';
import { mapNeighbors } from '../../../../pipeline/map/map-neighbors.ts';
import { type LayoutTask, openProjector, projectorNames } from '../../../../pipeline/map/projector.ts';
import { keptNeighbors, trustworthiness } from '../../../../pipeline/map/quality.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

const nothing = () => undefined;
const never = new AbortController().signal;

function scattered(count: number): Projection {
  const random = seededRandom(count + 1);
  const axis = () => Float32Array.from({ length: count }, () => 20 * random() - 10);
  return { x: axis(), y: axis() };
}
const taskOf = (graph: KnnGraph, change: Partial<LayoutTask> = {}): LayoutTask => ({
  graph,
  start: scattered(graph.count),
  epochs: 100,
  minDist: 0.1,
  negativeSampleRate: 5,
  rate: 1,
  seed: 42,
  ...change,
});
function expectSound({ x, y }: Projection, count: number): void {
  expect([x.length, y.length]).toEqual([count, count]);
  expect([...x, ...y].every(Number.isFinite)).toBe(true);
  expect(Math.max(...x.map(Math.abs), ...y.map(Math.abs))).toBeLessThan(100);
  expect(new Set([...x.keys()].map((row) => `${x[row]},${y[row]}`)).size).toBe(count);
}
const all = (count: number) => Int32Array.from({ length: count }, (_, row) => row);
const trustOf = (vectors: Vectors, map: Projection) =>
  trustworthiness(vectors, map, 15, all(vectors.count), all(vectors.count)) ?? Number.NaN;

describe.each(projectorNames)('%s', (name) => {
  const layOut = (task: LayoutTask) => layOutAside(name, task, nothing, never);

  test.each([3, 5, 16, 60, 300])('lays %s papers out: finite, near the middle, no two on one place', async (count) => {
    const vectors = clusteredVectors(count, 8, 3, 0.4, seededRandom(count));
    expectSound(await layOut(taskOf(exactGraph(vectors, 15))), count);
  });

  test.each([
    ['one text', Math.sqrt(1 / 8)],
    ['texts without a known word', 0],
  ])('lays papers out that are all %s', async (_, value) => {
    const vectors = allocateVectors(60, 8);
    vectors.data.fill(value);
    expectSound(await layOut(taskOf(exactGraph(vectors, 15))), 60);
  });

  test('keeps islands whole and in sight', async () => {
    // Ten groups of fifteen without any neighbor in common.
    const vectors = clusteredVectors(150, 32, 10, 0.02, seededRandom(9));
    const graph = exactGraph(vectors, 10);
    const map = await layOut(taskOf(graph, { epochs: 300 }));
    expectSound(map, 150);
    const near = mapNeighbors(map);
    const together = Array.from(map.x.keys(), (row) =>
      near.nearest(row, 10).filter((other) => other % 10 === row % 10),
    );
    expect(together.reduce((sum, { length }) => sum + length, 0) / 1500).toBeGreaterThan(0.95);
  });

  test('gives the same places for the same task, and others for another seed', async () => {
    const graph = exactGraph(clusteredVectors(80, 8, 3, 0.4, seededRandom(6)), 15);
    const map = await layOut(taskOf(graph));
    expect(await layOut(taskOf(graph))).toEqual(map);
    expect(await layOut(taskOf(graph, { seed: 43 }))).not.toEqual(map);
  });

  test('leaves the start as it was', async () => {
    const task = taskOf(exactGraph(clusteredVectors(40, 8, 3, 0.4, seededRandom(6)), 15));
    await layOut(task);
    expect(task.start).toEqual(scattered(40));
  });

  test('on a thread of its own gives the places that it gives here, and tells of each round in order', async () => {
    const graph = exactGraph(clusteredVectors(1100, 8, 5, 0.4, seededRandom(7)), 8);
    const task = taskOf(graph, { epochs: 12 });
    const told: number[] = [];
    const aside = await layOutAside(name, task, (done) => told.push(done), never);
    expect(told).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect((await openProjector(name))(task, nothing)).toEqual(aside);
  });

  test.each([
    ['here', 100],
    ['on a thread', 1100],
  ])('%s can be stopped between rounds, and is not begun where it was stopped before', async (_, count) => {
    const task = taskOf(exactGraph(clusteredVectors(count, 8, 5, 0.4, seededRandom(7)), 8), { epochs: 4000 });
    const stop = new AbortController();
    let last = 0;
    const run = layOutAside(
      name,
      task,
      (done) => {
        last = done;
        if (done === 5) stop.abort();
      },
      stop.signal,
    );
    await expect(run).rejects.toThrow(/abort/i);
    expect(last).toBe(5);
    await expect(layOutAside(name, task, () => expect.unreachable(), stop.signal)).rejects.toThrow(/abort/i);
  });
});

test('the kernel keeps as many neighbors as umap-js from the same graph, rounds and start', async () => {
  for (const [count, clusters, spread] of [
    [400, 8, 0.5],
    [900, 20, 0.8],
  ]) {
    const vectors = clusteredVectors(count, 16, clusters, spread, seededRandom(count));
    const graph = exactGraph(vectors, 15);
    const [kernel, reference] = await Promise.all(
      projectorNames.map((name) => layOutAside(name, taskOf(graph, { epochs: 300 }), nothing, never)),
    );
    expect(trustOf(vectors, reference)).toBeGreaterThan(0.7);
    expect(trustOf(vectors, kernel)).toBeGreaterThan(trustOf(vectors, reference) - 0.01);
    const kept = (map: Projection) => keptNeighbors(graph, map).neighborRecall ?? Number.NaN;
    expect(kept(kernel)).toBeGreaterThan(kept(reference) - 0.01);
  }
});

test('a layout whose thread fails says why', async () => {
  const graph = exactGraph(clusteredVectors(1100, 4, 5, 0.4, seededRandom(7)), 3);
  const broken = taskOf({ ...graph, rows: undefined as unknown as Int32Array });
  await expect(layOutAside('kernel', broken, nothing, never)).rejects.toThrow(/undefined/);
});
