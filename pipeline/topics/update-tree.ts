/** Updates the topic tree of the previous snapshot: while few papers are new, they are inserted into it. */
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { MAX_NEW_PAPERS_SHARE, NO_PREVIOUS_ROW } from '../core/snapshot-update.ts';
import { cutAtLevel, OUTLIER, type TopicNode, type TopicTree } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import type { TopicOptions } from './clustering/build-topic-tree.ts';
import { findTopics } from './find-topics.ts';

/** If a topic has lost more than this share of its papers, the tree no longer describes the corpus and is rebuilt. */
const MAX_LOST_SHARE = 0.5;

/** The topic tree of the previous snapshot, and what is needed to decide whether to keep it. */
export interface PreviousTopicTree {
  readonly topics: { readonly tree: TopicTree };
  /** For each row of the new snapshot, the same paper's row in the previous one; NO_PREVIOUS_ROW for a new paper. */
  readonly previousRowOf: Int32Array;
  /** Whether the previous tree was built with the same options and the same embedding model. */
  readonly hasSameTopics: boolean;
  /** Number of papers that were inserted into the previous tree since it was built. */
  readonly newPapers: number;
}

/**
 * Makes the topic tree of a new snapshot. While few papers are new, they are inserted into the previous tree, just as
 * they are placed on the existing map: a tree rebuilt every night would change between equally good partitions, so that
 * its finer topics would come and go. With more new papers the tree is rebuilt, starting from the previous topics; with
 * other options it is built from scratch.
 *
 * @throws the reason of `effects.signal` if it is aborted
 */
export async function updateTopicTree(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousTopicTree | undefined,
  options: TopicOptions,
  effects: Effects,
): Promise<TopicTree> {
  if (!previous?.hasSameTopics) {
    effects.debug(`topics: built from scratch, because ${previous ? 'options changed' : 'there is no previous tree'}`);
    return findTopics(vectors, graph, options, effects);
  }
  const { previousRowOf, topics } = previous;
  const newPapers = previousRowOf.reduce((sum, row) => sum + (row === NO_PREVIOUS_ROW ? 1 : 0), previous.newPapers);
  const isSimilar = newPapers <= MAX_NEW_PAPERS_SHARE * graph.count;
  const extended = isSimilar ? insertNewPapers(topics.tree, previousRowOf, graph) : undefined;
  const limit = `${newPapers} new papers since the last build of the tree, at most ${MAX_NEW_PAPERS_SHARE * 100} % are inserted`;
  if (!extended) {
    effects.debug(`topics: built from the previous tree (${isSimilar ? 'a topic lost most of its papers' : limit})`);
    return findTopics(vectors, graph, options, effects, { tree: topics.tree, previousRowOf });
  }
  effects.debug(`topics: the previous tree is kept (${limit})`);
  const progress = effects.startProgress('topics', graph.count);
  const count = cutAtLevel(extended, extended.chosenLevel).length;
  progress.finish(`${count} topics, ${extended.levels.length} levels, new papers inserted`);
  return extended;
}

/**
 * Inserts new papers into a previous tree, by a vote of their neighbors weighted by similarity. From the roots down,
 * each new paper goes to the subtopic that has more than half of the votes for the parent topic, and stops where no
 * subtopic has that many. Known papers stay in their topics, and siblings in their order, even if sizes change.
 *
 * @param previousRowOf for each row of the new snapshot, its row in the previous one; NO_PREVIOUS_ROW for a new paper
 * @param graph the kNN graph of the new snapshot
 * @returns undefined if a topic has lost more than half of its papers: the tree must be rebuilt
 */
export function insertNewPapers(
  previous: TopicTree,
  previousRowOf: Int32Array,
  graph: KnnGraph,
): TopicTree | undefined {
  const { nodes } = previous;
  const carryOver = (column: Int32Array) =>
    previousRowOf.map((row) => (row === NO_PREVIOUS_ROW ? OUTLIER : column[row]));
  const knownLeafOfRow = carryOver(previous.leafOfRow);
  const leafOfRow = knownLeafOfRow.slice();
  const nearestOfRow = carryOver(previous.nearestOfRow);
  const childrenOf = nodes.map((): number[] => []);
  const roots: number[] = [];
  for (const { id, parent } of nodes) (parent === null ? roots : childrenOf[parent]).push(id);
  for (let row = 0; row < previousRowOf.length; row++) {
    if (previousRowOf[row] !== NO_PREVIOUS_ROW) continue;
    const votes = countVotes(graph, row, previousRowOf, knownLeafOfRow, nodes);
    leafOfRow[row] = descend(votes, roots, childrenOf, votes.total);
    nearestOfRow[row] = leafOfRow[row] === OUTLIER ? mostVoted(votes, roots) : leafOfRow[row];
  }
  const sizes = countSizes(nodes, leafOfRow);
  if (nodes.some(({ id, size }) => sizes[id] < size * MAX_LOST_SHARE)) return undefined;
  const resized = nodes.map((node) => ({ ...node, size: sizes[node.id] }));
  return { ...previous, nodes: resized, leafOfRow, nearestOfRow };
}

/**
 * The votes of the neighbors of a new paper: each known neighbor votes for its topic with the weight of its similarity.
 */
interface Votes {
  /** Sum of the votes for each node, including those for its subtopics. */
  readonly of: Float64Array;
  /** Sum of the votes of all known neighbors, including neighbors in no topic. */
  readonly total: number;
}

function countVotes(
  { k, neighbors, similarities }: KnnGraph,
  row: number,
  previousRowOf: Int32Array,
  leafOfRow: Int32Array,
  nodes: readonly TopicNode[],
): Votes {
  const of = new Float64Array(nodes.length);
  let total = 0;
  for (let at = row * k; at < (row + 1) * k; at++) {
    if (previousRowOf[neighbors[at]] === NO_PREVIOUS_ROW) continue;
    const weight = Math.max(0, similarities[at]);
    total += weight;
    for (let node: number | null = leafOfRow[neighbors[at]]; node !== null && node >= 0; node = nodes[node].parent) {
      of[node] += weight;
    }
  }
  return { of, total };
}

/**
 * Descends from some siblings, each time to the node that has more than half of the votes for its parent, and returns
 * the deepest such node; OUTLIER if no sibling has that many votes.
 */
function descend(
  votes: Votes,
  siblings: readonly number[],
  childrenOf: readonly number[][],
  parentVotes: number,
): number {
  const best = mostVoted(votes, siblings);
  if (best === OUTLIER || votes.of[best] * 2 <= parentVotes) return OUTLIER;
  const deeper = descend(votes, childrenOf[best], childrenOf, votes.of[best]);
  return deeper === OUTLIER ? best : deeper;
}

/** The sibling with most votes, the first one if several have as many; OUTLIER if there are no siblings. */
function mostVoted({ of }: Votes, siblings: readonly number[]): number {
  return siblings.reduce((best, node) => (best === OUTLIER || of[node] > of[best] ? node : best), OUTLIER);
}

function countSizes(nodes: readonly TopicNode[], leafOfRow: Int32Array): Int32Array {
  const sizes = new Int32Array(nodes.length);
  for (const leaf of leafOfRow) if (leaf !== OUTLIER) sizes[leaf]++;
  // Backwards through the preorder, the size of a node is complete before it is added to that of its parent.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent !== null) sizes[parent] += sizes[id];
  }
  return sizes;
}
