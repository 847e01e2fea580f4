/** Refinement of a partition by spherical k-means. */
import { centroidsOf } from '../../core/algorithms/k-means.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../core/vectors.ts';
import { renumber } from './louvain.ts';
import type { WeightedGraph } from './weighted-graph.ts';

/** Papers to cluster. Nodes of the graph and rows of the features are parallel. */
export interface ClusteringInput {
  readonly graph: WeightedGraph;
  /** Unit vectors, or zero for a paper like no other. */
  readonly features: Vectors;
  /** A cluster has at least this many papers. */
  readonly minSize: number;
}

/** Papers divided into clusters. The columns are parallel to the nodes of the graph. */
export interface Partition {
  readonly graph: WeightedGraph;
  readonly count: number;
  /** The cluster of each paper, 0 … count−1: the nearest one, even if the paper does not fit it. */
  readonly clusterOf: Int32Array;
  /** Cosine of each paper with the centroid of its cluster (before papers moved last), in [−1, 1]. */
  readonly centroidSimilarity: Float32Array;
}

/** A cluster must have at least this share of the mean cluster size: beside topics of hundreds, five papers are no topic. */
const MIN_SHARE_OF_MEAN_SIZE = 1 / 20;

/**
 * Moves each paper to the cluster with the nearest centroid, as in spherical k-means, and dissolves clusters that become
 * too small, until none does. All papers are one cluster if fewer than two are left.
 *
 * @param start the initial cluster of each paper, −1 for none
 * @param maxIterations of k-means between two dissolutions
 */
export function refine(input: ClusteringInput, start: Int32Array, maxIterations: number): Partition {
  const { graph, features, minSize } = input;
  let clusters = dropSmall(start, minSize);
  for (;;) {
    if (clusters.count <= 1) clusters = { clusterOf: new Int32Array(features.count), count: 1 };
    const moved = moveToCentroids(input, clusters, maxIterations);
    const next = dropSmall(moved.clusterOf, minSize);
    if (next.count === clusters.count || clusters.count === 1) return { graph, count: clusters.count, ...moved };
    clusters = next;
  }
}

interface Clusters {
  readonly count: number;
  /** The cluster of each paper, 0 … count−1, or −1 for none. */
  readonly clusterOf: Int32Array;
}

/**
 * Spherical k-means from given clusters. A paper is compared only with the centroids of its own and its neighbors'
 * clusters: its features are a mean over its neighbors, so another centroid is hardly ever nearer, and the time does not
 * grow with the number of clusters. A paper without a neighbor in any cluster is compared with all centroids.
 */
function moveToCentroids(
  { graph, features }: ClusteringInput,
  start: Clusters,
  maxIterations: number,
): Pick<Partition, 'clusterOf' | 'centroidSimilarity'> {
  let { clusterOf } = start;
  const centroidSimilarity = new Float32Array(features.count);
  const all = Int32Array.from({ length: start.count }, (_, cluster) => cluster);
  const candidates = new Int32Array(start.count);
  const seenBy = new Int32Array(start.count).fill(-1);
  const candidateClusters = (row: number): Int32Array => {
    let found = 0;
    const consider = (cluster: number) => {
      if (cluster < 0 || seenBy[cluster] === row) return;
      seenBy[cluster] = row;
      candidates[found++] = cluster;
    };
    consider(clusterOf[row]);
    for (let edge = graph.offsets[row]; edge < graph.offsets[row + 1]; edge++) consider(clusterOf[graph.targets[edge]]);
    return found > 0 ? candidates.subarray(0, found) : all;
  };
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const centroids = centroidsOf(features, clusterOf, start.count);
    seenBy.fill(-1);
    let moved = 0;
    const next = clusterOf.slice();
    for (let row = 0; row < features.count; row++) {
      const vector = vectorAt(features, row);
      centroidSimilarity[row] = Number.NEGATIVE_INFINITY;
      for (const cluster of candidateClusters(row)) {
        const similarity = Math.fround(dotWithRow(centroids, cluster, vector));
        if (similarity <= centroidSimilarity[row]) continue;
        centroidSimilarity[row] = similarity;
        next[row] = cluster;
      }
      if (next[row] !== clusterOf[row]) moved++;
    }
    clusterOf = next;
    if (moved === 0) break;
  }
  return { clusterOf, centroidSimilarity };
}

/** Renumbers the clusters that are large enough; papers of the others are in −1. */
function dropSmall(clusterOf: Int32Array, minSize: number): Clusters {
  const renumbered = renumber(clusterOf);
  const sizes = new Int32Array(renumbered.count);
  for (const cluster of renumbered.clusterOf) sizes[cluster]++;
  const meanSize = clusterOf.length / Math.max(1, renumbered.count);
  const minimum = Math.max(minSize, Math.ceil(meanSize * MIN_SHARE_OF_MEAN_SIZE));
  // `renumber` gave the papers in no cluster a number too.
  const none = renumbered.clusterOf[clusterOf.indexOf(-1)];
  let count = 0;
  const keptAs = sizes.map((size, cluster) => (size >= minimum && cluster !== none ? count++ : -1));
  return { clusterOf: renumbered.clusterOf.map((cluster) => keptAs[cluster]), count };
}
