import { type CooperativeTask, createYieldTimer } from '../cooperative.ts';

/** Exact nearest neighbors in the plane. */
export interface KdTree {
  /**
   * The rows nearest to a row, without itself, the nearest first; fewer than k if there are fewer. If rows are equally
   * far, which of them comes last is arbitrary, but always the same.
   *
   * @returns a view that the next call overwrites
   */
  nearest(row: number, k: number): Int32Array;
}

/** Up to this many points are compared one by one. */
const LEAF_SIZE = 12;

/**
 * Builds a k-d tree (Bentley, Multidimensional binary search trees, 1975) of points in the plane, laid out in one array:
 * the root of each subtree is the middle of its range.
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
  // The state of one search, kept here so that a search allocates nothing.
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
    // The other side is needed only if the splitting line is nearer than the farthest point found.
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

/** Puts the median of each range into its middle, smaller values before it and larger ones after it, by x and y in turn. */
function* arrange(rows: Int32Array, x: Float32Array, y: Float32Array): CooperativeTask<void> {
  const ranges = [{ left: 0, right: rows.length - 1, byX: true }];
  const isDue = createYieldTimer();
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const { left, right, byX } = range;
    if (right - left < LEAF_SIZE) continue;
    // Ranges are taken from the back to the front: everything behind this one is done.
    if (isDue()) yield 1 - (right + 1) / rows.length;
    const middle = (left + right) >> 1;
    quickselect(rows, byX ? x : y, middle, left, right);
    ranges.push({ left, right: middle - 1, byX: !byX }, { left: middle + 1, right, byX: !byX });
  }
}

/** Hoare's selection: afterwards nothing before `middle` has a larger value, and nothing after it a smaller one. */
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
