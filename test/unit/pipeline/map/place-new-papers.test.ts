import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { KnownPositions, MapPositions } from '../../../../pipeline/core/map-positions.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { fuzzySimplicialSet } from '../../../../pipeline/map/fuzzy-simplicial-set.ts';
import {
  medianSpacing,
  placeNewPaper,
  placeNewPapers,
  startPositionsAmongNeighbors,
} from '../../../../pipeline/map/place-new-papers.ts';
import { layOutWithUmap } from '../../../../pipeline/map/umap.ts';
import { clusteredVectors, integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { neighborRecallOf } from '../../../fixtures/map-measures.ts';

fc.configureGlobal({ seed: 8017 });

const options = { minDist: 0.1, seed: 5 };
const withNew = (map: MapPositions, isNew: (row: number) => boolean): KnownPositions => ({
  // Positions that are not known must not be read.
  x: map.x.map((value, row) => (isNew(row) ? Number.NaN : value)),
  y: map.y.map((value, row) => (isNew(row) ? Number.NaN : value)),
  known: Uint8Array.from(map.x, (_, row) => (isNew(row) ? 0 : 1)),
});
function scattered(count: number): MapPositions {
  const random = createSeededRandom(count);
  const axis = () => Float32Array.from({ length: count }, () => 20 * random() - 10);
  return { x: axis(), y: axis() };
}
const laidOut = (vectors: Vectors, k: number) =>
  runToCompletion(
    layOutWithUmap({
      graph: exactGraph(vectors, k),
      start: scattered(vectors.count),
      epochs: 200,
      minDist: 0.1,
      negativeSampleRate: 5,
      learningRate: 1,
      seed: 1,
    }),
  );

describe('placing new papers', () => {
  test('keeps known positions, and gives every new paper a finite one, for any input', () => {
    fc.assert(
      fc.property(
        integerVectors(24),
        fc.nat(6),
        fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
        (rows, k, mask) => {
          const vectors = { ...rows, data: rows.data.map((value) => value / 6) };
          const map = withNew(scattered(vectors.count), (row) => mask[row]);
          const placed = placeNewPapers(exactGraph(vectors, k), map, options);
          expect([placed.x.length, placed.y.length]).toEqual([vectors.count, vectors.count]);
          expect([...placed.x, ...placed.y].every(Number.isFinite)).toBe(true);
          for (let row = 0; row < vectors.count; row++) {
            if (!mask[row]) expect([placed.x[row], placed.y[row]]).toEqual([map.x[row], map.y[row]]);
          }
          expect(placeNewPapers(exactGraph(vectors, k), map, options)).toEqual(placed);
        },
      ),
    );
  });

  test('keeps nearly as many of their neighbors near as a layout with them does', () => {
    const vectors = clusteredVectors(1000, 16, 12, 0.35, createSeededRandom(3));
    const graph = exactGraph(vectors, 15);
    const whole = laidOut(vectors, 15);
    const isNew = (row: number) => row % 50 === 7;
    const placed = placeNewPapers(graph, withNew(whole, isNew), options);
    const meanRecall = (map: MapPositions) => {
      const { rowNeighborRecall } = neighborRecallOf(graph, map);
      return rowNeighborRecall.filter((_, row) => isNew(row)).reduce((sum, recall) => sum + recall, 0) / 20;
    };
    expect(meanRecall(whole)).toBeGreaterThan(0.5);
    expect(meanRecall(placed)).toBeGreaterThan(meanRecall(whole) - 0.1);
    expect(meanRecall(scattered(1000))).toBeLessThan(0.2);
  });

  test('places a whole cluster of new papers that have only each other as neighbors', () => {
    const vectors = clusteredVectors(200, 16, 4, 0.05, createSeededRandom(4));
    // Of the four clusters, all papers of the last one are new.
    const map = withNew(laidOut(vectors, 10), (row) => row % 4 === 3);
    const placed = placeNewPapers(exactGraph(vectors, 10), map, options);
    const { neighborRecall } = neighborRecallOf(exactGraph(vectors, 10), placed);
    expect(neighborRecall).toBeGreaterThan(0.2);
    const near = [...placed.x.keys()].filter((row) => row % 4 === 3 && Math.hypot(placed.x[row], placed.y[row]) < 60);
    expect(near).toHaveLength(50);
  });

  test('separates new papers with equal texts', () => {
    const vectors = allocateVectors(20, 2);
    vectors.data.fill(0.7);
    const placed = placeNewPapers(
      exactGraph(vectors, 5),
      withNew(scattered(20), (row) => row >= 10),
      options,
    );
    expect(new Set([...placed.x.keys()].map((row) => `${placed.x[row]},${placed.y[row]}`)).size).toBe(20);
  });
});

describe('start positions', () => {
  test('are where most neighbors of a row are, not between them and a distant one', () => {
    // Row 4 is equally near to all others.
    const graph = fuzzySimplicialSet({
      count: 5,
      k: 4,
      neighbors: Int32Array.of(1, 2, 3, 4, 0, 2, 3, 4, 0, 1, 3, 4, 0, 1, 2, 4, 0, 1, 2, 3),
      similarities: new Float32Array(20).fill(0.5),
    });
    const map = {
      x: Float32Array.of(0, 1, 0, 100, 0),
      y: Float32Array.of(0, 0, 1, 0, 0),
      known: Uint8Array.of(1, 1, 1, 1, 0),
    };
    const start = startPositionsAmongNeighbors(graph, map);
    expect(Math.hypot(start.x[4], start.y[4])).toBeLessThan(1.5);
  });

  test('of clusters without a known paper are around the map, each cluster in one place', () => {
    const vectors = clusteredVectors(60, 16, 3, 0.02, createSeededRandom(9));
    const graph = fuzzySimplicialSet(exactGraph(vectors, 5));
    const map = withNew(scattered(60), (row) => row % 3 !== 0);
    const { x, y } = startPositionsAmongNeighbors(graph, map);
    const far = Math.max(...[...x.keys()].filter((row) => row % 3 === 0).map((row) => Math.hypot(x[row], y[row])));
    for (let row = 0; row < 60; row++) {
      if (row % 3 === 0) continue;
      expect(Math.hypot(x[row], y[row])).toBeGreaterThan(0.8 * far);
      expect(Math.hypot(x[row], y[row])).toBeLessThan(1.5 * far);
      expect(Math.hypot(x[row] - x[row % 3], y[row] - y[row % 3])).toBeLessThan(3);
    }
  });
});

describe('placing a single new paper', () => {
  const vectors = clusteredVectors(400, 12, 8, 0.3, createSeededRandom(3));
  const graph = exactGraph(vectors, 15);
  const random = createSeededRandom(9);
  /** Each cluster is at its own place on a ring. */
  const map = {
    x: Float32Array.from({ length: 400 }, (_, row) => 8 * Math.cos(((row % 8) * Math.PI) / 4) + random()),
    y: Float32Array.from({ length: 400 }, (_, row) => 8 * Math.sin(((row % 8) * Math.PI) / 4) + random()),
  };
  const known = new Uint8Array(400).fill(1);
  const spacing = medianSpacing({ ...map, known }, 5);
  const place = (row: number, seed = 5) => {
    const of = <T extends Int32Array | Float32Array>(values: T) => values.subarray(row * 15, row * 15 + 15) as T;
    const neighbors = { rows: of(graph.neighbors), similarities: of(graph.similarities) };
    return placeNewPaper(map, neighbors, { minDist: 0.1, seed, spacing });
  };

  test('puts it among its neighbors, near to where it is placed among all papers', () => {
    for (let row = 0; row < 400; row += 40) {
      const { x, y } = place(row);
      const without = { ...map, known: known.map((one, at) => (at === row ? 0 : one)) };
      const among = placeNewPapers(graph, without, { minDist: 0.1, seed: 5 });
      expect(Math.hypot(x - map.x[row], y - map.y[row])).toBeLessThan(2);
      expect(Math.hypot(x - among.x[row], y - among.y[row])).toBeLessThan(1.5);
    }
  });

  test('is equal for equal neighbors and seed', () => {
    expect(place(7)).toEqual(place(7));
  });

  test('puts a paper with one neighbor next to it', () => {
    const one = { rows: Int32Array.of(3), similarities: Float32Array.of(0.4) };
    const { x, y } = placeNewPaper(map, one, { minDist: 0.1, seed: 5, spacing });
    expect(Math.hypot(x - map.x[3], y - map.y[3])).toBeLessThan(1);
  });

  test('puts it among its neighbors on a map of few papers, not at the edge', () => {
    const few = clusteredVectors(64, 12, 8, 0.3, createSeededRandom(4));
    const graphOfFew = exactGraph(few, 6);
    const randomOfFew = createSeededRandom(6);
    // Eight clusters on a ring, with about one paper per unit: the density of a real map of that size.
    const around = (of: (angle: number) => number) =>
      Float32Array.from({ length: 64 }, (_, row) => 7 * of(((row % 8) * Math.PI) / 4) + 3 * randomOfFew() - 1.5);
    const positions = { x: around(Math.cos), y: around(Math.sin) };
    const spacingOfFew = medianSpacing({ ...positions, known: new Uint8Array(64).fill(1) }, 5);
    const distances = Array.from({ length: 64 }, (_, row) => {
      const rows = graphOfFew.neighbors.subarray(row * 6, row * 6 + 6);
      const similarities = graphOfFew.similarities.subarray(row * 6, row * 6 + 6);
      const { x, y } = placeNewPaper(
        positions,
        { rows, similarities },
        { minDist: 0.1, seed: 5, spacing: spacingOfFew },
      );
      return Math.hypot(x - positions.x[row], y - positions.y[row]);
    }).sort((a, b) => a - b);
    expect(distances[32]).toBeLessThan(1.5);
    expect(distances[63]).toBeLessThan(5);
  });
});
