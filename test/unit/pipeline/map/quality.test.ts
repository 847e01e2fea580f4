import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { MapPositions } from '../../../../pipeline/core/map-positions.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { distanceCorrelation, mapQuality, measureMapQuality } from '../../../../pipeline/map/quality.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { allRows, neighborRecallOf, trustworthinessOf } from '../../../fixtures/map-measures.ts';

fc.configureGlobal({ seed: 8017 });

const similarity = (vectors: Vectors, a: number, b: number) => dotWithRow(vectors, a, vectorAt(vectors, b));
const random = createSeededRandom(8);
/** Positions without equal distances, for which the naive order is the only one. */
const scattered = (count: number) => ({
  x: Float32Array.from({ length: count }, random),
  y: Float32Array.from({ length: count }, random),
});
/** Vectors of two dimensions, and the map that shows them as they are. */
function onAnArc(count: number) {
  const angles = Float64Array.from({ length: count }, () => 3 * random());
  const vectors = vectorsOf(Array.from(angles, (angle) => [Math.cos(angle), Math.sin(angle)]));
  return { vectors, map: { x: Float32Array.from(angles, Math.cos), y: Float32Array.from(angles, Math.sin) } };
}
function nearestOnMap(map: MapPositions, row: number): number[] {
  const distance = (other: number) => Math.hypot(map.x[row] - map.x[other], map.y[row] - map.y[other]);
  return [...map.x.keys()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b));
}

describe('trustworthiness', () => {
  test('is what the formula says, rank by rank', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 15 }), (count, maxNeighbors) => {
        const vectors = clusteredVectors(count, 5, 3, 0.5, random);
        const map = scattered(count);
        const k = Math.min(maxNeighbors, Math.floor((count - 1) / 2));
        let penalty = 0;
        for (let row = 0; row < count; row++) {
          for (const neighbor of nearestOnMap(map, row).slice(0, k)) {
            const nearer = [...map.x.keys()].filter(
              (other) => other !== row && similarity(vectors, row, other) > similarity(vectors, row, neighbor),
            );
            penalty += Math.max(0, nearer.length + 1 - k);
          }
        }
        const naive = 1 - (2 / (count * k * (2 * count - 3 * k - 1))) * penalty;
        expect(trustworthinessOf(vectors, map, maxNeighbors)).toBeCloseTo(naive, 10);
      }),
    );
  });

  test('is 1 for a map of vectors in a plane, about a half for a random map, and null for three papers', () => {
    const arc = onAnArc(50);
    expect(trustworthinessOf(arc.vectors, arc.map, 15)).toBe(1);
    const vectors = clusteredVectors(400, 8, 5, 0.3, random);
    const chance = trustworthinessOf(vectors, scattered(400), 15);
    expect(Math.abs((chance ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(trustworthinessOf(clusteredVectors(3, 2, 1, 1, random), scattered(3), 15)).toBeNull();
  });

  test('of a sample of rows among a sample of references is near the exact one', () => {
    const vectors = clusteredVectors(1200, 8, 6, 0.4, createSeededRandom(1));
    // Two of the vectors' own components: a map that is right in part.
    const map = {
      x: Float32Array.from({ length: 1200 }, (_, row) => vectors.data[8 * row]),
      y: Float32Array.from({ length: 1200 }, (_, row) => vectors.data[8 * row + 1]),
    };
    const exact = trustworthinessOf(vectors, map, 15);
    const references = allRows(1200).filter((row) => row % 5 === 1);
    const sampled = trustworthinessOf(vectors, map, 15, allRows(600), references);
    expect(exact).toBeLessThan(0.95);
    expect(Math.abs((sampled ?? 0) - (exact ?? 0))).toBeLessThan(0.02);
  });
});

describe('neighbor recall', () => {
  test('counts true neighbors among the 50 nearest on the map by row, and among the 15 nearest over all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.integer({ min: 1, max: 20 }), (count, k) => {
        const graph = exactGraph(clusteredVectors(count, 5, 3, 0.5, random), k);
        const map = scattered(count);
        const wanted = Math.min(15, graph.k);
        let preserved = 0;
        const naive = Float32Array.from({ length: count }, (_, row) => {
          const neighbors = [...graph.neighbors.subarray(row * graph.k, row * graph.k + wanted)];
          const near = nearestOnMap(map, row);
          preserved += neighbors.filter((neighbor) => near.indexOf(neighbor) < wanted).length;
          return neighbors.filter((neighbor) => near.indexOf(neighbor) < 50).length / wanted;
        });
        const { rowNeighborRecall, neighborRecall } = neighborRecallOf(graph, map);
        expect(rowNeighborRecall).toEqual(naive);
        expect(neighborRecall).toBeCloseTo(preserved / (count * wanted), 10);
      }),
      { numRuns: 40 },
    );
  });

  test('of a single paper is 1, and null over all of one paper or none', () => {
    const one = neighborRecallOf(exactGraph(clusteredVectors(1, 3, 1, 1, random), 15), scattered(1));
    expect(one).toEqual({ rowNeighborRecall: Float32Array.of(1), neighborRecall: null });
    const none = neighborRecallOf(exactGraph(clusteredVectors(0, 3, 1, 1, random), 15), scattered(0));
    expect(none).toEqual({ rowNeighborRecall: new Float32Array(0), neighborRecall: null });
  });
});

describe('distance correlation', () => {
  test('is 1 if the map keeps the order of all distances, and near 0 for a random map', () => {
    const arc = onAnArc(60);
    expect(distanceCorrelation(arc.vectors, arc.map, 2000, 1)).toBeGreaterThan(0.999);
    expect(Math.abs(distanceCorrelation(arc.vectors, scattered(60), 5000, 1) ?? 1)).toBeLessThan(0.1);
  });

  test('is null if there are no two different distances', () => {
    expect(distanceCorrelation(clusteredVectors(2, 3, 1, 1, random), scattered(2), 100, 1)).toBeNull();
    const equal = vectorsOf(Array.from({ length: 9 }, () => [0.5, 0.5]));
    expect(distanceCorrelation(equal, scattered(9), 100, 1)).toBeNull();
  });
});

test.each([0, 1, 2, 3, 5, 16, 60])('all measures of %s papers are finite, and equal for equal seeds', (count) => {
  const vectors = clusteredVectors(count, 5, 3, 0.5, createSeededRandom(count));
  const map = scattered(count);
  const quality = runToCompletion(mapQuality(vectors, exactGraph(vectors, 15), map, 4));
  expect(runToCompletion(mapQuality(vectors, exactGraph(vectors, 15), map, 4))).toEqual(quality);
  expect(quality.rowNeighborRecall).toHaveLength(count);
  for (const value of [quality.trustworthiness, quality.neighborRecall, quality.distanceCorrelation]) {
    if (count > 4) expect(Number.isFinite(value)).toBe(true);
    if (count < 2) expect(value).toBeNull();
  }
});

describe("the build's stage", () => {
  const stageRandom = createSeededRandom(4);
  const vectors = clusteredVectors(1200, 40, 6, 0.4, stageRandom);
  const graph = exactGraph(vectors, 15);
  const map = {
    x: Float32Array.from({ length: 1200 }, stageRandom),
    y: Float32Array.from({ length: 1200 }, stageRandom),
  };

  test('returns all measures, and reports progress and two of them', async () => {
    const reported: unknown[] = [];
    const startProgress = (stage: string, total?: number) => {
      reported.push(stage, total);
      return {
        update: (done: number) => void reported.push(done),
        finish: (note?: string) => void reported.push(note),
      };
    };
    const quality = await measureMapQuality(vectors, graph, map, 7, { ...silentEffects(), startProgress });
    expect(quality).toEqual(runToCompletion(mapQuality(vectors, graph, map, 7)));
    const [stage, total, ...updates] = reported;
    expect([stage, total]).toEqual(['map quality', 100]);
    expect(updates.pop()).toBe(
      `trustworthiness ${quality.trustworthiness?.toFixed(3)}, neighbor recall ${quality.neighborRecall?.toFixed(3)}`,
    );
    expect(updates.length).toBeGreaterThan(0);
    for (const update of updates) expect(update).toSatisfy((done: number) => done >= 0 && done < 100);
  });

  test('can be aborted', async () => {
    const controller = new AbortController();
    const update = () => controller.abort(new Error('stopped'));
    const effects = { ...silentEffects(controller.signal), startProgress: () => ({ update, finish: () => undefined }) };
    await expect(measureMapQuality(vectors, graph, map, 7, effects)).rejects.toThrow('stopped');
  });
});
