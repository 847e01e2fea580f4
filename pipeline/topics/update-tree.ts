/** Keeps the previous tree of topics while few papers are new. */
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { MAX_NEW_PAPERS_SHARE, NEW_PAPER } from '../core/snapshot-update.ts';
import { cutAtLevel, OUTLIER, type TopicNode, type TopicTree } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import type { TopicOptions } from './clustering/hierarchy.ts';
import { findTopics } from './find-topics.ts';

/** If a topic has lost more than this share of its papers, the tree no longer describes the corpus. */
const MAX_LOST_SHARE = 0.5;

/** The tree of the previous snapshot. */
export interface PreviousTree {
  readonly topics: { readonly tree: TopicTree };
  /** The previous row of each row, NEW_PAPER for a new one. */
  readonly previousRowOf: Int32Array;
  /** Whether it was built with the same options and model. */
  readonly hasSameTopics: boolean;
  /** Papers that were inserted into it since it was built. */
  readonly newPapers: number;
}

/**
 * The topics of a new snapshot. While few papers are new, they are inserted into the previous tree, like on the map: if
 * the tree were rebuilt every night, its finer topics would come and go among equally good partitions. With more new
 * papers the tree is rebuilt, starting from the previous topics; with other options it is built from scratch.
 *
 * @throws the reason of `effects.signal` if it is aborted
 */
export async function updateTopicTree(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousTree | undefined,
  options: TopicOptions,
  effects: Effects,
): Promise<TopicTree> {
  if (!previous?.hasSameTopics) {
    effects.debug(`topics: built from scratch, because ${previous ? 'options changed' : 'there is no previous tree'}`);
    return findTopics(vectors, graph, options, effects);
  }
  const { previousRowOf, topics } = previous;
  const newPapers = previousRowOf.reduce((sum, row) => sum + (row === NEW_PAPER ? 1 : 0), previous.newPapers);
  const isSimilar = newPapers <= MAX_NEW_PAPERS_SHARE * graph.count;
  const extended = isSimilar ? insertNewPapers(topics.tree, previousRowOf, graph) : undefined;
  const limit = `${newPapers} new papers since the last build of the tree, at most ${MAX_NEW_PAPERS_SHARE * 100} % are inserted`;
  if (!extended) {
    effects.debug(`topics: built from the previous tree (${isSimilar ? 'a topic lost most of its papers' : limit})`);
    return findTopics(vectors, graph, options, effects, { tree: topics.tree, previousRowOf });
  }
  effects.debug(`topics: the previous tree is kept (${limit})`);
  const progress = effects.startProgress('topics', graph.count);
  const { length: count } = cutAtLevel(extended, extended.chosenLevel);
  progress.finish(`${count} topics, ${extended.levels.length} levels, new papers inserted`);
  return extended;
}

/**
 * Inserts new papers into a previous tree, by a vote of their neighbors weighted by similarity: from the roots, each new
 * paper descends to the subtopic that has more than half of the vote of the topic above, and stops if there is none.
 * Known papers stay in their topics, and siblings in their order, even if sizes change.
 *
 * @param previousRowOf the previous row of each row, NEW_PAPER for a new one
 * @param graph of the new rows
 * @returns undefined if a topic has lost more than half of its papers: the tree must be rebuilt
 */
export function insertNewPapers(
  previous: TopicTree,
  previousRowOf: Int32Array,
  graph: KnnGraph,
): TopicTree | undefined {
  const { nodes } = previous;
  const carryOver = (column: Int32Array) => previousRowOf.map((row) => (row === NEW_PAPER ? OUTLIER : column[row]));
  const knownLeafOfRow = carryOver(previous.leafOfRow);
  const leafOfRow = knownLeafOfRow.slice();
  const nearestOfRow = carryOver(previous.nearestOfRow);
  const childrenOf = nodes.map((): number[] => []);
  const roots: number[] = [];
  for (const { id, parent } of nodes) (parent === null ? roots : childrenOf[parent]).push(id);
  for (let row = 0; row < previousRowOf.length; row++) {
    if (previousRowOf[row] !== NEW_PAPER) continue;
    const votes = countVotes(graph, row, previousRowOf, knownLeafOfRow, nodes);
    leafOfRow[row] = descend(votes, roots, childrenOf, votes.total);
    nearestOfRow[row] = leafOfRow[row] === OUTLIER ? mostVoted(votes, roots) : leafOfRow[row];
  }
  const sizes = countSizes(nodes, leafOfRow);
  if (nodes.some(({ id, size }) => sizes[id] < size * MAX_LOST_SHARE)) return undefined;
  const resized = nodes.map((node) => ({ ...node, size: sizes[node.id] }));
  return { ...previous, nodes: resized, leafOfRow, nearestOfRow };
}

interface Votes {
  /** By node, including votes for its subtopics. */
  readonly of: Float64Array;
  /** Of all known neighbors, including those in no topic. */
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
    if (previousRowOf[neighbors[at]] === NEW_PAPER) continue;
    const weight = Math.max(0, similarities[at]);
    total += weight;
    for (let node: number | null = leafOfRow[neighbors[at]]; node !== null && node >= 0; node = nodes[node].parent) {
      of[node] += weight;
    }
  }
  return { of, total };
}

/** The deepest node that has more than half of the votes of its parent; OUTLIER if no sibling has. */
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

/** The first of those with most votes; OUTLIER if there are no siblings. */
function mostVoted({ of }: Votes, siblings: readonly number[]): number {
  return siblings.reduce((best, node) => (best === OUTLIER || of[node] > of[best] ? node : best), OUTLIER);
}

function countSizes(nodes: readonly TopicNode[], leafOfRow: Int32Array): Int32Array {
  const sizes = new Int32Array(nodes.length);
  for (const leaf of leafOfRow) if (leaf !== OUTLIER) sizes[leaf]++;
  // In preorder, subtopics come after their parent.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent !== null) sizes[parent] += sizes[id];
  }
  return sizes;
}
