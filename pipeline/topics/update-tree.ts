import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { nodesOfLevel, OUTLIER, type TopicNode, type TopicTree } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { MAX_NEW_PAPERS_SHARE } from '../map/update-map.ts';
import type { TopicOptions } from './clustering/hierarchy.ts';
import { findTopics } from './find-topics.ts';
import { NONE } from './identity.ts';

/** A topic that lost more of its papers than this is not the one that was found. */
const MOST_LOST = 0.5;

/**
 * A tree that was found before, with the papers that are new since: each goes down from the roots to the part that more
 * than half of its neighbors in the topic are in, and stops where there is none. Papers that were there stay where they
 * were, and siblings in their order.
 *
 * @param previousRowOf the previous row of each row, NONE for a new paper
 * @param graph of the rows as they are now
 * @returns undefined where a topic has lost half of its papers: the tree has to be found anew
 */
export function extendTree(previous: TopicTree, previousRowOf: Int32Array, graph: KnnGraph): TopicTree | undefined {
  const { nodes } = previous;
  const take = (column: Int32Array) => previousRowOf.map((row) => (row === NONE ? OUTLIER : column[row]));
  const known = take(previous.leafOfRow);
  const leafOfRow = known.slice();
  const nearestOfRow = take(previous.nearestOfRow);
  const childrenOf = nodes.map((): number[] => []);
  const roots: number[] = [];
  for (const { id, parent } of nodes) (parent === null ? roots : childrenOf[parent]).push(id);
  for (let row = 0; row < previousRowOf.length; row++) {
    if (previousRowOf[row] !== NONE) continue;
    const votes = votesOf(graph, row, previousRowOf, known, nodes);
    leafOfRow[row] = lead(votes, roots, childrenOf, votes.all);
    nearestOfRow[row] = leafOfRow[row] === OUTLIER ? favorite(votes, roots) : leafOfRow[row];
  }
  const sizes = sizesOf(nodes, leafOfRow);
  if (nodes.some(({ id, size }) => sizes[id] < size * MOST_LOST)) return undefined;
  return {
    ...previous,
    nodes: nodes.map((node) => ({ ...node, size: sizes[node.id] })),
    leafOfRow: leafOfRow,
    nearestOfRow,
  };
}

interface Votes {
  /** Similarity of the neighbors in each node and its parts. */
  readonly of: Float64Array;
  /** Of all neighbors that were there before, those in no topic among them. */
  readonly all: number;
}

function votesOf(
  { k, rows, similarities }: KnnGraph,
  row: number,
  previousRowOf: Int32Array,
  leafOfRow: Int32Array,
  nodes: readonly TopicNode[],
): Votes {
  const of = new Float64Array(nodes.length);
  let all = 0;
  for (let at = row * k; at < (row + 1) * k; at++) {
    if (previousRowOf[rows[at]] === NONE) continue;
    const weight = Math.max(0, similarities[at]);
    all += weight;
    for (let node: number | null = leafOfRow[rows[at]]; node !== null && node >= 0; node = nodes[node].parent) {
      of[node] += weight;
    }
  }
  return { of, all };
}

/** Down to the deepest node that has more than half of what is voted above it. */
function lead(votes: Votes, siblings: readonly number[], childrenOf: readonly number[][], above: number): number {
  const best = favorite(votes, siblings);
  if (best === OUTLIER || votes.of[best] * 2 <= above) return OUTLIER;
  const deeper = lead(votes, childrenOf[best], childrenOf, votes.of[best]);
  return deeper === OUTLIER ? best : deeper;
}

/** The first among equals. */
function favorite({ of }: Votes, siblings: readonly number[]): number {
  return siblings.reduce((best, node) => (best === OUTLIER || of[node] > of[best] ? node : best), OUTLIER);
}

function sizesOf(nodes: readonly TopicNode[], leafOfRow: Int32Array): Int32Array {
  const sizes = new Int32Array(nodes.length);
  for (const leaf of leafOfRow) if (leaf !== OUTLIER) sizes[leaf]++;
  // Parts stand behind what they are parts of.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent !== null) sizes[parent] += sizes[id];
  }
  return sizes;
}

/** A tree that was there before. */
export interface PreviousTree {
  readonly topics: { readonly tree: TopicTree };
  /** The previous row of each row, NONE for a paper that was not there. */
  readonly previousRowOf: Int32Array;
  /** Whether it was found by the same options. */
  readonly hasSameTopics: boolean;
  /** Papers that were put into it since it was found. */
  readonly newPapers: number;
}

/**
 * Fields, topics and their parts. While few papers are new they are put into the previous tree, as they are placed on the
 * previous map: found anew each night, the finer topics of equally good trees would come and go. With more newPapers the tree
 * is found anew, from the previous one's groups.
 */
export async function continueTree(
  vectors: Vectors,
  graph: KnnGraph,
  previous: PreviousTree | undefined,
  options: TopicOptions,
  effects: Effects,
): Promise<TopicTree> {
  if (!previous?.hasSameTopics) return findTopics(vectors, graph, options, effects);
  const { previousRowOf, topics, newPapers: before } = previous;
  const newPapers = before + previousRowOf.reduce((sum, row) => sum + (row === NONE ? 1 : 0), 0);
  const extended =
    newPapers <= MAX_NEW_PAPERS_SHARE * graph.count ? extendTree(topics.tree, previousRowOf, graph) : undefined;
  if (!extended) return findTopics(vectors, graph, options, effects, { tree: topics.tree, previousRowOf });
  const progress = effects.begin('topics', graph.count);
  const { length: count } = nodesOfLevel(extended, extended.chosenLevel);
  progress.end(`${count} topics, ${extended.levels.length} levels, with the new papers in them`);
  return extended;
}
