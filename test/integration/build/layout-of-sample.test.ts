/** What the map of the sample's papers is worth, in numbers with floors. */
import { beforeAll, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { finished } from '../../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../../pipeline/core/knn-graph.ts';
import type { Projection } from '../../../pipeline/core/map-positions.ts';
import type { Vectors } from '../../../pipeline/core/vectors.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { parse } from '../../../pipeline/ingest/parse-sources.ts';
import { openSources } from '../../../pipeline/ingest/sources.ts';
import { type ProjectOptions, projectPapers } from '../../../pipeline/map/layout.ts';
import { placeNewPapers } from '../../../pipeline/map/out-of-sample.ts';
import type { ProjectorName } from '../../../pipeline/map/projector.ts';
import { type MapTrust, measureMap } from '../../../pipeline/map/quality.ts';
import { exactGraph } from '../../fixtures/exact-graph.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';

const newFolder = scratchFolders();
const effects = quietEffects();
const sampleFolder = new URL('../../../data/sample/', import.meta.url).pathname;
const defaults: ProjectOptions = { projector: 'kernel', minDist: 0.1, negativeSampleRate: 20, epochs: 0, seed: 42 };

let vectors: Vectors;
let graph: KnnGraph;
let map: Projection;
let trust: MapTrust;

beforeAll(async () => {
  const model = await openEmbedder('embedded', newFolder(), effects);
  const { papers } = await parse(await openSources([sampleFolder], process.stdin), effects);
  ({ vectors } = await embedPapers(papers, model, { read: () => false, append: () => undefined }, effects));
  await model.close();
  graph = exactGraph(vectors, 15);
  map = await projectPapers(vectors, graph, defaults, effects);
  trust = finished(measureMap(vectors, graph, map, 1));
});

test('papers that the map shows near are near, and half of what is near a paper is shown so', () => {
  expect(trust.trustworthiness).toBeGreaterThan(0.87);
  expect(trust.neighborRecall).toBeGreaterThan(0.42);
  expect(trust.distanceCorrelation).toBeGreaterThan(0.33);
  const sorted = trust.rows.slice().sort();
  expect(sorted[sorted.length >> 1]).toBeGreaterThan(0.6);
});

test('the kernel is worth what umap-js is from the same graph: both measures within .01, three seeds together', async () => {
  const mean = async (projector: ProjectorName) => {
    const sums = { trustworthiness: 0, neighborRecall: 0 };
    for (const seed of [1, 2, 3]) {
      const options = { projector, minDist: 0.1, negativeSampleRate: 5, epochs: 200, seed };
      const again = await projectPapers(vectors, graph, options, effects);
      const measured = finished(measureMap(vectors, graph, again, 1));
      sums.trustworthiness += (measured.trustworthiness ?? Number.NaN) / 3;
      sums.neighborRecall += (measured.neighborRecall ?? Number.NaN) / 3;
    }
    return sums;
  };
  const kernel = await mean('kernel');
  const reference = await mean('umap-js');
  expect(Math.abs(kernel.trustworthiness - reference.trustworthiness)).toBeLessThan(0.01);
  expect(Math.abs(kernel.neighborRecall - reference.neighborRecall)).toBeLessThan(0.01);
});

test('papers that were not laid out with the others are placed nearly as well', () => {
  const isNew = (row: number) => row % 20 === 3;
  const known = Uint8Array.from(map.x, (_, row) => (isNew(row) ? 0 : 1));
  const placed = finished(measureMap(vectors, graph, placeNewPapers(graph, { ...map, known }, defaults), 1));
  const meanOfNew = ({ rows }: MapTrust) => {
    const shares = rows.filter((_, row) => isNew(row));
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  expect(meanOfNew(placed)).toBeGreaterThan(meanOfNew(trust) - 0.1);
});
