/** Subdivides topics into subtopics, level by level. */
import { type CooperativeTask, portion } from '../../core/cooperative.ts';
import { meanResolution, paris } from './paris.ts';
import { type ClusteringTask, partition } from './partition.ts';
import type { Partition } from './refine.ts';
import { contract } from './weighted-graph.ts';

/** A node of the tree while it is built. */
export interface ClusterNode {
  /** Papers in it, ascending. */
  readonly rows: Int32Array;
  readonly children: readonly ClusterNode[];
  /** The resolution from which its children replace it in a cut; infinite for a leaf. */
  readonly splitResolution: number;
}

/** The resolution of each level of subtopics, relative to the level above. */
export const LEVEL_RESOLUTION_FACTOR = 3;
/** Levels of subtopics below the topics. */
export const MAX_SUBTOPIC_LEVELS = 3;
/** A level is added only if its clusters have on average this many times the minimum size. */
const MIN_MEAN_SIZE_FACTOR = 3;
/** Cosine with the centroid below which a paper is an outlier of its cluster. */
const MIN_CENTROID_SIMILARITY = 0.25;
/** Splits are at least this factor above the resolution of the level they start from, so that its cut does not contain them. */
export const SPLIT_MARGIN = 1.01;

/**
 * Subdivides each node, and its children, for as long as the clusters of a level are large enough on average. A level is
 * added for all nodes or for none.
 *
 * @param resolution of the partition that the nodes are from
 * @returns the nodes in their order, with their children
 */
export function* subdivide(
  task: ClusteringTask,
  nodes: readonly ClusterNode[],
  resolution: number,
  maxLevels = MAX_SUBTOPIC_LEVELS,
): CooperativeTask<readonly ClusterNode[]> {
  if (maxLevels === 0) return nodes;
  const finerResolution = resolution * LEVEL_RESOLUTION_FACTOR;
  const papers = nodes.reduce((sum, { rows }) => sum + rows.length, 0);
  let papersDone = 0;
  const partitions: Partition[] = [];
  for (const { rows } of nodes) {
    partitions.push(partition(task, rows, finerResolution));
    papersDone += rows.length;
    yield papersDone / papers / maxLevels;
  }
  const clusters = partitions.reduce((sum, { count }) => sum + count, 0);
  if (papers < clusters * task.minSize * MIN_MEAN_SIZE_FACTOR) return nodes;
  // A node that does not split on this level may split on the next one.
  const childrenOf = partitions.map((found, i) =>
    found.count > 1 ? toNodes(nodes[i].rows, found, task.minSize, MIN_CENTROID_SIMILARITY) : [nodes[i]],
  );
  // The children of all nodes go on together: whether there is a next level is decided for all of them.
  const next = subdivide(task, childrenOf.flat(), finerResolution, maxLevels - 1);
  const subdivided = yield* portion(next, 1 / maxLevels, 1);
  let from = 0;
  return nodes.map((node, i) => {
    const children = subdivided.slice(from, from + childrenOf[i].length);
    from += children.length;
    if (children.length === 1) return children[0];
    const halfMerged = meanResolution(mergesOf(partitions[i]));
    const splitResolution = Math.min(finerResolution, Math.max(resolution * SPLIT_MARGIN, halfMerged));
    return { ...node, splitResolution, children };
  });
}

/**
 * The clusters of a partition as leaves, in its order. Outliers are left out of their cluster, except where that would
 * make it too small.
 *
 * @param rows the papers that were partitioned
 * @param minSimilarity cosine with the centroid below which a paper is an outlier
 */
export function toNodes(rows: Int32Array, found: Partition, minSize: number, minSimilarity: number): ClusterNode[] {
  const { count, clusterOf, centroidSimilarity } = found;
  return Array.from({ length: count }, (_, cluster) => {
    const all = rows.filter((_row, at) => clusterOf[at] === cluster);
    const fitting = rows.filter((_row, at) => clusterOf[at] === cluster && centroidSimilarity[at] >= minSimilarity);
    const members = fitting.length >= minSize ? fitting : all;
    return { rows: members, children: [], splitResolution: Number.POSITIVE_INFINITY };
  });
}

/** The usual threshold for outliers, or a lower one if that would make more than the given share of papers outliers. */
export function outlierThreshold({ centroidSimilarity }: Partition, maxOutlierShare: number): number {
  const ascending = centroidSimilarity.slice().sort();
  return Math.min(MIN_CENTROID_SIMILARITY, ascending[Math.floor(ascending.length * maxOutlierShare)] ?? 0);
}

/** How the clusters of a partition merge as the resolution falls, the highest resolution first. */
export function mergesOf({ graph, clusterOf, count }: Partition) {
  return paris(contract(graph, clusterOf, count));
}
