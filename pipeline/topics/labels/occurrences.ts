import { OUTLIER } from '../../core/topic-tree.ts';

/**
 * A tree of topics: `parentOf` by topic, −1 for a top one, each topic directly before its own subtopics (preorder);
 * `leafOfRow` is the deepest topic of each paper, OUTLIER for none. A paper belongs to its leaf and to all above it.
 */
export interface NestedTopics {
  readonly parentOf: Int32Array;
  readonly leafOfRow: Int32Array;
}

/** Papers in the order of their leaves, so that every topic's papers stand side by side; those of no topic come last. */
export interface Places {
  /** Rows, those of one leaf ascending. */
  readonly rows: Int32Array;
  /** How many papers of its leaf each stands for, itself among them. */
  readonly weights: Float64Array;
  /** Topic t's papers, subtopics' too, are `rows[starts[t]]` … `rows[ends[t] − 1]`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** One past the last topic below each topic; itself plus one for a topic without subtopics. */
export function subtreeEnds(parentOf: Int32Array): Int32Array {
  const ends = Int32Array.from(parentOf, (_, topic) => topic + 1);
  // Preorder: whatever is below a topic comes after it.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = parentOf[topic];
    if (parent >= 0) ends[parent] = Math.max(ends[parent], ends[topic]);
  }
  return ends;
}

/**
 * Where each topic's papers are.
 *
 * @param most more papers than that are sampled: all of small leaves, equally many of larger ones, evenly over their rows
 */
export function placesOf({ parentOf, leafOfRow }: NestedTopics, most = Number.POSITIVE_INFINITY): Places {
  const count = parentOf.length;
  const rowsOfLeaf: number[][] = Array.from({ length: count + 1 }, () => []);
  leafOfRow.forEach((leaf, row) => {
    rowsOfLeaf[leaf === OUTLIER ? count : leaf].push(row);
  });
  const cap = largestSample(
    rowsOfLeaf.map(({ length }) => length),
    most,
  );
  const rows: number[] = [];
  const weights: number[] = [];
  const firsts = new Int32Array(count + 2);
  rowsOfLeaf.forEach((all, leaf) => {
    const kept = Math.min(all.length, cap);
    for (let i = 0; i < kept; i++) {
      rows.push(all[Math.floor((i * all.length) / kept)]);
      weights.push(all.length / kept);
    }
    firsts[leaf + 1] = rows.length;
  });
  return {
    rows: Int32Array.from(rows),
    weights: Float64Array.from(weights),
    starts: firsts.slice(0, count),
    ends: subtreeEnds(parentOf).map((end) => firsts[end]),
  };
}

/** How many of each may be kept at most, so that together they are no more than `most` (and one of each at least). */
function largestSample(sizes: readonly number[], most: number): number {
  const rising = [...sizes].sort((a, b) => a - b);
  let left = most;
  for (const [i, size] of rising.entries()) {
    const others = rising.length - i;
    if (size * others > left) return Math.max(1, Math.floor(left / others));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
