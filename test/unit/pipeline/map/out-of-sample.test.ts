import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { KnownPlaces, Projection } from '../../../../pipeline/core/map-positions.ts';
import { allocateVectors, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { fuzzyGraph } from '../../../../pipeline/map/fuzzy-graph.ts';
import { placeNewPapers, startAmongNeighbors } from '../../../../pipeline/map/out-of-sample.ts';
import { keptNeighbors } from '../../../../pipeline/map/quality.ts';
import { projectByKernel } from '../../../../pipeline/map/umap-projector.ts';
import { clusteredVectors, wholeVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

const options = { minDist: 0.1, seed: 5 };
const knownBut = (map: Projection, isNew: (row: number) => boolean): KnownPlaces => ({
  // What stands where nothing is known must not be looked at.
  x: map.x.map((value, row) => (isNew(row) ? Number.NaN : value)),
  y: map.y.map((value, row) => (isNew(row) ? Number.NaN : value)),
  known: Uint8Array.from(map.x, (_, row) => (isNew(row) ? 0 : 1)),
});
function scattered(count: number): Projection {
  const random = seededRandom(count);
  const axis = () => Float32Array.from({ length: count }, () => 20 * random() - 10);
  return { x: axis(), y: axis() };
}
const laidOut = (vectors: Vectors, k: number) =>
  projectByKernel(
    {
      graph: exactGraph(vectors, k),
      start: scattered(vectors.count),
      epochs: 200,
      minDist: 0.1,
      negativeSampleRate: 5,
      rate: 1,
      seed: 1,
    },
    () => undefined,
  );

describe('placeNewPapers', () => {
  test('leaves what is known where it is, and gives every new paper a finite place, whatever the input', () => {
    fc.assert(
      fc.property(
        wholeVectors(24),
        fc.nat(6),
        fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
        (rows, k, mask) => {
          const vectors = { ...rows, data: rows.data.map((value) => value / 6) };
          const map = knownBut(scattered(vectors.count), (row) => mask[row]);
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

  test('keeps nearly as many of their neighbors near newPapers as a map that was laid out with them', () => {
    const vectors = clusteredVectors(1000, 16, 12, 0.35, seededRandom(3));
    const graph = exactGraph(vectors, 15);
    const whole = laidOut(vectors, 15);
    const isNew = (row: number) => row % 50 === 7;
    const placed = placeNewPapers(graph, knownBut(whole, isNew), options);
    const meanTrust = (map: Projection) => {
      const { rows } = keptNeighbors(graph, map);
      return rows.filter((_, row) => isNew(row)).reduce((sum, share) => sum + share, 0) / 20;
    };
    expect(meanTrust(whole)).toBeGreaterThan(0.5);
    expect(meanTrust(placed)).toBeGreaterThan(meanTrust(whole) - 0.1);
    expect(meanTrust(scattered(1000))).toBeLessThan(0.2);
  });

  test('finds places for a whole cluster of newPapers by way of each other', () => {
    const vectors = clusteredVectors(200, 16, 4, 0.05, seededRandom(4));
    // Of each of the four clusters' papers, all of the last one are new.
    const map = knownBut(laidOut(vectors, 10), (row) => row % 4 === 3);
    const placed = placeNewPapers(exactGraph(vectors, 10), map, options);
    const { neighborRecall } = keptNeighbors(exactGraph(vectors, 10), placed);
    expect(neighborRecall).toBeGreaterThan(0.2);
    const near = [...placed.x.keys()].filter((row) => row % 4 === 3 && Math.hypot(placed.x[row], placed.y[row]) < 60);
    expect(near).toHaveLength(50);
  });

  test('parts newPapers of one text', () => {
    const vectors = allocateVectors(20, 2);
    vectors.data.fill(0.7);
    const placed = placeNewPapers(
      exactGraph(vectors, 5),
      knownBut(scattered(20), (row) => row >= 10),
      options,
    );
    expect(new Set([...placed.x.keys()].map((row) => `${placed.x[row]},${placed.y[row]}`)).size).toBe(20);
  });
});

describe('startAmongNeighbors', () => {
  test('starts a row where most of its neighbors are, not between them and one far off', () => {
    // Row 4 is as near to each of the others as to any.
    const graph = fuzzyGraph({
      count: 5,
      k: 4,
      rows: Int32Array.of(1, 2, 3, 4, 0, 2, 3, 4, 0, 1, 3, 4, 0, 1, 2, 4, 0, 1, 2, 3),
      similarities: new Float32Array(20).fill(0.5),
    });
    const map = {
      x: Float32Array.of(0, 1, 0, 100, 0),
      y: Float32Array.of(0, 0, 1, 0, 0),
      known: Uint8Array.of(1, 1, 1, 1, 0),
    };
    const start = startAmongNeighbors(graph, map);
    expect(Math.hypot(start.x[4], start.y[4])).toBeLessThan(1.5);
  });

  test('stands islands without any known paper around the map, each in one spot', () => {
    const vectors = clusteredVectors(60, 16, 3, 0.02, seededRandom(9));
    const graph = fuzzyGraph(exactGraph(vectors, 5));
    const map = knownBut(scattered(60), (row) => row % 3 !== 0);
    const { x, y } = startAmongNeighbors(graph, map);
    const far = Math.max(...[...x.keys()].filter((row) => row % 3 === 0).map((row) => Math.hypot(x[row], y[row])));
    for (let row = 0; row < 60; row++) {
      if (row % 3 === 0) continue;
      expect(Math.hypot(x[row], y[row])).toBeGreaterThan(0.8 * far);
      expect(Math.hypot(x[row], y[row])).toBeLessThan(1.5 * far);
      expect(Math.hypot(x[row] - x[row % 3], y[row] - y[row % 3])).toBeLessThan(3);
    }
  });
});
