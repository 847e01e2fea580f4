/** Builds the tree of super-topics, topics and subtopics. */
import { type CooperativeTask, runAsPortion } from '../../core/cooperative.ts';
import { type KnnGraph, truncateNeighbors } from '../../core/knn-graph.ts';
import { cutAtResolution, OUTLIER, type TopicLevel, type TopicNode, type TopicTree } from '../../core/topic-tree.ts';
import type { Vectors } from '../../core/vectors.ts';
import { clusteringFeatures } from './features.ts';
import { type ClusterMerge, meanMergeResolution, parisClustering } from './paris.ts';
import { type ClusteringTask, type Partition, partitionAllPapers, partitionSomePapers } from './partition-papers.ts';
import { sweepResolutions } from './stability-by-resolution.ts';
import type { WarmStart } from './warm-start.ts';
import { contractGraph, similarityGraph } from './weighted-graph.ts';

export interface TopicOptions {
  /**
   * The resolution γ > 0 of the topics: 1 is plain modularity (Newman & Girvan), a higher one gives more and smaller
   * topics.
   */
  readonly resolution: number;
  /** The minimum number of papers of a topic. In a small corpus an eighth of all papers is enough. */
  readonly minTopicSize: number;
  readonly seed: number;
}

/** All input of `buildTopicTree`. Can be sent to a worker thread. */
export interface TopicTreeTask {
  /** Vectors of the papers, reduced by `sketchVectors`. */
  readonly vectors: Vectors;
  readonly graph: KnnGraph;
  readonly options: TopicOptions;
  readonly warmStart?: WarmStart | undefined;
}

/** In a small corpus even a small cluster is a topic: the minimum size is at most this share of the papers. */
const MAX_MIN_SIZE_SHARE = 1 / 8;
/**
 * At most this share of all papers is used as neighbors of a paper: in a small corpus most papers are in the neighbor
 * lists of each other, which says little.
 */
const MAX_NEIGHBOR_SHARE = 1 / 4;
/** In a corpus of fewer papers than this, each paper is in a topic. */
const MIN_PAPERS_FOR_OUTLIERS = 50;
const MAX_OUTLIER_SHARE = 0.15;
/** Share of the time that has passed when each phase is done, measured with 312,997 papers. */
const PROGRESS_AFTER = { graph: 0.03, features: 0.1, sweep: 0.15, topics: 0.75 };

/**
 * Builds the tree of topics: partitions the papers at the requested resolution, subdivides the clusters into subtopics
 * and groups them into super-topics. Equal tasks give equal trees. Too few papers for one topic give a tree without
 * nodes.
 */
export function* buildTopicTree({ vectors, graph, options, warmStart }: TopicTreeTask): CooperativeTask<TopicTree> {
  const { resolution, seed, minTopicSize } = options;
  const { count } = graph;
  const minSize = Math.max(2, Math.min(minTopicSize, Math.floor(count * MAX_MIN_SIZE_SHARE)));
  const neighbors = truncateNeighbors(graph, Math.max(2, Math.floor(count * MAX_NEIGHBOR_SHARE)));
  const weightedGraph = similarityGraph(neighbors);
  yield PROGRESS_AFTER.graph;
  const features = clusteringFeatures(vectors, neighbors);
  const task: ClusteringTask = { graph: weightedGraph, features, minSize, seed, warmStart };
  yield PROGRESS_AFTER.features;
  const sweeping = sweepResolutions(weightedGraph, { resolution, minSize, seed });
  const sweep = yield* runAsPortion(sweeping, PROGRESS_AFTER.features, PROGRESS_AFTER.sweep);
  const partition = yield* runAsPortion(
    partitionAllPapers(task, resolution),
    PROGRESS_AFTER.sweep,
    PROGRESS_AFTER.topics,
  );
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const minSimilarity =
    count < MIN_PAPERS_FOR_OUTLIERS ? Number.NEGATIVE_INFINITY : outlierThreshold(partition, MAX_OUTLIER_SHARE);
  const leaves = count < minSize ? [] : leavesOfPartition(rows, partition, minSize, minSimilarity);
  const topics = yield* runAsPortion(subdivideTopics(task, leaves, resolution), PROGRESS_AFTER.topics, 1);
  const superTopics = groupIntoSuperTopics(partition, topics, resolution);
  const { nodes: unleveled, leafOfRow, idOf } = toPreorder(superTopics?.roots ?? topics, count);
  const nearestOfRow = leafOfRow.map((leaf, row) =>
    leaf === OUTLIER && topics.length > 0 ? (idOf.get(topics[partition.clusterOf[row]]) ?? OUTLIER) : leaf,
  );
  const coarser = superTopics ? [levelAt(unleveled, superTopics.resolution)] : [];
  const levels = [...coarser, ...levelsFrom(unleveled, resolution)];
  const nodes = withLevels(unleveled, levels, coarser.length);
  return { nodes, leafOfRow, nearestOfRow, levels, chosenLevel: coarser.length, sweep };
}

/**
 * Numbers the nodes in preorder and finds the deepest node of each paper. The level of a node is at first its depth;
 * `withLevels` replaces it.
 */
function toPreorder(
  roots: readonly ClusterNode[],
  papers: number,
): { readonly nodes: TopicNode[]; readonly leafOfRow: Int32Array; readonly idOf: ReadonlyMap<ClusterNode, number> } {
  const nodes: TopicNode[] = [];
  const leafOfRow = new Int32Array(papers).fill(OUTLIER);
  const idOf = new Map<ClusterNode, number>();
  const visit = (node: ClusterNode, parent: number | null, level: number): void => {
    const id = nodes.length;
    const splitResolution = node.children.length > 0 ? node.splitResolution : null;
    idOf.set(node, id);
    nodes.push({ id, parent, level, end: id + 1, size: node.rows.length, splitResolution });
    for (const row of node.rows) leafOfRow[row] = id;
    for (const child of largestFirst(node.children)) visit(child, id, level + 1);
    nodes[id] = { ...nodes[id], end: nodes.length };
  };
  for (const root of largestFirst(roots)) visit(root, null, 0);
  return { nodes, leafOfRow, idOf };
}

/** Sorts nodes by descending size, and nodes of equal size by the row of their first paper. */
function largestFirst(nodes: readonly ClusterNode[]): ClusterNode[] {
  return [...nodes].sort((a, b) => b.rows.length - a.rows.length || a.rows[0] - b.rows[0]);
}

/**
 * Sets the level of each node: the coarsest level, from that of the topics on, whose cut contains the node. A
 * super-topic is in none of these cuts and has level 0.
 */
function withLevels(nodes: readonly TopicNode[], levels: readonly TopicLevel[], chosenLevel: number): TopicNode[] {
  const levelOf = new Int32Array(nodes.length);
  for (let level = levels.length - 1; level >= chosenLevel; level--) {
    for (const { id } of cutAtResolution({ nodes }, levels[level].resolution)) levelOf[id] = level;
  }
  return nodes.map((node) => ({ ...node, level: levelOf[node.id] }));
}

function levelAt(nodes: readonly TopicNode[], resolution: number): TopicLevel {
  return { resolution, topics: cutAtResolution({ nodes }, resolution).length };
}

/** The level of the topics, and below it each finer level that has more topics than the level before. */
function levelsFrom(nodes: readonly TopicNode[], resolution: number): TopicLevel[] {
  if (nodes.length === 0) return [];
  const levels = [levelAt(nodes, resolution)];
  for (let depth = 1; depth <= MAX_SUBTOPIC_LEVELS; depth++) {
    const level = levelAt(nodes, resolution * LEVEL_RESOLUTION_FACTOR ** depth);
    if (level.topics > levels[levels.length - 1].topics) levels.push(level);
  }
  return levels;
}

// Subdivides topics into subtopics, level by level.

/** A node of the topic tree while the tree is built. */
export interface ClusterNode {
  /** Rows of the papers in the node, ascending. */
  readonly rows: Int32Array;
  readonly children: readonly ClusterNode[];
  /** The resolution from which the children replace the node in a cut; infinite for a leaf. */
  readonly splitResolution: number;
}

/** Each level of subtopics has this many times the resolution of the level above it. */
const LEVEL_RESOLUTION_FACTOR = 3;
/** Maximum number of levels of subtopics below the topics. */
const MAX_SUBTOPIC_LEVELS = 3;
/** A level of subtopics is added only if its clusters have on average this many times the minimum size. */
const MIN_MEAN_SIZE_FACTOR = 3;
/** A paper is an outlier if its cosine with the centroid of its cluster is below this. */
const MIN_CENTROID_SIMILARITY = 0.25;
/**
 * The split resolution of a node is at least this factor above the resolution of the level that the node is on.
 * Otherwise the cut at that level would contain the node's children instead of the node.
 */
const SPLIT_RESOLUTION_MARGIN = 1.01;

/**
 * Subdivides nodes into children, these again, and so on, for as long as the clusters of a level are large enough on
 * average. A level is added for all nodes or for none.
 *
 * @param resolution the resolution of the partition that the nodes are from
 * @param maxLevels the number of levels to add at most
 * @returns the nodes in their order, with their children
 */
function* subdivideTopics(
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
    partitions.push(partitionSomePapers(task, rows, finerResolution));
    papersDone += rows.length;
    yield papersDone / papers / maxLevels;
  }
  const clusters = partitions.reduce((sum, { count }) => sum + count, 0);
  if (papers < clusters * task.minSize * MIN_MEAN_SIZE_FACTOR) return nodes;
  // A node that does not split on this level goes on to the next one, where it may split.
  const childrenOf = partitions.map((found, i) =>
    found.count > 1 ? leavesOfPartition(nodes[i].rows, found, task.minSize, MIN_CENTROID_SIMILARITY) : [nodes[i]],
  );
  // The children of all nodes are subdivided together, because a next level is added for all of them or for none.
  const next = subdivideTopics(task, childrenOf.flat(), finerResolution, maxLevels - 1);
  const subdivided = yield* runAsPortion(next, 1 / maxLevels, 1);
  let from = 0;
  return nodes.map((node, i) => {
    const children = subdivided.slice(from, from + childrenOf[i].length);
    from += children.length;
    if (children.length === 1) return children[0];
    const halfMerged = meanMergeResolution(mergesOfPartition(partitions[i]));
    const splitResolution = Math.min(finerResolution, Math.max(resolution * SPLIT_RESOLUTION_MARGIN, halfMerged));
    return { ...node, splitResolution, children };
  });
}

/**
 * Makes a leaf of the tree from each cluster of a partition, in the order of the clusters. Outliers are left out of
 * their leaf, except where that would make it smaller than `minSize`.
 *
 * @param rows the row of each paper of the partition
 * @param minSimilarity cosine with the centroid below which a paper is an outlier
 */
function leavesOfPartition(rows: Int32Array, found: Partition, minSize: number, minSimilarity: number): ClusterNode[] {
  const { count, clusterOf, centroidSimilarity } = found;
  return Array.from({ length: count }, (_, cluster) => {
    const all = rows.filter((_row, at) => clusterOf[at] === cluster);
    const fitting = rows.filter((_row, at) => clusterOf[at] === cluster && centroidSimilarity[at] >= minSimilarity);
    const members = fitting.length >= minSize ? fitting : all;
    return { rows: members, children: [], splitResolution: Number.POSITIVE_INFINITY };
  });
}

/**
 * The cosine with its centroid below which a paper is an outlier: the usual threshold, or a lower one with which at
 * most the given share of the papers are outliers.
 */
function outlierThreshold({ centroidSimilarity }: Partition, maxOutlierShare: number): number {
  const ascending = centroidSimilarity.slice().sort();
  return Math.min(MIN_CENTROID_SIMILARITY, ascending[Math.floor(ascending.length * maxOutlierShare)] ?? 0);
}

/** The merges that join the clusters of a partition one after the other as the resolution falls, the highest first. */
function mergesOfPartition({ graph, clusterOf, count }: Partition) {
  return parisClustering(contractGraph(graph, clusterOf, count));
}

// Groups topics into super-topics.

/**
 * Groups topics into super-topics by agglomerative clustering. Of the cuts that give a quarter to a half as many
 * super-topics as topics, it takes the one with the widest gap between the resolution of the last merge before the cut
 * and that of the first merge after it: over that range of resolutions the number of super-topics stays the same. A
 * topic that is in no merge before the cut becomes a root beside the super-topics.
 *
 * @param partition the partition that the topics were made from: its cluster i became `topics[i]`
 * @param resolution the resolution of that partition
 * @returns the roots, and the resolution of the cut that consists of them; undefined for fewer than four topics and if
 *   no two topics are connected
 */
function groupIntoSuperTopics(
  partition: Partition,
  topics: readonly ClusterNode[],
  resolution: number,
): { readonly roots: readonly ClusterNode[]; readonly resolution: number } | undefined {
  const merges = mergesOfPartition(partition);
  const made = widestGap(merges, Math.max(2, Math.ceil(topics.length / 4)), topics.length >> 1);
  if (made === undefined) return undefined;
  const clusters: (Cluster | undefined)[] = topics.map((topic) => ({ topics: [topic], merges: [] }));
  for (const merge of merges.slice(0, made)) {
    const pair = [clusters[merge.a], clusters[merge.b]].filter((cluster) => cluster !== undefined);
    clusters[merge.a] = undefined;
    clusters[merge.b] = undefined;
    clusters.push({
      topics: pair.flatMap((cluster) => cluster.topics),
      merges: [...pair.flatMap((cluster) => cluster.merges), merge],
    });
  }
  const roots = clusters.filter((cluster) => cluster !== undefined).map((cluster) => toNode(cluster, resolution));
  const last = merges[made - 1].resolution;
  // The next merge has resolution 0 if it would join unconnected clusters: then the cut is a little below the last
  // merge.
  const next = merges[made].resolution || last / 2;
  return { roots, resolution: Math.min(Math.sqrt(last * next), resolution / SPLIT_RESOLUTION_MARGIN) };
}

/** Topics that have been merged into one cluster, or a topic that has not been merged. */
interface Cluster {
  readonly topics: readonly ClusterNode[];
  /** All merges by which the topics became one cluster. */
  readonly merges: readonly ClusterMerge[];
}

function toNode({ topics, merges }: Cluster, maxResolution: number): ClusterNode {
  if (topics.length === 1) return topics[0];
  const rows = Int32Array.from(topics.flatMap((topic) => [...topic.rows])).sort();
  return { rows, children: topics, splitResolution: Math.min(maxResolution, meanMergeResolution(merges)) };
}

/**
 * The number of merges after which `min` … `max` clusters are left and the next merge has the lowest resolution
 * relative to the last one; undefined if there is no gap.
 */
function widestGap(merges: readonly ClusterMerge[], min: number, max: number): number | undefined {
  const nodes = merges.length + 1;
  let best: number | undefined;
  // Resolutions whose ratio is this close to 1 differ only by rounding, which is no gap.
  let widest = 1 + Number.EPSILON * nodes;
  for (let made = nodes - max; made <= nodes - min; made++) {
    // A merge with resolution 0 joins unconnected clusters, which have nothing in common.
    if (merges[made - 1].resolution === 0) break;
    const gap = merges[made - 1].resolution / merges[made].resolution;
    if (gap <= widest) continue;
    best = made;
    widest = gap;
  }
  return best;
}
