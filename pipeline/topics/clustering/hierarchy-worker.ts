import { parentPort, workerData } from 'node:worker_threads';
import type { TopicTree } from '../../core/topic-tree.ts';
import type { Told } from '../../runtime/worker-thread.ts';
import { growTree, type TreeTask } from './hierarchy.ts';

/** A thread for one tree: says which share of the work is done, then the tree. */
const tell = (told: Told<TopicTree>) => parentPort?.postMessage(told);

tell({ result: growTree(workerData as TreeTask, (share) => tell({ at: share })) });
