import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { nodesOfLevel, type TopicTree } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { runThread } from '../runtime/worker-thread.ts';
import { folded } from './clustering/features.ts';
import { growTree, type TopicOptions, type TreeTask } from './clustering/hierarchy.ts';
import type { OnShare } from './clustering/share.ts';
import type { PreviousGroups } from './clustering/warm-start.ts';

/** Up to so many papers a thread would take longer to start than the tree does to grow. */
const HERE_UP_TO = 4_000;

/**
 * Grows a tree, that of many papers on a thread of its own. The tree is the same either way.
 *
 * @param task its vectors are given to the thread: they are no longer there afterwards
 * @param signal stops it: the promise is rejected with the signal's reason
 */
export async function growTreeAside(task: TreeTask, onShare: OnShare, signal: AbortSignal): Promise<TopicTree> {
  signal.throwIfAborted();
  if (task.graph.count <= HERE_UP_TO) return growTree(task, onShare);
  const file = new URL('./clustering/hierarchy-worker.mjs', import.meta.url);
  const given = [task.vectors.data.buffer as ArrayBuffer];
  return runThread({ file, name: 'topic tree', task, given }, onShare, signal);
}

/** Progress is told in this many parts: a tree takes several passes over the papers, none like the other. */
const PARTS = 100;

/**
 * Fields, topics and their parts, from the kNN graph and the vectors. Equal input gives an equal tree.
 *
 * @param previous a tree that was found by the same options: its groups are kept where they are as good as new ones
 */
export async function findTopics(
  vectors: Vectors,
  graph: KnnGraph,
  options: TopicOptions,
  effects: Effects,
  previous?: PreviousGroups,
): Promise<TopicTree> {
  const progress = effects.begin('topics', PARTS);
  const short = await folded(vectors, effects.signal);
  const task = { vectors: short, graph, options, previous };
  const tree = await growTreeAside(task, (share) => progress.at(Math.floor(share * PARTS)), effects.signal);
  progress.end(`${nodesOfLevel(tree, tree.chosenLevel).length} topics, ${tree.levels.length} levels`);
  return tree;
}
