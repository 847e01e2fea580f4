/** The topics of a snapshot: cuts through their tree, the papers of each, and what lists show of them. */
import { topK } from '../../pipeline/core/algorithms/sorting.ts';
import { type CooperativeTask, inChunks } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import {
  cutAtLevel,
  cutAtResolution,
  OUTLIER,
  resolutionForCount,
  type TopicNode,
  type TopicRecord,
  type TopicRecords,
  type TopicTree,
} from '../../pipeline/core/topic-tree.ts';
import { type AnyVectors, addRow, dot, similarityOf } from '../../pipeline/core/vectors.ts';
import type { PaperResponse } from '../schemas/papers.ts';
import type { TopicSummary, TopicsRequest, TopicsResponse } from '../schemas/topics.ts';

// Centroids of topics: the mean vectors of their papers, at unit length.

/** Similarities are cosines; 0 with a topic whose vectors cancel out. */
export interface TopicCentroids {
  similarity(a: TopicNode, b: TopicNode): number;
  paperSimilarity(node: TopicNode, row: number): number;
  /** The `k` of some rows that are nearest to a topic, the nearest first, equally near ones by row. */
  nearestOf(node: TopicNode, rows: Int32Array, k: number): CooperativeTask<Int32Array>;
  /** All rows of a topic in that order. */
  rowsByNearness(node: TopicNode): CooperativeTask<Int32Array>;
}

/** Reads all vectors once: half a second for 300,000 papers. */
export function* computeCentroids(
  tree: TopicTree,
  vectors: AnyVectors,
  members: TopicMembers,
): CooperativeTask<TopicCentroids> {
  const centroids = yield* unitMeans(tree, vectors);
  const orders = new Map<number, Int32Array>();
  // In float32 as in the build, so that both order papers the same way.
  const paperSimilarity = ({ id }: TopicNode, row: number) => Math.fround(similarityOf(vectors, row, centroids[id]));
  const nearestOf = function* (node: TopicNode, rows: Int32Array, k: number): CooperativeTask<Int32Array> {
    const similarities = new Float32Array(vectors.count);
    yield* inChunks(rows.length, (from, to) => {
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

/** The centroid of each node. */
function* unitMeans({ nodes, leafOfRow }: TopicTree, vectors: AnyVectors): CooperativeTask<Float32Array[]> {
  const sums = nodes.map(() => new Float64Array(vectors.dimensions));
  yield* inChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) if (leafOfRow[row] !== OUTLIER) addRow(vectors, row, sums[leafOfRow[row]]);
  });
  // Backwards through the preorder, the sum of a node is complete before it is added to its parent's.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent === null) continue;
    const parentSum = sums[parent];
    for (let d = 0; d < parentSum.length; d++) parentSum[d] += sums[id][d];
  }
  const means: Float32Array[] = [];
  yield* inChunks(sums.length, (from, to) => {
    for (const sum of sums.slice(from, to)) {
      const length = Math.hypot(...sum);
      means.push(Float32Array.from(sum, (component) => (length === 0 ? 0 : component / length)));
    }
  });
  return means;
}

/** Disjoint topics. */
export interface TopicCut {
  /** The requested level; null if a resolution or a count was requested. */
  readonly level: number | null;
  /** The lowest resolution that gives these topics; null if a level was requested. */
  readonly resolution: number | null;
  /** In preorder. */
  readonly nodes: readonly TopicNode[];
}

/**
 * The cut at a level, at a resolution, or with a number of topics; by default at the default level. A resolution or count
 * beyond the finest topics gives the finest.
 *
 * @throws PaperfieldError bad_request, for a level that the tree does not have
 */
export function cutTopics(tree: TopicTree, { level = tree.chosenLevel, resolution, count }: TopicsRequest): TopicCut {
  const wanted = resolution ?? (count === undefined ? undefined : resolutionForCount(tree, count));
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

/** The topics of a cut and all their ancestors, in preorder. */
export function cutWithAncestors({ nodes }: TopicTree, cut: TopicCut): TopicNode[] {
  const ends = new Map(cut.nodes.map(({ id, end }) => [id, end]));
  const result: TopicNode[] = [];
  for (let id = 0; id < nodes.length; id = ends.get(id) ?? id + 1) result.push(nodes[id]);
  return result;
}

/** In map units. */
export interface TopicPosition {
  /** The median of its papers, on either axis. */
  readonly x: number;
  readonly y: number;
  /** From the 5th to the 95th percentile of its papers, on either axis. */
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

/** The papers of every topic of a tree. */
export interface TopicMembers {
  /** The rows of a topic and of its subtopics, by leaf topic. A view, not a copy. */
  rowsOf(node: TopicNode): Int32Array;
  contains(node: TopicNode, row: number): boolean;
  positionOf(node: TopicNode): TopicPosition;
}

/** The share of papers beyond the bounds of a topic, at either end. */
const BOUNDS_TAIL = 0.05;

/** Sorts the papers by leaf topic once: nodes are numbered in preorder, so the papers of any topic are then contiguous. */
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
  // A plain loop: `Float32Array.from` with a function takes several times as long, and all papers pass here.
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = axis[rows[i]];
  return values.sort();
}

/** By row. */
export interface TopicSource {
  readonly topics: TopicRecords;
  readonly map: Pick<MapPositions, 'x' | 'y'>;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** The topics of an open snapshot. 'Id' is that of the record, which users see; nodes have ids of their own. */
export interface TopicIndex {
  readonly tree: TopicTree;
  /** Parallel to the nodes of the tree. */
  readonly records: readonly TopicRecord[];
  readonly members: TopicMembers;
  /** The id of the topic of a row on the default level; null for an outlier. */
  idOf(row: number): number | null;
  /** The same as a column, with OUTLIER for none. */
  readonly topicIdOfRow: Int32Array;
  /** The id of the deepest topic of each row, OUTLIER for none. */
  readonly leafIdOfRow: Int32Array;
  /** For an outlier of the default level the id of the topic nearest to it; OUTLIER for all other rows. */
  readonly nearestIdOfRow: Int32Array;
  /** A test whether a row is in a topic or one of its subtopics; undefined for an unknown topic. */
  isIn(id: number): ((row: number) => boolean) | undefined;
  nodeById(id: number): TopicNode | undefined;
  topicsOfPaper(row: number): Pick<PaperResponse, 'topic' | 'leafTopic' | 'nearestTopic'>;
  /** Prepares the summary of one more topic, in idle time; false if all are ready. */
  advance(): boolean;
  summarize(node: TopicNode): TopicSummary;
  /** @throws PaperfieldError bad_request, for a level that the tree does not have */
  list(request: TopicsRequest): Omit<TopicsResponse, 'snapshot'>;
}

export function createTopicIndex({ topics: { tree, records }, map, paper }: TopicSource): TopicIndex {
  const { nodes, leafOfRow, nearestOfRow } = tree;
  const members = createTopicMembers(tree, map);
  const idOfNode = Int32Array.from(records, ({ id }) => id);
  /** For a node on or below the default level the id of its topic there; OUTLIER above. */
  const defaultIdOfNode = new Int32Array(nodes.length).fill(OUTLIER);
  for (const { id, end } of cutAtLevel(tree, tree.chosenLevel)) defaultIdOfNode.fill(records[id].id, id, end);
  const topicIdOfRow = leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : defaultIdOfNode[leaf]));
  const nearestIdOfRow = nearestOfRow.map((node, row) => {
    if (node === OUTLIER || topicIdOfRow[row] !== OUTLIER) return OUTLIER;
    // A paper may be nearest to a super-topic as a whole.
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

/** What every list of topics contains, whatever the cut. */
function describeTree({ tree, records }: Pick<TopicRecords, 'tree' | 'records'>) {
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
