/** Partitions papers into clusters: communities of the kNN graph, refined by k-means on feature vectors. */
import { centroidsOf } from '../../core/algorithms/k-means.ts';
import { createSeededRandom } from '../../core/algorithms/random.ts';
import type { CooperativeTask } from '../../core/cooperative.ts';
import { allocateVectors, dotWithRow, type Vectors, vectorAt } from '../../core/vectors.ts';
import { louvain, modularity, renumberClusters } from './louvain.ts';
import { resolutionsAround } from './stability-by-resolution.ts';
import { previousClustersAtResolution, previousClustersWithinRows, type WarmStart } from './warm-start.ts';
import { inducedSubgraph, type WeightedGraph } from './weighted-graph.ts';

// Refinement by spherical k-means.

/** The papers to cluster: node i of the graph and row i of the features are the same paper. */
export interface ClusteringInput {
  readonly graph: WeightedGraph;
  /** Unit vectors; the zero vector for a paper that is similar to no other. */
  readonly features: Vectors;
  /** A cluster has at least this many papers. */
  readonly minSize: number;
}

/** Papers divided into clusters. Columns of papers are in the order of the nodes of the graph. */
export interface Partition {
  readonly graph: WeightedGraph;
  readonly count: number;
  /** The cluster of each paper, 0 … count−1: the nearest one, even if the paper does not fit it. */
  readonly clusterOf: Int32Array;
  /**
   * The cosine of each paper with the centroid of its cluster, in [−1, 1]. The centroid is that before the last
   * iteration moved papers.
   */
  readonly centroidSimilarity: Float32Array;
}

/**
 * A cluster must have at least this share of the mean cluster size: next to topics of hundreds of papers, five papers
 * are no topic.
 */
const MIN_SHARE_OF_MEAN_SIZE = 1 / 20;

/**
 * Moves each paper to the cluster with the nearest centroid, as in spherical k-means, then dissolves clusters that
 * became too small, and repeats both until no cluster is too small. If fewer than two clusters are left, all papers
 * become one cluster.
 *
 * @param start the initial cluster of each paper, −1 for none
 * @param maxIterations maximum iterations of k-means before each dissolution of clusters
 */
function refineClusters(input: ClusteringInput, start: Int32Array, maxIterations: number): Partition {
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
 * Spherical k-means that starts from given clusters. A paper is compared only with the centroids of its own and its
 * neighbors' clusters: its features are a mean over its neighbors, so another centroid is hardly ever nearer, and the
 * time does not grow with the number of clusters. A paper without a neighbor in any cluster is compared with all
 * centroids.
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

/** Renumbers the clusters that are large enough, and sets the cluster of the papers in smaller ones to −1. */
function dropSmall(clusterOf: Int32Array, minSize: number): Clusters {
  const renumbered = renumberClusters(clusterOf);
  const sizes = new Int32Array(renumbered.count);
  for (const cluster of renumbered.clusterOf) sizes[cluster]++;
  const meanSize = clusterOf.length / Math.max(1, renumbered.count);
  const minimum = Math.max(minSize, Math.ceil(meanSize * MIN_SHARE_OF_MEAN_SIZE));
  // `renumberClusters` also gave a number to −1, the papers in no cluster; it must not be kept as a cluster.
  const none = renumbered.clusterOf[clusterOf.indexOf(-1)];
  let count = 0;
  const keptAs = sizes.map((size, cluster) => (size >= minimum && cluster !== none ? count++ : -1));
  return { clusterOf: renumbered.clusterOf.map((cluster) => keptAs[cluster]), count };
}

// Partitions of all papers, and of some of them.

/** All papers of a corpus, and how they are to be clustered. */
export interface ClusteringTask extends ClusteringInput {
  readonly seed: number;
  /** A previous tree, if there is one: its clusters are kept while they are about as good as new ones. */
  readonly warmStart?: WarmStart | undefined;
}

/** Maximum iterations of k-means for a final partition; further iterations would move only a handful of papers. */
const MAX_ITERATIONS = 8;
/** Maximum iterations of k-means for a trial, after which it is compared with other trials. */
const TRIAL_ITERATIONS = 3;
/** Number of trials per resolution, with different seeds. */
const TRIALS = 3;
/**
 * Trials use resolutions from the requested one divided by this factor to the requested one times it. The factor is so
 * small that a slightly different requested resolution cannot change the result abruptly.
 */
const TRIAL_REACH = 1.15;
/**
 * New clusters replace previous ones only if their modularity is higher by more than this, times the papers' share of
 * the strength of the whole graph. The results of two seeds differ by less.
 */
const MIN_MODULARITY_GAIN = 0.02;

/**
 * Partitions some of the papers at a resolution: finds Louvain communities of their subgraph and refines them by
 * k-means.
 *
 * @param rows rows of the papers, ascending, without duplicates
 */
export function partitionSomePapers(task: ClusteringTask, rows: Int32Array, resolution: number): Partition {
  const input: ClusteringInput = {
    graph: inducedSubgraph(task.graph, rows),
    features: selectRows(task.features, rows),
    minSize: task.minSize,
  };
  const found = refineClusters(input, louvain(input.graph, resolution, createSeededRandom(task.seed)), MAX_ITERATIONS);
  if (!task.warmStart) return found;
  const previous = previousClustersWithinRows(previousClustersAtResolution(task.warmStart, resolution), rows);
  return betterOf(found, previous, input, resolution);
}

/**
 * Partitions all papers: tries several resolutions near the requested one with several seeds, and takes the trial whose
 * refined clusters have the highest modularity at the requested resolution. In that trial graph and vectors agree best.
 */
export function* partitionAllPapers(task: ClusteringTask, resolution: number): CooperativeTask<Partition> {
  const { graph, seed } = task;
  const trialResolutions = resolutionsAround(resolution, TRIAL_REACH);
  const steps = trialResolutions.length * TRIALS + 1;
  let done = 0;
  let best: Partition | undefined;
  let bestModularity = Number.NEGATIVE_INFINITY;
  for (const trialResolution of trialResolutions) {
    for (let run = 0; run < TRIALS; run++) {
      const trial = refineClusters(
        task,
        louvain(graph, trialResolution, createSeededRandom(seed + run)),
        TRIAL_ITERATIONS,
      );
      const trialModularity = modularity(graph, trial.clusterOf, trial.count, resolution);
      yield ++done / steps;
      if (best !== undefined && trialModularity <= bestModularity) continue;
      best = trial;
      bestModularity = trialModularity;
    }
  }
  const found = refineClusters(task, best?.clusterOf ?? new Int32Array(graph.count), MAX_ITERATIONS);
  if (!task.warmStart) return found;
  return betterOf(found, previousClustersAtResolution(task.warmStart, resolution), task, resolution);
}

/**
 * Chooses between a new partition and the previous clusters, refined again. The new one is taken only if it is clearly
 * better, or if most papers are in no previous cluster.
 */
function betterOf(found: Partition, previous: Int32Array, input: ClusteringInput, resolution: number): Partition {
  if (2 * previous.filter((cluster) => cluster >= 0).length < previous.length) return found;
  const kept = refineClusters(input, previous, MAX_ITERATIONS);
  const { graph } = input;
  const modularityOf = ({ clusterOf, count }: Partition) => modularity(graph, clusterOf, count, resolution);
  const weight = graph.strengths.reduce((sum, strength) => sum + strength, 0) / graph.totalStrength;
  return modularityOf(found) > modularityOf(kept) + MIN_MODULARITY_GAIN * weight ? found : kept;
}

function selectRows(vectors: Vectors, rows: Int32Array): Vectors {
  const selected = allocateVectors(rows.length, vectors.dimensions);
  rows.forEach((row, at) => {
    vectorAt(selected, at).set(vectorAt(vectors, row));
  });
  return selected;
}
