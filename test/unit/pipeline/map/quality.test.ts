import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { finished } from '../../../../pipeline/core/cooperative.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { distanceCorrelation, keptNeighbors, measureMap, trustworthiness } from '../../../../pipeline/map/quality.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

const everyRow = (count: number) => Int32Array.from({ length: count }, (_, row) => row);
const similarity = (vectors: Vectors, a: number, b: number) => dotWithRow(vectors, a, vectorAt(vectors, b));
const random = seededRandom(8);
/** Places without equal distances, where the naive order is the only one. */
const scattered = (count: number) => ({
  x: Float32Array.from({ length: count }, random),
  y: Float32Array.from({ length: count }, random),
});
/** Vectors of two dimensions, and the map that shows them as they are. */
function onAnArc(count: number) {
  const angles = Float64Array.from({ length: count }, () => 3 * random());
  const flat = vectorsOf(Array.from(angles, (angle) => [Math.cos(angle), Math.sin(angle)]));
  return { flat, arc: { x: Float32Array.from(angles, Math.cos), y: Float32Array.from(angles, Math.sin) } };
}
function nearestOnMap(map: { x: Float32Array; y: Float32Array }, row: number): number[] {
  const distance = (other: number) => Math.hypot(map.x[row] - map.x[other], map.y[row] - map.y[other]);
  return [...map.x.keys()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b));
}

describe('trustworthiness', () => {
  test('is what the formula says, rank by rank', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 15 }), (count, most) => {
        const vectors = clusteredVectors(count, 5, 3, 0.5, random);
        const map = scattered(count);
        const k = Math.min(most, Math.floor((count - 1) / 2));
        let beyond = 0;
        for (let row = 0; row < count; row++) {
          for (const other of nearestOnMap(map, row).slice(0, k)) {
            const nearer = [...map.x.keys()].filter(
              (one) => one !== row && similarity(vectors, row, one) > similarity(vectors, row, other),
            );
            beyond += Math.max(0, nearer.length + 1 - k);
          }
        }
        const naive = 1 - (2 / (count * k * (2 * count - 3 * k - 1))) * beyond;
        expect(trustworthiness(vectors, map, most, everyRow(count), everyRow(count))).toBeCloseTo(naive, 10);
      }),
    );
  });

  test('is 1 for a map of what is flat already, about a half for a random one, and has no value for three papers', () => {
    const { flat, arc } = onAnArc(50);
    expect(trustworthiness(flat, arc, 15, everyRow(50), everyRow(50))).toBe(1);
    const vectors = clusteredVectors(400, 8, 5, 0.3, random);
    const chance = trustworthiness(vectors, scattered(400), 15, everyRow(400), everyRow(400));
    expect(Math.abs((chance ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(
      trustworthiness(clusteredVectors(3, 2, 1, 1, random), scattered(3), 15, everyRow(3), everyRow(3)),
    ).toBeNull();
  });

  test('by a sample of rows and judges is near the exact one', () => {
    const vectors = clusteredVectors(1200, 8, 6, 0.4, seededRandom(1));
    // Two of the vectors' own components: a map that is right about some of it.
    const map = {
      x: Float32Array.from({ length: 1200 }, (_, row) => vectors.data[8 * row]),
      y: Float32Array.from({ length: 1200 }, (_, row) => vectors.data[8 * row + 1]),
    };
    const exact = trustworthiness(vectors, map, 15, everyRow(1200), everyRow(1200));
    const judges = everyRow(1200).filter((row) => row % 5 === 1);
    const sampled = trustworthiness(vectors, map, 15, everyRow(600), judges);
    expect(exact).toBeLessThan(0.95);
    expect(Math.abs((sampled ?? 0) - (exact ?? 0))).toBeLessThan(0.02);
  });
});

describe('keptNeighbors', () => {
  test('counts, for each row, true neighbors among the 50 nearest on the map, and over all among as many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.integer({ min: 1, max: 20 }), (count, k) => {
        const graph = exactGraph(clusteredVectors(count, 5, 3, 0.5, random), k);
        const map = scattered(count);
        const wanted = Math.min(15, graph.k);
        let preserved = 0;
        const naive = Float32Array.from({ length: count }, (_, row) => {
          const truth = [...graph.rows.subarray(row * graph.k, row * graph.k + wanted)];
          const near = nearestOnMap(map, row);
          preserved += truth.filter((other) => near.indexOf(other) < wanted).length;
          return truth.filter((other) => near.indexOf(other) < 50).length / wanted;
        });
        const { rows, neighborRecall } = keptNeighbors(graph, map);
        expect(rows).toEqual(naive);
        expect(neighborRecall).toBeCloseTo(preserved / (count * wanted), 10);
      }),
      { numRuns: 40 },
    );
  });

  test('of a paper alone, or of none, is no reason to doubt', () => {
    const one = keptNeighbors(exactGraph(clusteredVectors(1, 3, 1, 1, random), 15), scattered(1));
    expect(one).toEqual({ rows: Float32Array.of(1), neighborRecall: null });
    const none = keptNeighbors(exactGraph(clusteredVectors(0, 3, 1, 1, random), 15), scattered(0));
    expect(none).toEqual({ rows: new Float32Array(0), neighborRecall: null });
  });
});

describe('distanceCorrelation', () => {
  test('is 1 where the map keeps the order of all distances, near 0 for a random map', () => {
    const { flat, arc } = onAnArc(60);
    expect(distanceCorrelation(flat, arc, 2000, 1)).toBeGreaterThan(0.999);
    expect(Math.abs(distanceCorrelation(flat, scattered(60), 5000, 1) ?? 1)).toBeLessThan(0.1);
  });

  test('has no value where there are no two distances', () => {
    expect(distanceCorrelation(clusteredVectors(2, 3, 1, 1, random), scattered(2), 100, 1)).toBeNull();
    const equal = vectorsOf(Array.from({ length: 9 }, () => [0.5, 0.5]));
    expect(distanceCorrelation(equal, scattered(9), 100, 1)).toBeNull();
  });
});

test.each([0, 1, 2, 3, 5, 16, 60])('measureMap takes %s papers, and is the same for the same seed', (count) => {
  const vectors = clusteredVectors(count, 5, 3, 0.5, seededRandom(count));
  const map = scattered(count);
  const trust = finished(measureMap(vectors, exactGraph(vectors, 15), map, 4));
  expect(finished(measureMap(vectors, exactGraph(vectors, 15), map, 4))).toEqual(trust);
  expect(trust.rows).toHaveLength(count);
  for (const value of [trust.trustworthiness, trust.neighborRecall, trust.distanceCorrelation]) {
    if (count > 4) expect(Number.isFinite(value)).toBe(true);
    if (count < 2) expect(value).toBeNull();
  }
});
