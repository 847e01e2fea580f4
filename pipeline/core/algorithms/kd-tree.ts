/** A k-d tree, which finds the exact nearest neighbors of points in the plane. */
import { type CooperativeTask, createYieldTimer } from '../cooperative.ts';

/** A search structure for the exact nearest neighbors of points in the plane. */
export interface KdTree {
  /**
   * The `k` rows nearest to a row, without the row itself, the nearest first; fewer if there are fewer other rows. If
   * the k-th place is shared by equally far rows, which of them are included is arbitrary, but always the same.
   *
   * @returns a view that the next call overwrites
   */
  nearest(row: number, k: number): Int32Array;
}

/** Maximum number of points in a leaf of the tree: a search compares them one by one. */
const LEAF_SIZE = 12;

/**
 * Builds a k-d tree (Bentley, Multidimensional binary search trees, 1975) of points in the plane. The tree is one
 * array: the root of each subtree is in the middle of the range of its points.
 *
 * @example
 * const tree = runToCompletion(buildKdTree(map));
 * tree.nearest(0, 15); // the 15 rows nearest to row 0
 */
export function* buildKdTree({
  x,
  y,
}: {
  readonly x: Float32Array;
  readonly y: Float32Array;
}): CooperativeTask<KdTree> {
  const count = x.length;
  const rows = Int32Array.from(x.keys());
  yield* arrange(rows, x, y);
  const points = new Float32Array(2 * count);
  rows.forEach((row, at) => {
    points[2 * at] = x[row];
    points[2 * at + 1] = y[row];
  });
  // The state of one search. It is kept here so that a search allocates no memory.
  let found = new Int32Array(0);
  let squares = new Float64Array(0);
  let filled = 0;
  let except = -1;
  let wanted = 0;
  const target = [0, 0];

  const visit = (at: number) => {
    const row = rows[at];
    const square = (points[2 * at] - target[0]) ** 2 + (points[2 * at + 1] - target[1]) ** 2;
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
    if (right - left < LEAF_SIZE) {
      for (let at = left; at <= right; at++) visit(at);
      return;
    }
    const middle = (left + right) >> 1;
    const beyond = target[axis] - points[2 * middle + axis];
    const nextAxis = axis === 0 ? 1 : 0;
    if (beyond <= 0) search(left, middle - 1, nextAxis);
    else search(middle + 1, right, nextAxis);
    visit(middle);
    // The other side of the splitting line is searched only if the line is nearer than the farthest point found.
    if (filled === wanted && beyond * beyond >= squares[wanted - 1]) return;
    if (beyond <= 0) search(middle + 1, right, nextAxis);
    else search(left, middle - 1, nextAxis);
  };
  return {
    nearest(row, k) {
      wanted = Math.max(0, Math.min(k, count - 1));
      if (squares.length < wanted) {
        found = new Int32Array(wanted);
        squares = new Float64Array(wanted);
      }
      filled = 0;
      except = row;
      target[0] = x[row];
      target[1] = y[row];
      if (wanted > 0) search(0, count - 1, 0);
      return found.subarray(0, filled);
    },
  };
}

/**
 * Orders rows as a k-d tree: in each range, the median is put into the middle, smaller values before it and larger ones
 * after it. The values are x and y in turn, from level to level of the tree.
 */
function* arrange(rows: Int32Array, x: Float32Array, y: Float32Array): CooperativeTask<void> {
  const ranges = [{ left: 0, right: rows.length - 1, byX: true }];
  const isDue = createYieldTimer();
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const { left, right, byX } = range;
    if (right - left < LEAF_SIZE) continue;
    // Ranges are processed from the end of the array to its beginning, so everything after this range is done.
    if (isDue()) yield 1 - (right + 1) / rows.length;
    const middle = (left + right) >> 1;
    quickselect(rows, byX ? x : y, middle, left, right);
    ranges.push({ left, right: middle - 1, byX: !byX }, { left: middle + 1, right, byX: !byX });
  }
}

/**
 * Hoare's selection algorithm: reorders the rows at `from` … `to` so that no row before index `middle` has a larger
 * value than the row there, and no row after it a smaller one.
 */
function quickselect(rows: Int32Array, values: Float32Array, middle: number, from: number, to: number): void {
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
      const swapped = rows[low];
      rows[low++] = rows[high];
      rows[high--] = swapped;
    }
    if (middle <= high) right = high;
    else if (middle >= low) left = low;
    else return;
  }
}
