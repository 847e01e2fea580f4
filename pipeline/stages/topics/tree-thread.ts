import type { TopicTree } from '../../core/topics.ts';
import { runThread } from '../thread.ts';
import type { OnShare } from './share.ts';
import { growTree, type TreeTask } from './tree.ts';

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
  const file = new URL('./tree-worker.mjs', import.meta.url);
  const given = [task.vectors.data.buffer as ArrayBuffer];
  return runThread({ file, name: 'topic tree', task, given }, onShare, signal);
}
