import { type PlaceOptions, placeNewcomers } from './place.ts';
import type { Projection } from './projection.ts';
import { sampleRows, seededRandom } from './random.ts';
import type { Neighbors } from './vectors.ts';

/** So many papers stand for the whole map in pushing the newcomer away. */
const PUSHING = 2000;

/**
 * Where one newcomer stands on a map of any size: as `placeNewcomers` would put it, with its neighbours and a sample of
 * the others in the place of all.
 *
 * @param neighbors its nearest rows, the nearest first; at least one
 * @param options with the spacing of the whole map
 * @returns map units; equal input gives the same place
 */
export function placeOne(
  map: Projection,
  neighbors: Neighbors,
  options: PlaceOptions & { readonly spacing: number },
): { x: number; y: number } {
  const sample = sampleRows(map.x.length, PUSHING, seededRandom(options.seed));
  const there = Int32Array.from(new Set([...neighbors.rows, ...sample]));
  const newcomer = there.length;
  const [count, k] = [newcomer + 1, neighbors.rows.length];
  const rows = new Int32Array(count * k);
  const similarities = new Float32Array(count * k);
  // Whom the others name pulls nobody here: only the newcomer moves.
  for (let row = 0; row < newcomer; row++) {
    for (let i = 0; i < k; i++) rows[row * k + i] = (row + 1 + i) % newcomer;
  }
  for (let i = 0; i < k; i++) {
    rows[newcomer * k + i] = i;
    similarities[newcomer * k + i] = neighbors.similarities[i];
  }
  const known = new Uint8Array(count).fill(1);
  known[newcomer] = 0;
  const x = Float32Array.from({ length: count }, (_, at) => (at < newcomer ? map.x[there[at]] : 0));
  const y = Float32Array.from({ length: count }, (_, at) => (at < newcomer ? map.y[there[at]] : 0));
  const placed = placeNewcomers({ count, k, rows, similarities }, { x, y, known }, options);
  return { x: placed.x[newcomer], y: placed.y[newcomer] };
}
