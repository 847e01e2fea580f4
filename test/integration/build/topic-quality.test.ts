/** What topics are worth on real papers: the sample, and labeled sets that stand beside the checkout, where they do. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { vMeasure } from '../../../pipeline/core/algorithms/clustering-metrics.ts';
import { nearestOnly } from '../../../pipeline/core/knn-graph.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { chosenTopics, OUTLIER } from '../../../pipeline/core/topic-tree.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { readLabeledSet } from '../../../pipeline/evaluation/datasets.ts';
import { openSources } from '../../../pipeline/ingest/sources.ts';
import { buildKnnGraph } from '../../../pipeline/search/vector/build-knn-graph.ts';
import { buildIndex } from '../../../pipeline/search/vector/hnsw.ts';
import { folded } from '../../../pipeline/topics/clustering/features.ts';
import { growTree } from '../../../pipeline/topics/clustering/hierarchy.ts';
import { findTopics } from '../../../pipeline/topics/find-topics.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { exactGraph } from '../../fixtures/exact-graph.ts';
import { leapsOf } from '../../fixtures/nested-vectors.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';

const newFolder = scratchFolders();
const effects = quietEffects();
const options = { resolution: 1, minTopicSize: 5, seed: 42 };
let model: Embedder;

beforeAll(async () => {
  model = await openEmbedder('embedded', newFolder(), effects);
});
afterAll(() => model.close());

const embedded = async (papers: readonly Paper[]) =>
  (await embedPapers(papers, model, { read: () => false, append: () => undefined }, effects)).vectors;

describe('the topics of the sample', () => {
  test('do not leap when an option moves by a tenth', async () => {
    const vectors = await embedded(await samplePapers());
    const whole = exactGraph(vectors, 24);
    const short = await folded(vectors, effects.signal);
    const count = (k: number, change: Partial<typeof options>) => {
      const task = { vectors: short, graph: nearestOnly(whole, k), options: { ...options, ...change } };
      return chosenTopics(growTree(task, () => undefined)).count;
    };
    const resolutions = Array.from({ length: 25 }, (_, step) => 0.4 * 1.1 ** step);
    expect(
      leapsOf(
        resolutions,
        resolutions.map((resolution) => count(15, { resolution })),
      ),
    ).toEqual([]);
    const neighbors = [10, 11, 12, 13, 14, 15, 16, 17, 18];
    expect(
      leapsOf(
        neighbors,
        neighbors.map((k) => count(k, {})),
      ),
    ).toEqual([]);
    const smallest = [2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(
      leapsOf(
        smallest,
        smallest.map((minTopicSize) => count(15, { minTopicSize })),
      ),
    ).toEqual([]);
  });
});

/** k-means that is told how many labels there are reaches .516 and .628; another processor may round us a little lower. */
describe('agreement with the labels of', () => {
  test.for([
    ['arxiv_groups', 0.505],
    ['arxiv_2026', 0.63],
  ] as const)('%s is V %s at least', { timeout: 120_000 }, async ([set, floor], { skip }) => {
    const path = new URL(`../../../../shared/eval/${set}/data.jsonl.xz`, import.meta.url).pathname;
    skip(!existsSync(path), `${set} is not beside this checkout`);
    const labeled = await readLabeledSet((await openSources([path], process.stdin))[0]);
    const vectors = await embedded(labeled.papers);
    const leading = model.card.leadingDimensions;
    const index = await buildIndex(vectors, { m: 16, efConstruction: 200, seed: 42, leading }, effects);
    const graph = await buildKnnGraph(vectors, index, { k: 15 }, effects);
    const { topicOfRow } = chosenTopics(await findTopics(vectors, graph, options, effects));
    expect(vMeasure(labeled.labelOfRow, topicOfRow)).toBeGreaterThanOrEqual(floor);
    const left = topicOfRow.filter((topic) => topic === OUTLIER).length;
    expect(left / topicOfRow.length).toBeLessThanOrEqual(0.15);
  });
});
