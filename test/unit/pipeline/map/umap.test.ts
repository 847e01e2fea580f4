import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { fuzzyGraph } from '../../../../pipeline/map/fuzzy-graph.ts';
import { fitUmapCurve, layOut, springsOf } from '../../../../pipeline/map/umap.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

fc.configureGlobal({ seed: 8017 });

const curve = fitUmapCurve(0.1);
const options = { epochs: 50, curve, seed: 1, tailsMove: true, negativeSampleRate: 5, rate: 1 };
const nothing = () => undefined;
const graph = fuzzyGraph(exactGraph(clusteredVectors(80, 8, 4, 0.3, seededRandom(2)), 10));
const scattered = (count: number, width: number) => {
  const random = seededRandom(3);
  return Float32Array.from({ length: 2 * count }, () => width * (random() - 0.5));
};

/** One spring from row 0 to row 1, that pulls in every round. */
const oneSpring = { heads: Int32Array.of(0), tails: Int32Array.of(1), periods: Float32Array.of(1) };

describe('springsOf', () => {
  test('has one for each pair that pulls at least once, the strongest in every round', () => {
    const { heads, tails, periods } = springsOf(graph, 50);
    const strongest = Math.max(...graph.weights);
    expect(heads).toHaveLength(graph.weights.filter((weight) => weight >= strongest / 50).length);
    expect(Math.min(...periods)).toBe(1);
    expect(Math.max(...periods)).toBeLessThanOrEqual(50.001);
    for (let i = 0; i < heads.length; i++) {
      const own = graph.others.subarray(graph.offsets[heads[i]], graph.offsets[heads[i] + 1]);
      const at = graph.offsets[heads[i]] + own.indexOf(tails[i]);
      expect(periods[i]).toBeCloseTo(strongest / graph.weights[at], 4);
    }
    expect(springsOf(graph, 5).heads.length).toBeLessThan(heads.length);
  });

  test('can be had of some heads alone', () => {
    const { heads } = springsOf(graph, 50, (row) => row % 7 === 3);
    expect(heads.length).toBeGreaterThan(0);
    expect(heads.every((row) => row % 7 === 3)).toBe(true);
  });
});

describe('layOut', () => {
  test("a pull is that of UMAP's formula to 1 %, for any distance that can be seen, and never longer than 4", () => {
    const { a, b } = curve;
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 2.5, noNaN: true }),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        (e, way) => {
          const distance = 10 ** e;
          const places = Float32Array.of(distance * Math.cos(way), distance * Math.sin(way), 0, 0);
          const [fromX, fromY] = places;
          // Of two rounds only the second pulls; its rate is 1.
          layOut(places, oneSpring, { ...options, epochs: 2, negativeSampleRate: 0, tailsMove: false }, nothing);
          const square = fromX ** 2 + fromY ** 2;
          const force = (-2 * a * b * square ** (b - 1)) / (1 + a * square ** b);
          for (const [axis, from] of [fromX, fromY].entries()) {
            const step = Math.max(-4, Math.min(4, force * from));
            expect(Math.abs(places[axis] - (from + step))).toBeLessThanOrEqual(0.01 * Math.abs(step) + 1e-5);
          }
          expect(places.subarray(2)).toEqual(Float32Array.of(0, 0));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('both ends of a spring come nearer, by as much, where tails move', () => {
    const places = Float32Array.of(3, 0, 0, 0);
    layOut(places, oneSpring, { ...options, epochs: 2, negativeSampleRate: 0 }, nothing);
    expect(places[0]).toBeLessThan(3);
    expect(places[2]).toBeCloseTo(3 - places[0], 5);
  });

  test('what has no spring is only ever pushed away', () => {
    const places = Float32Array.of(1, 0, 1.5, 0, 0.5, 0);
    // Row 1 lies beyond row 0 as row 2 sees it; rows without a spring stay, and push.
    layOut(places, oneSpring, { ...options, epochs: 40, tailsMove: false }, nothing);
    expect(places.subarray(2)).toEqual(Float32Array.of(1.5, 0, 0.5, 0));
    expect(places[0]).toBeGreaterThan(1);
  });

  test('gives equal places for equal seeds alone, finite ones, and tells of each round', () => {
    const springs = springsOf(graph, 50);
    const run = (seed: number) => {
      const places = scattered(80, 20);
      const told: number[] = [];
      layOut(places, springs, { ...options, seed }, (done) => told.push(done));
      expect(told).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      expect(places.every(Number.isFinite)).toBe(true);
      return places;
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(0)).not.toEqual(run(1));
  });

  test.each([0, 1e-30, 1e6])('stays finite where all start within %s of each other', (width) => {
    const places = scattered(80, width);
    layOut(places, springsOf(graph, 50), options, nothing);
    expect(places.every(Number.isFinite)).toBe(true);
  });

  test('stops where it is told of a round and throws', () => {
    let rounds = 0;
    const stop = () => {
      if (++rounds === 7) throw new Error('enough');
    };
    expect(() => layOut(scattered(80, 20), springsOf(graph, 50), options, stop)).toThrow('enough');
    expect(rounds).toBe(7);
  });
});
