/** Finds topics: builds the topic tree from the kNN graph and the vectors, in a worker thread. Names come later. */
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { cutAtLevel, type TopicTree } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import { runInWorker } from '../runtime/worker-thread.ts';
import { buildTopicTree, type TopicOptions, type TopicTreeTask } from './clustering/build-topic-tree.ts';
import { sketchVectors } from './clustering/features.ts';
import type { WarmStart } from './clustering/warm-start.ts';

/**
 * Up to this many papers the tree is built on the main thread: starting a worker thread would take longer than the
 * work.
 */
const MAX_PAPERS_WITHOUT_WORKER = 4_000;

/**
 * Progress is shown in percent and not in papers, because building a tree takes several different passes over the
 * papers.
 */
const PROGRESS_STEPS = 100;

/**
 * Finds super-topics, topics and subtopics from the kNN graph and the vectors. Equal input gives an equal tree. Runs in
 * a worker thread unless there are few papers.
 *
 * @param warmStart a previous tree built with the same options: its topics are kept while they are about as good as new
 *   ones
 * @throws the reason of `effects.signal` if it is aborted
 */
export async function findTopics(
  vectors: Vectors,
  graph: KnnGraph,
  options: TopicOptions,
  effects: Effects,
  warmStart?: WarmStart,
): Promise<TopicTree> {
  const progress = effects.startProgress('topics', PROGRESS_STEPS);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_STEPS));
  const sketches = await runBuildTask(sketchVectors(vectors), effects.signal);
  const input: TopicTreeTask = { vectors: sketches, graph, options, warmStart };
  const module = new URL('./clustering/build-topic-tree.ts', import.meta.url);
  const transfer = [sketches.data.buffer as ArrayBuffer];
  const tree =
    graph.count <= MAX_PAPERS_WITHOUT_WORKER
      ? await runBuildTask(buildTopicTree(input), effects.signal, onProgress)
      : await runInWorker({ module, run: buildTopicTree, input, transfer }, onProgress, effects.signal);
  progress.finish(`${cutAtLevel(tree, tree.chosenLevel).length} topics, ${tree.levels.length} levels`);
  return tree;
}
