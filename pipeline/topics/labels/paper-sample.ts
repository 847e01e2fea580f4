/** Samples the papers that are read to label the topics. */
import { OUTLIER, type TopicHierarchy } from '../../core/topic-tree.ts';

/**
 * A sample of papers in the order of their topics: those of a topic and its subtopics are contiguous, outliers are
 * last.
 */
interface PaperSample {
  /** Rows of the papers; those of the same deepest topic are ascending. */
  readonly rows: Int32Array;
  /** The number of papers that each paper of the sample stands for, including itself. Parallel to `rows`. */
  readonly weights: Float64Array;
  /** The papers of topic t, including those of its subtopics, are rows[starts[t]] … rows[ends[t]−1]. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Which texts belong to each topic, and for how many papers each text stands. Text i is that of paper i of the sample.
 */
export interface TopicTexts extends Omit<PaperSample, 'rows'> {
  /** The parent of each topic, −1 for a root. Topics are in preorder. */
  readonly parentOf: Int32Array;
}

/** For each topic the id of its last descendant plus one; for a leaf, its own id plus one. */
export function subtreeEnds(parentOf: Int32Array): Int32Array {
  const ends = Int32Array.from(parentOf, (_, topic) => topic + 1);
  // Backwards through the preorder, the end of a topic is known before its parent takes it over.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = parentOf[topic];
    if (parent >= 0) ends[parent] = Math.max(ends[parent], ends[topic]);
  }
  return ends;
}

/**
 * Orders the papers by topic, and samples them if there are more than `maxPapers`: small leaf topics are kept whole;
 * from each large one equally many papers are taken, evenly spaced over its rows. Each leaf topic keeps at least one
 * paper.
 */
export function samplePapersByTopic(
  { parentOf, leafOfRow }: TopicHierarchy,
  maxPapers = Number.POSITIVE_INFINITY,
): PaperSample {
  const count = parentOf.length;
  const rowsOfLeaf: number[][] = Array.from({ length: count + 1 }, () => []);
  leafOfRow.forEach((leaf, row) => {
    rowsOfLeaf[leaf === OUTLIER ? count : leaf].push(row);
  });
  const maxPerLeaf = sampleSizePerLeaf(
    rowsOfLeaf.map(({ length }) => length),
    maxPapers,
  );
  const rows: number[] = [];
  const weights: number[] = [];
  const offsets = new Int32Array(count + 2);
  rowsOfLeaf.forEach((all, leaf) => {
    const kept = Math.min(all.length, maxPerLeaf);
    for (let i = 0; i < kept; i++) {
      rows.push(all[Math.floor((i * all.length) / kept)]);
      weights.push(all.length / kept);
    }
    offsets[leaf + 1] = rows.length;
  });
  return {
    rows: Int32Array.from(rows),
    weights: Float64Array.from(weights),
    starts: offsets.slice(0, count),
    ends: subtreeEnds(parentOf).map((end) => offsets[end]),
  };
}

/**
 * The largest number of papers per leaf with which the whole sample has at most `max` papers. At least 1; infinite if
 * all papers can be kept.
 */
function sampleSizePerLeaf(sizes: readonly number[], max: number): number {
  const ascending = [...sizes].sort((a, b) => a - b);
  let left = max;
  for (const [i, size] of ascending.entries()) {
    const remaining = ascending.length - i;
    if (size * remaining > left) return Math.max(1, Math.floor(left / remaining));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
