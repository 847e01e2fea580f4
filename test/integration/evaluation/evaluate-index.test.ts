import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../pipeline/core/vectors.ts';
import { embedPapers, noEmbeddingCache } from '../../../pipeline/embedding/embed-papers.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { evaluateVectorIndex } from '../../../pipeline/evaluation/evaluate-index.ts';
import { buildHnsw, type VectorIndex } from '../../../pipeline/search/vector/hnsw.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const effects = silentEffects();
const options = { efSearch: 200, seed: 42 };

let papers: readonly Paper[];
let model: Embedder;
let vectors: Vectors;
let index: VectorIndex;

const indexOf = (some: Vectors) => buildHnsw(some, { m: 16, efConstruction: 200, seed: 42 });
const firstVectors = (count: number): Vectors => ({
  ...vectors,
  count,
  data: vectors.data.subarray(0, count * vectors.dimensions),
});

beforeAll(async () => {
  model = await openEmbedder('embedded', newFolder(), effects);
  papers = await samplePapers();
  ({ vectors } = await embedPapers(papers, model, noEmbeddingCache, effects));
  index = indexOf(vectors);
});
afterAll(() => model.close());

test('index and model have nearly perfect recall on the sample', async () => {
  const quality = await evaluateVectorIndex(papers, vectors, index, model, options, effects);
  expect(quality.recallAt10).toBeGreaterThanOrEqual(0.99);
  expect(quality.recallAt100).toBeGreaterThanOrEqual(0.99);
  expect(quality.titleRecallAt1).toBeGreaterThanOrEqual(0.9);
  expect(quality.titleRecallAt1).toBeLessThanOrEqual(1);
  expect(await evaluateVectorIndex(papers, vectors, index, model, options, effects)).toEqual(quality);
});

test('an index that returns far papers has low recall', async () => {
  // Whatever the query is, it returns the neighbors of row 3.
  const wrong: VectorIndex = {
    ...index,
    search(query, k, ef) {
      const { rows } = index.search(vectorAt(vectors, 3), k, ef);
      return { rows, similarities: Float32Array.from(rows, (row) => dotWithRow(vectors, row, query)) };
    },
  };
  const quality = await evaluateVectorIndex(papers, vectors, wrong, model, options, effects);
  expect(quality.recallAt10).toBeLessThan(0.3);
  expect(quality.titleRecallAt1).toBeLessThan(0.1);
});

test.each([1, 2, 5])('the recall among %s papers is 1', async (count) => {
  const few = firstVectors(count);
  expect(await evaluateVectorIndex(papers.slice(0, count), few, indexOf(few), model, options, effects)).toEqual({
    recallAt10: 1,
    recallAt100: 1,
    recallAt10StandardError: count === 1 ? null : 0,
    recallAt100StandardError: count === 1 ? null : 0,
    titleRecallAt1: 1,
  });
});

test('without papers nothing is measured', async () => {
  const none = firstVectors(0);
  expect(await evaluateVectorIndex([], none, indexOf(none), model, options, effects)).toEqual({
    recallAt10: null,
    recallAt100: null,
    recallAt10StandardError: null,
    recallAt100StandardError: null,
    titleRecallAt1: null,
  });
});
