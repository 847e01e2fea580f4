/**
 * The topics of a snapshot: cuts through the topic tree, the papers, positions and centroids of topics, and their
 * summaries.
 */
import { topK } from '../../pipeline/core/algorithms/sorting.ts';
import { type CooperativeTask, processInChunks } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import {
  cutAtLevel,
  cutAtResolution,
  OUTLIER,
  resolutionForTopicCount,
  type SnapshotTopics,
  type TopicNode,
  type TopicRecord,
  type TopicTree,
} from '../../pipeline/core/topic-tree.ts';
import { type AnyVectors, addRowToSum, cosineWithRow, dot } from '../../pipeline/core/vectors.ts';
import type { PaperResponse } from '../schemas/papers.ts';
import type { TopicSummary, TopicsRequest, TopicsResponse } from '../schemas/topics.ts';

// Topic centroids: the mean vector of a topic's papers, scaled to unit length.

/** The centroids of all topics. Similarities are cosines; they are 0 for a topic whose vectors add up to zero. */
export interface TopicCentroids {
  /** Cosine of the centroids of two topics. */
  similarity(a: TopicNode, b: TopicNode): number;
  /** Cosine of the paper of a row with the centroid of a topic. */
  paperSimilarity(node: TopicNode, row: number): number;
  /**
   * The `k` rows, of the given ones, that are nearest to a topic's centroid: nearest first, equally near ones by row.
   */
  nearestOf(node: TopicNode, rows: Int32Array, k: number): CooperativeTask<Int32Array>;
  /** All rows of a topic, nearest to its centroid first. */
  rowsByNearness(node: TopicNode): CooperativeTask<Int32Array>;
}

/** Computes the centroids of all topics. All vectors are read once, which takes half a second for 300,000 papers. */
export function* computeTopicCentroids(
  tree: TopicTree,
  vectors: AnyVectors,
  members: TopicMembers,
): CooperativeTask<TopicCentroids> {
  const centroids = yield* unitMeans(tree, vectors);
  const orders = new Map<number, Int32Array>();
  // Rounded to float32 as in the build, so that server and build sort papers equally.
  const paperSimilarity = ({ id }: TopicNode, row: number) => Math.fround(cosineWithRow(vectors, row, centroids[id]));
  const nearestOf = function* (node: TopicNode, rows: Int32Array, k: number): CooperativeTask<Int32Array> {
    const similarities = new Float32Array(vectors.count);
    yield* processInChunks(rows.length, (from, to) => {
      for (let at = from; at < to; at++) similarities[rows[at]] = paperSimilarity(node, rows[at]);
    });
    return topK(rows, similarities, k);
  };
  return {
    paperSimilarity,
    nearestOf,
    similarity: (a, b) => dot(centroids[a.id], centroids[b.id]),
    *rowsByNearness(node) {
      const rows = members.rowsOf(node);
      const order = orders.get(node.id) ?? (yield* nearestOf(node, rows, rows.length));
      orders.set(node.id, order);
      return order;
    },
  };
}

/** Computes the centroid of each node of the tree: the mean of the papers' vectors, at unit length. */
function* unitMeans({ nodes, leafOfRow }: TopicTree, vectors: AnyVectors): CooperativeTask<Float32Array[]> {
  const sums = nodes.map(() => new Float64Array(vectors.dimensions));
  yield* processInChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++)
      if (leafOfRow[row] !== OUTLIER) addRowToSum(vectors, row, sums[leafOfRow[row]]);
  });
  // Descendants come after their ancestors in preorder. Going backwards, the sum of a node is therefore complete before
  // it is added to the sum of its parent.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent === null) continue;
    const parentSum = sums[parent];
    for (let d = 0; d < parentSum.length; d++) parentSum[d] += sums[id][d];
  }
  const means: Float32Array[] = [];
  yield* processInChunks(sums.length, (from, to) => {
    for (const sum of sums.slice(from, to)) {
      const length = Math.hypot(...sum);
      means.push(Float32Array.from(sum, (component) => (length === 0 ? 0 : component / length)));
    }
  });
  return means;
}

/** A cut through the topic tree: topics that have no papers in common. */
export interface TopicCut {
  /** The level of the cut; null if a resolution or a number of topics was requested. */
  readonly level: number | null;
  /** The lowest resolution that gives these topics; null if a level was requested. */
  readonly resolution: number | null;
  /** The topics of the cut, in the preorder of the tree. */
  readonly nodes: readonly TopicNode[];
}

/**
 * Cuts the topic tree at a level, at a resolution, or into a number of topics; by default at the default level. A
 * resolution or number beyond the finest topics gives the finest topics.
 *
 * @throws PaperfieldError bad_request, for a level that the tree does not have
 */
export function cutTopics(tree: TopicTree, { level = tree.chosenLevel, resolution, count }: TopicsRequest): TopicCut {
  const wanted = resolution ?? (count === undefined ? undefined : resolutionForTopicCount(tree, count));
  if (wanted !== undefined) {
    const splits = tree.nodes.flatMap(({ splitResolution }) =>
      splitResolution !== null && splitResolution <= wanted ? [splitResolution] : [],
    );
    const lowest = splits.reduce((a, b) => Math.max(a, b), 0);
    return { level: null, resolution: lowest, nodes: cutAtResolution(tree, wanted) };
  }
  const finest = Math.max(tree.levels.length - 1, tree.chosenLevel);
  if (level > finest) {
    throw new PaperfieldError('bad_request', `level: there is no level ${level}, expected 0–${finest}`);
  }
  return { level, resolution: null, nodes: cutAtLevel(tree, level) };
}

/** Returns the topics of a cut and all their ancestors, in preorder. */
export function addAncestorsToCut({ nodes }: TopicTree, cut: TopicCut): TopicNode[] {
  const ends = new Map(cut.nodes.map(({ id, end }) => [id, end]));
  const result: TopicNode[] = [];
  for (let id = 0; id < nodes.length; id = ends.get(id) ?? id + 1) result.push(nodes[id]);
  return result;
}

/** Where a topic is on the map, in map units. */
export interface TopicPosition {
  /** The median x and the median y of the topic's papers. */
  readonly x: number;
  readonly y: number;
  /** The rectangle from the 5th to the 95th percentile of the papers' x and y. */
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

/** The papers of all topics of a tree. */
export interface TopicMembers {
  /**
   * The rows of a topic, including those of its subtopics, ordered by leaf topic. The array is a view and must not be
   * changed.
   */
  rowsOf(node: TopicNode): Int32Array;
  /** Whether the paper of a row is in a topic or in one of its subtopics. */
  contains(node: TopicNode, row: number): boolean;
  positionOf(node: TopicNode): TopicPosition;
}

/** The share of a topic's papers that lie beyond its bounds, at each end of each axis. */
const BOUNDS_TAIL = 0.05;

/**
 * Sorts the papers by leaf topic once. Nodes are numbered in preorder, so the papers of every topic are then
 * contiguous.
 */
function createTopicMembers({ nodes, leafOfRow }: TopicTree, map: Pick<MapPositions, 'x' | 'y'>): TopicMembers {
  const offsets = new Int32Array(nodes.length + 1);
  for (const leaf of leafOfRow) if (leaf !== OUTLIER) offsets[leaf + 1]++;
  for (let node = 0; node < nodes.length; node++) offsets[node + 1] += offsets[node];
  const rows = new Int32Array(offsets[nodes.length]);
  const next = offsets.slice();
  leafOfRow.forEach((leaf, row) => {
    if (leaf !== OUTLIER) rows[next[leaf]++] = row;
  });
  const rowsOf = ({ id, end }: TopicNode) => rows.subarray(offsets[id], offsets[end]);
  const positions = new Map<number, TopicPosition>();
  return {
    rowsOf,
    contains: ({ id, end }, row) => leafOfRow[row] >= id && leafOfRow[row] < end,
    positionOf(node) {
      const position = positions.get(node.id) ?? positionOf(rowsOf(node), map);
      positions.set(node.id, position);
      return position;
    },
  };
}

function positionOf(rows: Int32Array, map: Pick<MapPositions, 'x' | 'y'>): TopicPosition {
  const [x, y] = [sortedValues(rows, map.x), sortedValues(rows, map.y)];
  const last = rows.length - 1;
  const [low, high] = [Math.floor(last * BOUNDS_TAIL), Math.ceil(last * (1 - BOUNDS_TAIL))];
  const middle = rows.length >> 1;
  return { x: x[middle], y: y[middle], bounds: { x0: x[low], y0: y[low], x1: x[high], y1: y[high] } };
}

function sortedValues(rows: Int32Array, axis: Float32Array): Float32Array {
  // A plain loop, because `Float32Array.from` with a function takes several times as long, and this runs over all
  // papers.
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = axis[rows[i]];
  return values.sort();
}

/** The data of a snapshot that the topic index is made from. Papers are identified by row. */
export interface TopicIndexSource {
  readonly topics: SnapshotTopics;
  readonly map: Pick<MapPositions, 'x' | 'y'>;
  paper(row: number): { readonly id: string; readonly title: string };
}

/**
 * Look-ups among the topics of a snapshot. A topic id here is the permanent one that users see; a node of the tree has
 * another id, its index in the tree.
 */
export interface TopicIndex {
  readonly tree: TopicTree;
  /** The record (name, keywords, …) of each node of the tree, in the same order. */
  readonly records: readonly TopicRecord[];
  readonly members: TopicMembers;
  /** The id of the topic of a row on the default level; null for an outlier. */
  idOf(row: number): number | null;
  /** The id of the topic of each row on the default level; OUTLIER for none. */
  readonly topicIdOfRow: Int32Array;
  /** The id of the deepest topic of each row; OUTLIER for none. */
  readonly leafIdOfRow: Int32Array;
  /** For each row without a topic on the default level, the id of the nearest topic; OUTLIER for all other rows. */
  readonly nearestIdOfRow: Int32Array;
  /**
   * Returns a function that tests whether a row is in a topic or one of its subtopics; undefined for an unknown topic.
   */
  isIn(id: number): ((row: number) => boolean) | undefined;
  /** The node of a topic by the topic's id; undefined for an unknown id. */
  nodeById(id: number): TopicNode | undefined;
  /** The topics of a paper as `GET /api/papers/:id` returns them. */
  topicsOfPaper(row: number): Pick<PaperResponse, 'topic' | 'leafTopic' | 'nearestTopic'>;
  /** Prepares the summary of one more topic, to be called in idle time. False if all summaries are ready. */
  advance(): boolean;
  /** The summary of a topic, as lists of topics contain it. */
  summarize(node: TopicNode): TopicSummary;
  /**
   * The response to a request for a list of topics.
   *
   * @throws PaperfieldError bad_request, for a level that the tree does not have
   */
  list(request: TopicsRequest): Omit<TopicsResponse, 'snapshot'>;
}

export function createTopicIndex({ topics: { tree, records }, map, paper }: TopicIndexSource): TopicIndex {
  const { nodes, leafOfRow, nearestOfRow } = tree;
  const members = createTopicMembers(tree, map);
  const idOfNode = Int32Array.from(records, ({ id }) => id);
  /** The id of the default-level topic that contains each node; OUTLIER for nodes above the default level. */
  const defaultIdOfNode = new Int32Array(nodes.length).fill(OUTLIER);
  for (const { id, end } of cutAtLevel(tree, tree.chosenLevel)) defaultIdOfNode.fill(records[id].id, id, end);
  const topicIdOfRow = leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : defaultIdOfNode[leaf]));
  const nearestIdOfRow = nearestOfRow.map((node, row) => {
    if (node === OUTLIER || topicIdOfRow[row] !== OUTLIER) return OUTLIER;
    // A paper may be nearest to a super-topic as a whole and to none of its subtopics. Then its nearest topic is the
    // super-topic.
    return defaultIdOfNode[node] === OUTLIER ? idOfNode[node] : defaultIdOfNode[node];
  });
  const leafIdOfRow = leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : idOfNode[leaf]));
  const orNull = (id: number) => (id === OUTLIER ? null : id);
  const nodesById = new Map(records.map(({ id }, node) => [id, nodes[node]]));

  const summaries = new Map<number, TopicSummary>();
  const summarize = (node: TopicNode) => {
    const summary = summaries.get(node.id) ?? createSummary(node);
    summaries.set(node.id, summary);
    return summary;
  };
  const createSummary = (node: TopicNode): TopicSummary => {
    const { id, name, generatedName, keywords, size, growth, representative } = records[node.id];
    return {
      id,
      name,
      generatedName,
      parent: node.parent === null ? null : records[node.parent].id,
      level: node.level,
      keywords: keywords.map((keyword) => ({ ...keyword })),
      size,
      ...members.positionOf(node),
      growth,
      representativePapers: representative.map(paper).map(({ id: paperId, title }) => ({ id: paperId, title })),
    };
  };
  let describedTree: ReturnType<typeof describeTree> | undefined;
  return {
    tree,
    records,
    members,
    topicIdOfRow,
    leafIdOfRow,
    nearestIdOfRow,
    idOf: (row) => orNull(topicIdOfRow[row]),
    isIn(id) {
      const node = nodesById.get(id);
      return node && ((row) => members.contains(node, row));
    },
    nodeById: (id) => nodesById.get(id),
    topicsOfPaper(row) {
      const nearest = nodesById.get(nearestIdOfRow[row]);
      return {
        topic: orNull(topicIdOfRow[row]),
        leafTopic: orNull(leafIdOfRow[row]),
        nearestTopic: nearest ? { id: records[nearest.id].id, name: records[nearest.id].name } : null,
      };
    },
    advance() {
      const node = nodes[summaries.size];
      if (node) summarize(node);
      return node !== undefined;
    },
    summarize,
    list(request) {
      const { level, resolution, nodes: cut } = cutTopics(tree, request);
      describedTree ??= describeTree({ tree, records });
      return {
        topics: cut.map(summarize),
        outliers: leafOfRow.length - cut.reduce((sum, { size }) => sum + size, 0),
        cut: { level, resolution },
        ...describedTree,
      };
    },
  };
}

/** The part of a list of topics that does not depend on the requested cut. */
function describeTree({ tree, records }: Pick<SnapshotTopics, 'tree' | 'records'>) {
  const { nodes, levels, chosenLevel, sweep } = tree;
  return {
    tree: nodes.map(({ parent, level, splitResolution }, node) => ({
      id: records[node].id,
      parent: parent === null ? null : records[parent].id,
      level,
      name: records[node].name,
      size: records[node].size,
      splitResolution,
    })),
    levels: levels.map((level) => ({ ...level })),
    chosenLevel,
    sweep: sweep.map((point) => ({ ...point })),
  };
}
