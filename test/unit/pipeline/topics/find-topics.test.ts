import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { buildTopicTree } from '../../../../pipeline/topics/clustering/build-topic-tree.ts';
import { findTopics } from '../../../../pipeline/topics/find-topics.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

const options = { resolution: 1, minTopicSize: 5, seed: 42 };

describe('findTopics', () => {
  // Enough papers for a worker thread.
  const vectors = clusteredVectors(4300, 12, 20, 0.4, createSeededRandom(9));
  const graph = exactGraph(vectors, 6);

  test('gives the same tree in a worker thread, and reports progress all the way', async () => {
    const reported: number[] = [];
    const startProgress = () => ({ update: (done: number) => reported.push(done), finish: () => undefined });
    const dataBefore = vectors.data.slice();
    const tree = await findTopics(vectors, graph, options, { ...silentEffects(), startProgress });
    expect(tree).toEqual(runToCompletion(buildTopicTree({ vectors, graph, options })));
    // What was transferred to the worker is a copy.
    expect(vectors.data).toEqual(dataBefore);
    expect(reported).toEqual([...reported].sort((a, b) => a - b));
    expect(reported.at(-1)).toBe(100);
    expect(Math.max(...reported.map((done, i) => done - (reported[i - 1] ?? 0)))).toBeLessThanOrEqual(15);
  });

  test('stops at once when the run is aborted', async () => {
    const abortion = new AbortController();
    let reportsAfterAbort = 0;
    const update = () => {
      if (abortion.signal.aborted) reportsAfterAbort++;
      abortion.abort();
    };
    const effects = {
      ...silentEffects(abortion.signal),
      startProgress: () => ({ update, finish: () => undefined }),
    };
    await expect(findTopics(vectors, graph, options, effects)).rejects.toThrow(/abort/i);
    expect(reportsAfterAbort).toBe(0);
    await expect(findTopics(vectors, graph, options, effects)).rejects.toThrow(/abort/i);
  });
});
