import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { readTokenVectors, type TokenVectors } from '../../../pipeline/embedding/token-vectors.ts';
import type { Tokenizer } from '../../../pipeline/embedding/tokenizer-types.ts';
import { encodeOnnxModel } from '../../../pipeline/training/onnx-writer.ts';
import { createStaticModelGraph, quantizeRows } from '../../../pipeline/training/static-model-graph.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { tinyFiles, tinyGraph, writeModel } from '../../fixtures/tiny-model.ts';

const newFolder = tempFolders();

describe('the token vectors of the fast model', () => {
  let embedder: Embedder;
  let vectors: TokenVectors;
  beforeAll(async () => {
    embedder = await openEmbedder('fast', newFolder(), silentEffects());
    const found = embedder.tokenVectors?.();
    if (!found) throw new Error('the fast model has no token vectors');
    vectors = found;
  });
  afterAll(() => embedder.close());

  test('sum up to the vector that the graph gives', async () => {
    const texts = (await samplePapers()).slice(0, 40).map(({ abstract }) => abstract);
    const embedded = await embedder.embed(texts);
    expect(vectors.dimensions).toBe(embedder.settings.dimensions);
    for (const [i, text] of texts.entries()) {
      const counts = new Map<number, number>();
      for (const token of vectors.tokenize(text)) counts.set(token, (counts.get(token) ?? 0) + 1);
      const weights = [...counts.values()].map((n) => n ** vectors.saturation);
      const sum = vectors.weightedSum([...counts.keys()], weights);
      const length = Math.hypot(...sum);
      const expected = embedded.subarray(i * sum.length, (i + 1) * sum.length);
      expect(Math.max(...sum.map((value, d) => Math.abs(value / length - expected[d])))).toBeLessThan(1e-4);
      const dotOf = vectors.dotProductsWith(expected);
      const product = [...counts.keys()].reduce((all, token, at) => all + weights[at] * dotOf(token), 0);
      expect(product / length).toBeCloseTo(1, 5);
    }
  });

  test('are read only once', () => {
    expect(embedder.tokenVectors?.()).toBe(vectors);
  });
});

const noTokens: Tokenizer = () => ({ offsets: Int32Array.of(0, 0), columns: { input_ids: new Int32Array(0) } });

/** The ONNX file of a model with some random tokens, as training writes it. */
function modelOf(rows: number, dimensions: number, saturation: number) {
  const random = createSeededRandom(rows * dimensions);
  const vectors = Float32Array.from({ length: rows * dimensions }, () => random() - 0.5);
  const table = quantizeRows(vectors, new Float32Array(rows).fill(2), dimensions);
  return encodeOnnxModel(createStaticModelGraph(table, saturation));
}

describe('the token vectors of a graph', () => {
  test('of any width have dot products and sums that agree', () => {
    const widths = fc.integer({ min: 1, max: 20 }).map((width) => 4 * width);
    fc.assert(
      fc.property(
        widths,
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.float({ noNaN: true, min: -1, max: 1 })),
        (dimensions, rows, stream) => {
          const vectors = readTokenVectors(modelOf(rows, dimensions, 0.5), noTokens, 8);
          if (!vectors) throw new Error('not recognized');
          expect(vectors.dimensions).toBe(dimensions);
          expect(vectors.saturation).toBeCloseTo(0.5, 6);
          const query = Float32Array.from({ length: dimensions }, () => stream.next().value);
          const dotOf = vectors.dotProductsWith(query);
          for (let token = 0; token < rows; token++) {
            const own = vectors.weightedSum([token], [1]);
            expect(dotOf(token)).toBeCloseTo(
              own.reduce((sum, value, d) => sum + value * query[d], 0),
              4,
            );
          }
          const all = Array.from({ length: rows }, (_, token) => token);
          const together = vectors.weightedSum(all, all);
          const alone = all.map((token) => vectors.weightedSum([token], [1]));
          for (const [d, value] of together.entries()) {
            expect(value).toBeCloseTo(
              alone.reduce((sum, own, token) => sum + token * own[d], 0),
              3,
            );
          }
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  test('without saturation have the exponent 1', () => {
    expect(readTokenVectors(modelOf(3, 8, 1), noTokens, 8)?.saturation).toBe(1);
  });

  test('are undefined for a graph that training did not make', async () => {
    expect(readTokenVectors(tinyGraph({ output: 'sentence_embedding' }), noTokens, 8)).toBeUndefined();
    for (const output of ['sentence_embedding', 'last_hidden_state'] as const) {
      const folder = writeModel(join(newFolder(), output), tinyFiles({ output }));
      const embedder = await openEmbedder(folder, newFolder(), silentEffects());
      expect(embedder.tokenVectors?.()).toBeUndefined();
      await embedder.close();
    }
  });

  test('are undefined for a truncated file and for one that is not a model', () => {
    const file = modelOf(4, 8, 0.7);
    for (let length = 0; length < file.length; length += 7) {
      expect(readTokenVectors(file.subarray(0, length), noTokens, 8)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readTokenVectors(bytes, noTokens, 8)).toBeUndefined();
      }),
    );
    expect(readTokenVectors(readFileSync(import.meta.filename), noTokens, 8)).toBeUndefined();
  });
});
