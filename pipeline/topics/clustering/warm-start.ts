/** Clustering that starts from a previous tree, so that topics stay the same while the papers hardly change. */
import { NEW_PAPER } from '../../core/snapshot-update.ts';
import { cutAtResolution, OUTLIER, type TopicTree } from '../../core/topic-tree.ts';

/** A tree that was built with the same options from other papers. */
export interface WarmStart {
  readonly tree: Pick<TopicTree, 'nodes' | 'nearestOfRow'>;
  /** The previous row of each row, NEW_PAPER for a new one. */
  readonly previousRowOf: Int32Array;
}

/**
 * The previous cluster of each row at a resolution, as a node id: for an outlier the nearest one; OUTLIER for a new paper
 * and for one that was in none of the subtopics of its topic.
 */
export function previousClustersAt({ tree, previousRowOf }: WarmStart, resolution: number): Int32Array {
  const cutNodeOf = new Int32Array(tree.nodes.length).fill(OUTLIER);
  for (const { id, end } of cutAtResolution(tree, resolution)) cutNodeOf.fill(id, id, end);
  return previousRowOf.map((previousRow) => {
    const node = previousRow === NEW_PAPER ? OUTLIER : tree.nearestOfRow[previousRow];
    return node === OUTLIER ? OUTLIER : cutNodeOf[node];
  });
}

/**
 * The previous clusters of some rows. A cluster counts only if more than half of it is among these rows; the papers of other
 * clusters have OUTLIER.
 */
export function previousClustersWithin(previousClusterOf: Int32Array, rows: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  const sizesWithin = new Map<number, number>();
  for (const cluster of previousClusterOf) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  for (const row of rows) {
    const cluster = previousClusterOf[row];
    sizesWithin.set(cluster, (sizesWithin.get(cluster) ?? 0) + 1);
  }
  return rows.map((row) => {
    const cluster = previousClusterOf[row];
    return 2 * (sizesWithin.get(cluster) ?? 0) > (sizes.get(cluster) ?? 0) ? cluster : OUTLIER;
  });
}
