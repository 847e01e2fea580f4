import { finished, type Steps } from '../core/cooperative.ts';
import type { Projection } from '../core/map-positions.ts';

/** The papers nearest to a place on the map. */
export interface MapNeighbors {
  /**
   * The rows nearest to row `of`, itself left out, the nearest first; fewer than k where there are fewer. The array is
   * used again by the next call. Of papers equally far any may be the last, always the same one.
   */
  nearest(of: number, k: number): Int32Array;
}

/** So many places are looked at one by one. */
const LEAF = 12;
/** Places looked at between two steps: some milliseconds. */
const LOOKS_A_STEP = 100_000;

/** Exact nearest places by a k-d tree (Bentley, Multidimensional binary search trees, 1975), laid out in one array. */
export function mapNeighbors(map: Projection): MapNeighbors {
  return finished(mapNeighborsInSteps(map));
}

/** The same in steps of some milliseconds. */
export function* mapNeighborsInSteps({ x, y }: Projection): Steps<MapNeighbors> {
  const count = x.length;
  const rows = Int32Array.from(x.keys());
  yield* arrange(rows, x, y);
  const places = new Float32Array(2 * count);
  rows.forEach((row, at) => {
    places[2 * at] = x[row];
    places[2 * at + 1] = y[row];
  });
  let found = new Int32Array(0);
  let squares = new Float64Array(0);
  let filled = 0;
  let except = -1;
  let wanted = 0;
  const target = [0, 0];

  const look = (at: number) => {
    const row = rows[at];
    const square = (places[2 * at] - target[0]) ** 2 + (places[2 * at + 1] - target[1]) ** 2;
    if (row === except || (filled === wanted && square >= squares[wanted - 1])) return;
    let to = filled < wanted ? filled++ : wanted - 1;
    for (; to > 0 && squares[to - 1] > square; to--) {
      squares[to] = squares[to - 1];
      found[to] = found[to - 1];
    }
    squares[to] = square;
    found[to] = row;
  };
  const search = (left: number, right: number, axis: 0 | 1) => {
    if (right - left < LEAF) {
      for (let at = left; at <= right; at++) look(at);
      return;
    }
    const middle = (left + right) >> 1;
    const beyond = target[axis] - places[2 * middle + axis];
    const next = axis === 0 ? 1 : 0;
    if (beyond <= 0) search(left, middle - 1, next);
    else search(middle + 1, right, next);
    look(middle);
    if (filled === wanted && beyond * beyond >= squares[wanted - 1]) return;
    if (beyond <= 0) search(middle + 1, right, next);
    else search(left, middle - 1, next);
  };
  return {
    nearest(of, k) {
      wanted = Math.max(0, Math.min(k, count - 1));
      if (squares.length < wanted) {
        found = new Int32Array(wanted);
        squares = new Float64Array(wanted);
      }
      filled = 0;
      except = of;
      target[0] = x[of];
      target[1] = y[of];
      if (wanted > 0) search(0, count - 1, 0);
      return found.subarray(0, filled);
    },
  };
}

/** Puts the median of each part in its middle, the smaller before it and the larger behind, x and y in turn. */
function* arrange(rows: Int32Array, x: Float32Array, y: Float32Array): Steps<void> {
  const parts = [{ left: 0, right: rows.length - 1, byX: true }];
  let looked = 0;
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { left, right, byX } = part;
    looked += right - left;
    if (looked > LOOKS_A_STEP) {
      // The largest part left stands first: what lies behind its beginning is arranged.
      yield 1 - right / rows.length;
      looked = 0;
    }
    if (right - left < LEAF) continue;
    const middle = (left + right) >> 1;
    select(rows, byX ? x : y, middle, left, right);
    parts.push({ left, right: middle - 1, byX: !byX }, { left: middle + 1, right, byX: !byX });
  }
}

/** Hoare's selection: afterwards nothing before `middle` is larger, and nothing behind it smaller. */
function select(rows: Int32Array, values: Float32Array, middle: number, from: number, to: number): void {
  let left = from;
  let right = to;
  while (left < right) {
    const pivot = values[rows[(left + right) >> 1]];
    let low = left;
    let high = right;
    while (low <= high) {
      while (values[rows[low]] < pivot) low++;
      while (values[rows[high]] > pivot) high--;
      if (low > high) break;
      const held = rows[low];
      rows[low++] = rows[high];
      rows[high--] = held;
    }
    if (middle <= high) right = high;
    else if (middle >= low) left = low;
    else return;
  }
}
