/** What every layout algorithm must do, in this thread and in a worker. */
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../../../../pipeline/core/map-positions.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { loadLayoutAlgorithm, runLayout } from '../../../../pipeline/map/layout.ts';
import { type LayoutTask, layoutAlgorithmNames } from '../../../../pipeline/map/layout-algorithm.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { kdTreeOf, neighborRecallOf, trustworthinessOf } from '../../../fixtures/map-measures.ts';

const nothing = () => undefined;
const never = new AbortController().signal;

function scattered(count: number): MapPositions {
  const random = createSeededRandom(count + 1);
  const axis = () => Float32Array.from({ length: count }, () => 20 * random() - 10);
  return { x: axis(), y: axis() };
}
const taskOf = (graph: KnnGraph, change: Partial<LayoutTask> = {}): LayoutTask => ({
  graph,
  start: scattered(graph.count),
  epochs: 100,
  minDist: 0.1,
  negativeSampleRate: 5,
  learningRate: 1,
  seed: 42,
  ...change,
});
function expectValid({ x, y }: MapPositions, count: number): void {
  expect([x.length, y.length]).toEqual([count, count]);
  expect([...x, ...y].every(Number.isFinite)).toBe(true);
  expect(Math.max(...x.map(Math.abs), ...y.map(Math.abs))).toBeLessThan(100);
  expect(new Set([...x.keys()].map((row) => `${x[row]},${y[row]}`)).size).toBe(count);
}
const trustworthinessOf15 = (vectors: Vectors, map: MapPositions) => trustworthinessOf(vectors, map, 15) ?? Number.NaN;

describe.each(layoutAlgorithmNames)('%s', (layoutAlgorithm) => {
  const layOut = (task: LayoutTask) => runLayout({ layoutAlgorithm, task }, nothing, never);

  test.each([3, 5, 16, 60, 300])(
    'lays %s papers out at finite and different positions near the center',
    async (count) => {
      const vectors = clusteredVectors(count, 8, 3, 0.4, createSeededRandom(count));
      expectValid(await layOut(taskOf(exactGraph(vectors, 15))), count);
    },
  );

  test.each([
    ['equal texts', Math.sqrt(1 / 8)],
    ['texts without a known word', 0],
  ])('lays out papers that are all %s', async (_, value) => {
    const vectors = allocateVectors(60, 8);
    vectors.data.fill(value);
    expectValid(await layOut(taskOf(exactGraph(vectors, 15))), 60);
  });

  test('keeps clusters together and near the others', async () => {
    // Ten clusters of fifteen papers, without neighbors in another cluster.
    const vectors = clusteredVectors(150, 32, 10, 0.02, createSeededRandom(9));
    const graph = exactGraph(vectors, 10);
    const map = await layOut(taskOf(graph, { epochs: 300 }));
    expectValid(map, 150);
    const tree = kdTreeOf(map);
    const sameCluster = Array.from(map.x.keys(), (row) =>
      tree.nearest(row, 10).filter((other) => other % 10 === row % 10),
    );
    expect(sameCluster.reduce((sum, { length }) => sum + length, 0) / 1500).toBeGreaterThan(0.95);
  });

  test('is equal for equal tasks, and different for another seed', async () => {
    const graph = exactGraph(clusteredVectors(80, 8, 3, 0.4, createSeededRandom(6)), 15);
    const map = await layOut(taskOf(graph));
    expect(await layOut(taskOf(graph))).toEqual(map);
    expect(await layOut(taskOf(graph, { seed: 43 }))).not.toEqual(map);
  });

  test('does not change the start positions', async () => {
    const task = taskOf(exactGraph(clusteredVectors(40, 8, 3, 0.4, createSeededRandom(6)), 15));
    await layOut(task);
    expect(task.start).toEqual(scattered(40));
  });

  test('gives equal positions in a worker, and reports each epoch in order', async () => {
    const graph = exactGraph(clusteredVectors(1100, 8, 5, 0.4, createSeededRandom(7)), 8);
    const task = taskOf(graph, { epochs: 12 });
    const reported: number[] = [];
    const map = await runLayout({ layoutAlgorithm, task }, (share) => reported.push(Math.round(12 * share)), never);
    expect(reported).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(runToCompletion((await loadLayoutAlgorithm(layoutAlgorithm))(task))).toEqual(map);
  });

  test.each([
    ['in this thread', 100],
    ['in a worker', 1100],
  ])('%s can be aborted between epochs, and does not start if it was aborted before', async (_, count) => {
    const task = taskOf(exactGraph(clusteredVectors(count, 8, 5, 0.4, createSeededRandom(7)), 8), { epochs: 4000 });
    const stop = new AbortController();
    let last = 0;
    const onProgress = (share: number) => {
      last = Math.round(4000 * share);
      if (last === 5) stop.abort();
    };
    await expect(runLayout({ layoutAlgorithm, task }, onProgress, stop.signal)).rejects.toThrow(/abort/i);
    expect(last).toBe(5);
    const again = runLayout({ layoutAlgorithm, task }, () => expect.unreachable(), stop.signal);
    await expect(again).rejects.toThrow(/abort/i);
  });
});

test('our UMAP keeps as many neighbors as umap-js from the same graph, epochs and start', async () => {
  for (const [count, clusters, spread] of [
    [400, 8, 0.5],
    [900, 20, 0.8],
  ]) {
    const vectors = clusteredVectors(count, 16, clusters, spread, createSeededRandom(count));
    const graph = exactGraph(vectors, 15);
    const task = taskOf(graph, { epochs: 300 });
    const [ours, reference] = await Promise.all(
      layoutAlgorithmNames.map((layoutAlgorithm) => runLayout({ layoutAlgorithm, task }, nothing, never)),
    );
    expect(trustworthinessOf15(vectors, reference)).toBeGreaterThan(0.7);
    expect(trustworthinessOf15(vectors, ours)).toBeGreaterThan(trustworthinessOf15(vectors, reference) - 0.01);
    const recallOf = (map: MapPositions) => neighborRecallOf(graph, map).neighborRecall ?? Number.NaN;
    expect(recallOf(ours)).toBeGreaterThan(recallOf(reference) - 0.01);
  }
});

test('an error in the worker rejects the layout', async () => {
  const graph = exactGraph(clusteredVectors(1100, 4, 5, 0.4, createSeededRandom(7)), 3);
  const broken = taskOf({ ...graph, neighbors: undefined as unknown as Int32Array });
  await expect(runLayout({ layoutAlgorithm: 'umap', task: broken }, nothing, never)).rejects.toThrow(/undefined/);
});
