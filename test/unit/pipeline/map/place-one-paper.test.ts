import { expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { placeNewPapers, placeOne, spacingOf } from '../../../../pipeline/map/out-of-sample.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

const vectors = clusteredVectors(400, 12, 8, 0.3, seededRandom(3));
const graph = exactGraph(vectors, 15);
/** Every cluster has a place of its own on a ring. */
const random = seededRandom(9);
const map = {
  x: Float32Array.from({ length: 400 }, (_, row) => 8 * Math.cos(((row % 8) * Math.PI) / 4) + random()),
  y: Float32Array.from({ length: 400 }, (_, row) => 8 * Math.sin(((row % 8) * Math.PI) / 4) + random()),
};
const known = new Uint8Array(400).fill(1);
const spacing = spacingOf({ ...map, known }, 5);
const place = (row: number, seed = 5) => {
  const of = <T extends Int32Array | Float32Array>(values: T) => values.subarray(row * 15, row * 15 + 15) as T;
  const neighbors = { rows: of(graph.rows), similarities: of(graph.similarities) };
  return placeOne(map, neighbors, { minDist: 0.1, seed, spacing });
};

test('a new paper stands among its neighbors, as near as where a layout with all papers puts it', () => {
  for (let row = 0; row < 400; row += 40) {
    const { x, y } = place(row);
    const without = { ...map, known: known.map((one, at) => (at === row ? 0 : one)) };
    const among = placeNewPapers(graph, without, { minDist: 0.1, seed: 5 });
    expect(Math.hypot(x - map.x[row], y - map.y[row])).toBeLessThan(2);
    expect(Math.hypot(x - among.x[row], y - among.y[row])).toBeLessThan(1.5);
  }
});

test('the same neighbors and seed give the same place', () => {
  expect(place(7)).toEqual(place(7));
});

test('a new paper that knows one paper stands beside it', () => {
  const one = { rows: Int32Array.of(3), similarities: Float32Array.of(0.4) };
  const { x, y } = placeOne(map, one, { minDist: 0.1, seed: 5, spacing });
  expect(Math.hypot(x - map.x[3], y - map.y[3])).toBeLessThan(1);
});

test('on a map of few papers a new paper stands among its neighbors, not on the edge', () => {
  const few = clusteredVectors(64, 12, 8, 0.3, seededRandom(4));
  const near = exactGraph(few, 6);
  const scattered = seededRandom(6);
  // Eight clusters on a ring, a paper in every unit or so: as far apart as a real map of that size is.
  const around = (of: (angle: number) => number) =>
    Float32Array.from({ length: 64 }, (_, row) => 7 * of(((row % 8) * Math.PI) / 4) + 3 * scattered() - 1.5);
  const places = { x: around(Math.cos), y: around(Math.sin) };
  const width = spacingOf({ ...places, known: new Uint8Array(64).fill(1) }, 5);
  const distances = Array.from({ length: 64 }, (_, row) => {
    const rows = near.rows.subarray(row * 6, row * 6 + 6);
    const similarities = near.similarities.subarray(row * 6, row * 6 + 6);
    const { x, y } = placeOne(places, { rows, similarities }, { minDist: 0.1, seed: 5, spacing: width });
    return Math.hypot(x - places.x[row], y - places.y[row]);
  }).sort((a, b) => a - b);
  expect(distances[32]).toBeLessThan(1.5);
  expect(distances[63]).toBeLessThan(5);
});
