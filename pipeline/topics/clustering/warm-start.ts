/** Clustering that starts from a previous tree, so that topics stay the same while the papers hardly change. */
import { NO_PREVIOUS_ROW } from '../../core/snapshot-update.ts';
import { cutAtResolution, OUTLIER, type TopicTree } from '../../core/topic-tree.ts';

/** A previous tree that a clustering starts from: built with the same options, from other papers. */
export interface WarmStart {
  readonly tree: Pick<TopicTree, 'nodes' | 'nearestOfRow'>;
  /** For each row of the new snapshot, the same paper's row in the previous one; NO_PREVIOUS_ROW for a new paper. */
  readonly previousRowOf: Int32Array;
}

/**
 * Finds the previous cluster of each row: the node that contains the paper if the previous tree is cut at a resolution,
 * for an outlier the nearest node. OUTLIER for a new paper, and for a paper of a topic that the cut divides into
 * subtopics if the paper is in none of these.
 */
export function previousClustersAtResolution({ tree, previousRowOf }: WarmStart, resolution: number): Int32Array {
  const cutNodeOf = new Int32Array(tree.nodes.length).fill(OUTLIER);
  for (const { id, end } of cutAtResolution(tree, resolution)) cutNodeOf.fill(id, id, end);
  return previousRowOf.map((previousRow) => {
    const node = previousRow === NO_PREVIOUS_ROW ? OUTLIER : tree.nearestOfRow[previousRow];
    return node === OUTLIER ? OUTLIER : cutNodeOf[node];
  });
}

/**
 * Restricts previous clusters to some of the rows. A cluster is kept only if more than half of its papers are among
 * these rows; papers of other clusters get OUTLIER.
 *
 * @returns one cluster for each element of `rows`
 */
export function previousClustersWithinRows(previousClusterOf: Int32Array, rows: Int32Array): Int32Array {
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
