import fc from 'fast-check';
import { findABParams } from 'umap-js/dist/umap.js';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { fuzzySimplicialSet } from '../../../../pipeline/map/fuzzy-simplicial-set.ts';
import { fitUmapCurve, layoutEdgesOf, optimizeLayout, type UmapCurve } from '../../../../pipeline/map/umap.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

/** The squared error of a curve over UMAP's own 300 points. */
function errorOf({ a, b }: UmapCurve, minDist: number): number {
  let sum = 0;
  for (let i = 0; i < 300; i++) {
    const x = (3 * i) / 299;
    const target = x < minDist ? 1 : Math.exp(minDist - x);
    sum += (target - 1 / (1 + a * x ** (2 * b))) ** 2;
  }
  return sum;
}

test.each([
  // As fitted by umap-learn.
  [0.1, 1.5769, 0.8951],
  [0, 1.9328, 0.7905],
  [0.5, 0.583, 1.3342],
])('for minDist %s the curve is a = %s, b = %s', (minDist, a, b) => {
  const curve = fitUmapCurve(minDist);
  expect(curve.a).toBeCloseTo(a, 4);
  expect(curve.b).toBeCloseTo(b, 4);
});

test('the curve fits at least as well as that of umap-js for any minDist, and no similar curve fits better', () => {
  for (let minDist = 0; minDist < 1; minDist += 0.09) {
    const curve = fitUmapCurve(minDist);
    const error = errorOf(curve, minDist);
    expect(error).toBeLessThanOrEqual(errorOf(findABParams(1, minDist), minDist) + 1e-12);
    for (const [da, db] of [
      [1.001, 1],
      [0.999, 1],
      [1, 1.001],
      [1, 0.999],
    ]) {
      expect(errorOf({ a: curve.a * da, b: curve.b * db }, minDist)).toBeGreaterThan(error);
    }
  }
});

test('a wider spread stretches the curve', () => {
  const { a, b } = fitUmapCurve(0.2, 2);
  const unit = fitUmapCurve(0.1, 1);
  expect(b).toBeCloseTo(unit.b, 6);
  expect(a * 2 ** (2 * b)).toBeCloseTo(unit.a, 6);
});

const curve = fitUmapCurve(0.1);
const options = { epochs: 50, curve, seed: 1, moveTails: true, negativeSampleRate: 5, learningRate: 1 };
const optimize = (...given: Parameters<typeof optimizeLayout>) => runToCompletion(optimizeLayout(...given));
const graph = fuzzySimplicialSet(exactGraph(clusteredVectors(80, 8, 4, 0.3, createSeededRandom(2)), 10));
const scattered = (count: number, width: number) => {
  const random = createSeededRandom(3);
  return Float32Array.from({ length: 2 * count }, () => width * (random() - 0.5));
};

/** One edge from row 0 to row 1 that is sampled every epoch. */
const oneEdge = { heads: Int32Array.of(0), tails: Int32Array.of(1), epochsPerSample: Float32Array.of(1) };

describe('the edges of a layout', () => {
  test('are those that are sampled at least once, the strongest in every epoch', () => {
    const { heads, tails, epochsPerSample } = layoutEdgesOf(graph, 50);
    const maxWeight = Math.max(...graph.weights);
    expect(heads).toHaveLength(graph.weights.filter((weight) => weight >= maxWeight / 50).length);
    expect(Math.min(...epochsPerSample)).toBe(1);
    expect(Math.max(...epochsPerSample)).toBeLessThanOrEqual(50.001);
    for (let i = 0; i < heads.length; i++) {
      const own = graph.neighbors.subarray(graph.offsets[heads[i]], graph.offsets[heads[i] + 1]);
      const at = graph.offsets[heads[i]] + own.indexOf(tails[i]);
      expect(epochsPerSample[i]).toBeCloseTo(maxWeight / graph.weights[at], 4);
    }
    expect(layoutEdgesOf(graph, 5).heads.length).toBeLessThan(heads.length);
  });

  test('can be restricted to some heads', () => {
    const { heads } = layoutEdgesOf(graph, 50, (row) => row % 7 === 3);
    expect(heads.length).toBeGreaterThan(0);
    expect(heads.every((row) => row % 7 === 3)).toBe(true);
  });
});

describe('the optimization of a layout', () => {
  test("attracts by UMAP's formula to 1 % for any visible distance, and never by more than 4", () => {
    const { a, b } = curve;
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 2.5, noNaN: true }),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        (exponent, angle) => {
          const distance = 10 ** exponent;
          const positions = Float32Array.of(distance * Math.cos(angle), distance * Math.sin(angle), 0, 0);
          const [fromX, fromY] = positions;
          // Of two epochs only the second samples the edge; its learning rate is 1.
          optimize(positions, oneEdge, { ...options, epochs: 2, negativeSampleRate: 0, moveTails: false });
          const square = fromX ** 2 + fromY ** 2;
          const force = (-2 * a * b * square ** (b - 1)) / (1 + a * square ** b);
          for (const [axis, from] of [fromX, fromY].entries()) {
            const step = Math.max(-4, Math.min(4, force * from));
            expect(Math.abs(positions[axis] - (from + step))).toBeLessThanOrEqual(0.01 * Math.abs(step) + 1e-5);
          }
          expect(positions.subarray(2)).toEqual(Float32Array.of(0, 0));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('moves both ends of an edge by the same distance if tails move', () => {
    const positions = Float32Array.of(3, 0, 0, 0);
    optimize(positions, oneEdge, { ...options, epochs: 2, negativeSampleRate: 0 });
    expect(positions[0]).toBeLessThan(3);
    expect(positions[2]).toBeCloseTo(3 - positions[0], 5);
  });

  test('only repels rows without an edge', () => {
    const positions = Float32Array.of(1, 0, 1.5, 0, 0.5, 0);
    // Row 0 is attracted to row 1 and repelled by row 2 on its other side. Tails and rows without an edge stay.
    optimize(positions, oneEdge, { ...options, epochs: 40, moveTails: false });
    expect(positions.subarray(2)).toEqual(Float32Array.of(1.5, 0, 0.5, 0));
    expect(positions[0]).toBeGreaterThan(1);
  });

  test('gives finite positions, equal ones for equal seeds only, and reports each epoch', () => {
    const edges = layoutEdgesOf(graph, 50);
    const run = (seed: number) => {
      const positions = scattered(80, 20);
      const reported = [...optimizeLayout(positions, edges, { ...options, seed })];
      expect(reported).toEqual(Array.from({ length: 50 }, (_, i) => (i + 1) / 50));
      expect(positions.every(Number.isFinite)).toBe(true);
      return positions;
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(0)).not.toEqual(run(1));
  });

  test.each([0, 1e-30, 1e6])('stays finite if all rows start within %s of each other', (width) => {
    const positions = scattered(80, width);
    optimize(positions, layoutEdgesOf(graph, 50), options);
    expect(positions.every(Number.isFinite)).toBe(true);
  });

  test('can be stopped after any epoch', () => {
    const positions = scattered(80, 20);
    const task = optimizeLayout(positions, layoutEdgesOf(graph, 50), options);
    for (let epoch = 0; epoch < 7; epoch++) task.next();
    const afterSeven = positions.slice();
    expect(() => task.throw(new Error('enough'))).toThrow('enough');
    expect(task.next().done).toBe(true);
    expect(positions).toEqual(afterSeven);
  });
});
