/** Which papers of each topic are read to label it. */
import { OUTLIER, type TopicHierarchy } from '../../core/topic-tree.ts';

/** Papers in the order of their topics, so that those of a topic and its subtopics are contiguous; outliers come last. */
interface PaperSample {
  /** Rows of the papers; those of the same deepest topic are ascending. */
  readonly rows: Int32Array;
  /** How many papers each represents, including itself. Parallel to `rows`. */
  readonly weights: Float64Array;
  /** The papers of topic t, including those of its subtopics, are rows[starts[t]] … rows[ends[t]−1]. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Where the texts of a topic are, and what each counts: text i is the paper rows[i] of the sample. */
export interface TopicTexts extends Omit<PaperSample, 'rows'> {
  /** The parent of each topic, −1 for a root, in preorder. */
  readonly parentOf: Int32Array;
}

/** The id after that of the last descendant of each topic; its own id plus one for a leaf. */
export function subtreeEnds(parentOf: Int32Array): Int32Array {
  const ends = Int32Array.from(parentOf, (_, topic) => topic + 1);
  // In preorder, descendants come after their ancestors.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = parentOf[topic];
    if (parent >= 0) ends[parent] = Math.max(ends[parent], ends[topic]);
  }
  return ends;
}

/**
 * Orders the papers by topic, and samples them if there are more than `maxPapers`: small leaf topics are kept whole, of
 * large ones equally many papers are taken, evenly spaced over their rows. At least one paper of each is kept.
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

/** The largest sample size per leaf with which all samples together are at most `max` (but at least one of each). */
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
