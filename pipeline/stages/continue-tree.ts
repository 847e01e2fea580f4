import type { Effects } from '../core/effects.ts';
import { extendTree } from '../core/extend-tree.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { NONE } from '../core/topic-identity.ts';
import { nodesOfLevel, type TopicTree } from '../core/topics.ts';
import type { Vectors } from '../core/vectors.ts';
import { MOST_NEWCOMERS } from './continue-map.ts';
import type { TopicOptions } from './topics/tree.ts';
import { findTopics } from './topics.ts';

/** A tree that was there before. */
export interface FormerTree {
  readonly topics: { readonly tree: TopicTree };
  /** The former row of each row, NONE for a paper that was not there. */
  readonly formerRowOf: Int32Array;
  /** Whether it was found by the same options. */
  readonly hasSameTopics: boolean;
  /** Papers that were put into it since it was found. */
  readonly newcomers: number;
}

/**
 * Fields, topics and their parts. While few papers are new they are put into the former tree, as they are placed on the
 * former map: found anew each night, the finer topics of equally good trees would come and go. With more newcomers the tree
 * is found anew, from the former one's groups.
 */
export async function continueTree(
  vectors: Vectors,
  graph: KnnGraph,
  former: FormerTree | undefined,
  options: TopicOptions,
  effects: Effects,
): Promise<TopicTree> {
  if (!former?.hasSameTopics) return findTopics(vectors, graph, options, effects);
  const { formerRowOf, topics, newcomers: before } = former;
  const newcomers = before + formerRowOf.reduce((sum, row) => sum + (row === NONE ? 1 : 0), 0);
  const extended = newcomers <= MOST_NEWCOMERS * graph.count ? extendTree(topics.tree, formerRowOf, graph) : undefined;
  if (!extended) return findTopics(vectors, graph, options, effects, { tree: topics.tree, formerRowOf });
  const progress = effects.begin('topics', graph.count);
  const { length: count } = nodesOfLevel(extended, extended.chosenLevel);
  progress.end(`${count} topics, ${extended.levels.length} levels, with the new papers in them`);
  return extended;
}
