import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { PaperText } from '../../../pipeline/core/paper.ts';
import { vectorAt } from '../../../pipeline/core/vectors.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import { type Embedder, embeddingInputOf } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { openVectorCache } from '../../../pipeline/store/vector-cache.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const effects = silentEffects();
let model: Embedder;
/** Every text that went through the model `counting`, in batches. */
let embeddedTexts: string[][] = [];
let counting: Embedder;

beforeAll(async () => {
  model = await openEmbedder('fast', newFolder(), effects);
  counting = {
    ...model,
    embed(texts, onProgress) {
      embeddedTexts.push([...texts]);
      return model.embed(texts, onProgress);
    },
  };
});
afterAll(() => model.close());

const newCache = (folder = newFolder()) =>
  openVectorCache(join(folder, 'vectors'), model.fingerprint, model.settings.dimensions, (line) =>
    expect.unreachable(line),
  );
const paper = (title: string, abstract = 'We train robots to push and to grasp.'): PaperText => ({ title, abstract });
/** A hash of a vector: equal only for vectors that are equal to the bit. */
const hashOf = (vector: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
    .digest('hex')
    .slice(0, 12);
async function hashOfSingle(paper: PaperText): Promise<string> {
  return hashOf(await model.embed([embeddingInputOf(model.settings, paper)]));
}

describe('embedPapers', () => {
  test('gives each paper its vector, in the order of the papers, in any batch', async () => {
    const words = fc.array(fc.constantFrom('robots', 'diffusion', 'policy', 'of', '深度', 'x²', 'GPT-4', '🦜'), {
      maxLength: 40,
    });
    const papers = fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 90 });
    await fc.assert(
      fc.asyncProperty(papers, async (texts) => {
        const passages = texts.map(([title, abstract]) => paper(title.join(' '), abstract.join(' ')));
        const { vectors } = await embedPapers(passages, model, newCache(), effects);
        for (const [row, passage] of passages.entries()) {
          expect(hashOf(vectorAt(vectors, row))).toBe(await hashOfSingle(passage));
        }
      }),
      { numRuns: 5 },
    );
  });

  test('embeds a repeated text once', async () => {
    embeddedTexts = [];
    const papers = ['A', 'B', 'A', 'C', 'B', 'A'].map((title) => paper(title));
    const { vectors, embedded, reused } = await embedPapers(papers, counting, newCache(), effects);
    expect([embedded, reused]).toEqual([3, 0]);
    expect(embeddedTexts.flat().sort()).toEqual(
      ['A', 'B', 'C'].map((title) => embeddingInputOf(model.settings, paper(title))),
    );
    expect(hashOf(vectorAt(vectors, 2))).toBe(hashOf(vectorAt(vectors, 0)));
    expect(hashOf(vectorAt(vectors, 1))).not.toBe(hashOf(vectorAt(vectors, 0)));
  });

  test('embeds only new texts in a later build, and the vectors are the same to the bit', async () => {
    const folder = newFolder();
    const first = [paper('A'), paper('B'), paper('C')];
    const before = await embedPapers(first, model, newCache(folder), effects);
    embeddedTexts = [];
    const second = [paper('C'), paper('New'), paper('A'), paper('B', 'A corrected abstract.')];
    const after = await embedPapers(second, counting, newCache(folder), effects);
    expect([after.embedded, after.reused]).toEqual([2, 2]);
    expect(embeddedTexts.flat().sort()).toEqual(
      [second[3], second[1]].map((one) => embeddingInputOf(model.settings, one)).sort(),
    );
    expect(hashOf(vectorAt(after.vectors, 0))).toBe(hashOf(vectorAt(before.vectors, 2)));
    for (const [row, one] of second.entries())
      expect(hashOf(vectorAt(after.vectors, row))).toBe(await hashOfSingle(one));
    embeddedTexts = [];
    expect(await embedPapers(second, counting, newCache(folder), effects)).toMatchObject({ embedded: 0, reused: 4 });
    expect(embeddedTexts).toEqual([]);
  });

  test('does not embed a paper again if only its date changed', async () => {
    const folder = newFolder();
    const dated = (date: string) => [{ ...paper('A'), id: 'a', date }];
    await embedPapers(dated('2024'), model, newCache(folder), effects);
    expect(await embedPapers(dated('2025'), model, newCache(folder), effects)).toMatchObject({
      embedded: 0,
      reused: 1,
    });
  });

  test('of no papers gives no vectors', async () => {
    const { vectors, embedded } = await embedPapers([], model, newCache(), effects);
    expect([vectors.count, vectors.data.length, embedded]).toEqual([0, 0, 0]);
  });

  test('stops if the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(embedPapers([paper('A')], model, newCache(), silentEffects(stop.signal))).rejects.toThrow(/abort/i);
  });
});
