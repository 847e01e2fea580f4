/** Quality of topics on real papers: the sample, and labeled sets if they are next to the checkout. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { vMeasure } from '../../../pipeline/core/algorithms/clustering-agreement.ts';
import { runToCompletion } from '../../../pipeline/core/cooperative.ts';
import { truncateNeighbors } from '../../../pipeline/core/knn-graph.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { assignTopicsAtChosenLevel, OUTLIER } from '../../../pipeline/core/topic-tree.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { readLabeledSet } from '../../../pipeline/evaluation/datasets.ts';
import { resolveSources } from '../../../pipeline/ingest/source-files.ts';
import { buildKnnGraph } from '../../../pipeline/search/vector/build-knn-graph.ts';
import { buildHnswWithProgress } from '../../../pipeline/search/vector/hnsw.ts';
import { buildTopicTree } from '../../../pipeline/topics/clustering/build-topic-tree.ts';
import { sketchVectors } from '../../../pipeline/topics/clustering/features.ts';
import { findTopics } from '../../../pipeline/topics/find-topics.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { exactGraph } from '../../fixtures/exact-graph.ts';
import { jumpsOf } from '../../fixtures/nested-vectors.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const effects = silentEffects();
const options = { resolution: 1, minTopicSize: 5, seed: 42 };
let model: Embedder;

beforeAll(async () => {
  model = await openEmbedder('embedded', newFolder(), effects);
});
afterAll(() => model.close());

const embedded = async (papers: readonly Paper[]) =>
  (await embedPapers(papers, model, { read: () => false, append: () => undefined }, effects)).vectors;

describe('the topics of the sample', () => {
  test('do not jump in number when an option changes by about a tenth', { timeout: 120_000 }, async () => {
    const vectors = await embedded(await samplePapers());
    const graph = exactGraph(vectors, 24);
    const sketches = runToCompletion(sketchVectors(vectors));
    const countTopics = (k: number, changed: Partial<typeof options>) => {
      const task = { vectors: sketches, graph: truncateNeighbors(graph, k), options: { ...options, ...changed } };
      return assignTopicsAtChosenLevel(runToCompletion(buildTopicTree(task))).count;
    };
    const expectNoJumps = (values: readonly number[], countAt: (value: number) => number) =>
      expect(jumpsOf(values, values.map(countAt))).toEqual([]);
    const resolutions = Array.from({ length: 25 }, (_, step) => 0.4 * 1.1 ** step);
    expectNoJumps(resolutions, (resolution) => countTopics(15, { resolution }));
    expectNoJumps([10, 11, 12, 13, 14, 15, 16, 17, 18], (k) => countTopics(k, {}));
    expectNoJumps([2, 3, 4, 5, 6, 7, 8, 9, 10], (minTopicSize) => countTopics(15, { minTopicSize }));
  });
});

/** k-means that is given the number of labels reaches 0.516 and 0.628. Another processor may round a little worse. */
describe('agreement with the labels of', () => {
  test.for([
    ['arxiv_groups', 0.505],
    ['arxiv_2026', 0.63],
  ] as const)('%s has a V-measure of at least %s', { timeout: 400_000 }, async ([set, minimum], { skip }) => {
    const path = new URL(`../../../../shared/eval/${set}/data.jsonl.xz`, import.meta.url).pathname;
    skip(!existsSync(path), `${set} is not next to this checkout`);
    const labeled = await readLabeledSet((await resolveSources([path], process.stdin))[0]);
    const vectors = await embedded(labeled.papers);
    const { leadingDimensions } = model.settings;
    const index = await buildHnswWithProgress(
      vectors,
      { m: 16, efConstruction: 200, seed: 42, leadingDimensions },
      effects,
    );
    const graph = await buildKnnGraph(vectors, index, { k: 15 }, effects);
    const { topicOfRow } = assignTopicsAtChosenLevel(await findTopics(vectors, graph, options, effects));
    expect(vMeasure(labeled.labelOfRow, topicOfRow)).toBeGreaterThanOrEqual(minimum);
    const outliers = topicOfRow.filter((topic) => topic === OUTLIER).length;
    expect(outliers / topicOfRow.length).toBeLessThanOrEqual(0.15);
  });
});
