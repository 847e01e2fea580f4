import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { nodesOfLevel, type TopicTree } from '../core/topics.ts';
import type { Vectors } from '../core/vectors.ts';
import { folded } from './topics/features.ts';
import type { FormerGroups } from './topics/former-groups.ts';
import type { TopicOptions } from './topics/tree.ts';
import { growTreeAside } from './topics/tree-thread.ts';

/** Progress is told in this many parts: a tree takes several passes over the papers, none like the other. */
const PARTS = 100;

/**
 * Fields, topics and their parts, from the kNN graph and the vectors. Equal input gives an equal tree.
 *
 * @param former a tree that was found by the same options: its groups are kept where they are as good as new ones
 */
export async function findTopics(
  vectors: Vectors,
  graph: KnnGraph,
  options: TopicOptions,
  effects: Effects,
  former?: FormerGroups,
): Promise<TopicTree> {
  const progress = effects.begin('topics', PARTS);
  const short = await folded(vectors, effects.signal);
  const task = { vectors: short, graph, options, former };
  const tree = await growTreeAside(task, (share) => progress.at(Math.floor(share * PARTS)), effects.signal);
  progress.end(`${nodesOfLevel(tree, tree.chosenLevel).length} topics, ${tree.levels.length} levels`);
  return tree;
}
