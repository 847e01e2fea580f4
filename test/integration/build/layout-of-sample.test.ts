/** The quality of the map of the sample corpus, with lower bounds. */
import { beforeAll, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { runToCompletion } from '../../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../../../pipeline/core/map-positions.ts';
import type { Vectors } from '../../../pipeline/core/vectors.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { readPapers } from '../../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../../pipeline/ingest/source-files.ts';
import { type LayoutOptions, layOutPapers } from '../../../pipeline/map/layout.ts';
import type { LayoutAlgorithmName } from '../../../pipeline/map/layout-algorithm.ts';
import { placeNewPapers } from '../../../pipeline/map/place-new-papers.ts';
import { type MapQuality, mapQuality } from '../../../pipeline/map/quality.ts';
import { exactGraph } from '../../fixtures/exact-graph.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const effects = silentEffects();
const sampleFolder = new URL('../../../data/sample/', import.meta.url).pathname;
const defaults: LayoutOptions = { layoutAlgorithm: 'umap', minDist: 0.1, negativeSampleRate: 20, epochs: 0, seed: 42 };

let vectors: Vectors;
let graph: KnnGraph;
let map: MapPositions;
let quality: MapQuality;

beforeAll(async () => {
  const model = await openEmbedder('embedded', newFolder(), effects);
  const { papers } = await readPapers(await resolveSources([sampleFolder], process.stdin), effects);
  ({ vectors } = await embedPapers(papers, model, { read: () => false, append: () => undefined }, effects));
  await model.close();
  graph = exactGraph(vectors, 15);
  map = await layOutPapers(vectors, graph, defaults, effects);
  quality = runToCompletion(mapQuality(vectors, graph, map, 1));
});

test('papers that are near on the map are similar, and nearly half of the most similar papers are near', () => {
  expect(quality.trustworthiness).toBeGreaterThan(0.87);
  expect(quality.neighborRecall).toBeGreaterThan(0.42);
  expect(quality.distanceCorrelation).toBeGreaterThan(0.33);
  const sorted = quality.rowNeighborRecall.slice().sort();
  expect(sorted[sorted.length >> 1]).toBeGreaterThan(0.6);
});

test('our UMAP is as good as umap-js from the same graph: both measures within 0.01, as means of three seeds', async () => {
  const mean = async (layoutAlgorithm: LayoutAlgorithmName) => {
    const sums = { trustworthiness: 0, neighborRecall: 0 };
    for (const seed of [1, 2, 3]) {
      const options = { layoutAlgorithm, minDist: 0.1, negativeSampleRate: 5, epochs: 200, seed };
      const other = await layOutPapers(vectors, graph, options, effects);
      const measured = runToCompletion(mapQuality(vectors, graph, other, 1));
      sums.trustworthiness += (measured.trustworthiness ?? Number.NaN) / 3;
      sums.neighborRecall += (measured.neighborRecall ?? Number.NaN) / 3;
    }
    return sums;
  };
  const ours = await mean('umap');
  const reference = await mean('umap-js');
  expect(Math.abs(ours.trustworthiness - reference.trustworthiness)).toBeLessThan(0.01);
  expect(Math.abs(ours.neighborRecall - reference.neighborRecall)).toBeLessThan(0.01);
});

test('papers that are placed out of sample have nearly as many neighbors near', () => {
  const isNew = (row: number) => row % 20 === 3;
  const known = Uint8Array.from(map.x, (_, row) => (isNew(row) ? 0 : 1));
  const placed = runToCompletion(mapQuality(vectors, graph, placeNewPapers(graph, { ...map, known }, defaults), 1));
  const meanOfNew = ({ rowNeighborRecall }: MapQuality) => {
    const recalls = rowNeighborRecall.filter((_, row) => isNew(row));
    return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
  };
  expect(meanOfNew(placed)).toBeGreaterThan(meanOfNew(quality) - 0.1);
});
