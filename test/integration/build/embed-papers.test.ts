import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import type { Passage } from '../../../pipeline/core/paper.ts';
import { vectorAt } from '../../../pipeline/core/vectors.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import { type Embedder, passageText } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { openVectorCache } from '../../../pipeline/store/vector-cache.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
const effects = quietEffects();
let model: Embedder;
/** Every text that went through the model, in batches. */
let asked: string[][] = [];
let counting: Embedder;

beforeAll(async () => {
  model = await openEmbedder('embedded', newFolder(), effects);
  counting = {
    ...model,
    embed(texts, onText) {
      asked.push([...texts]);
      return model.embed(texts, onText);
    },
  };
});
afterAll(() => model.close());

const newCache = (folder = newFolder()) =>
  openVectorCache(join(folder, 'vectors'), model.fingerprint, model.card.dimensions, (line) =>
    expect.unreachable(line),
  );
const paper = (title: string, abstract = 'We train robots to push and to grasp.'): Passage => ({ title, abstract });
/** Equal for vectors that are equal to the bit. */
const bits = (vector: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
    .digest('hex')
    .slice(0, 12);
async function alone(one: Passage): Promise<string> {
  return bits(await model.embed([passageText(model.card, one)]));
}

describe('embedPapers', () => {
  test('gives each paper its own vector, in the order of the papers, whatever it was batched with', async () => {
    const words = fc.array(fc.constantFrom('robots', 'diffusion', 'policy', 'of', '深度', 'x²', 'GPT-4', '🦜'), {
      maxLength: 40,
    });
    const papers = fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 90 });
    await fc.assert(
      fc.asyncProperty(papers, async (texts) => {
        const passages = texts.map(([title, abstract]) => paper(title.join(' '), abstract.join(' ')));
        const { vectors } = await embedPapers(passages, model, newCache(), effects);
        for (const [row, passage] of passages.entries()) {
          expect(bits(vectorAt(vectors, row))).toBe(await alone(passage));
        }
      }),
      { numRuns: 5 },
    );
  });

  test('embeds a text that stands several times once', async () => {
    asked = [];
    const papers = ['A', 'B', 'A', 'C', 'B', 'A'].map((title) => paper(title));
    const { vectors, embedded, reused } = await embedPapers(papers, counting, newCache(), effects);
    expect([embedded, reused]).toEqual([3, 0]);
    expect(asked.flat().sort()).toEqual(['A', 'B', 'C'].map((title) => passageText(model.card, paper(title))));
    expect(bits(vectorAt(vectors, 2))).toBe(bits(vectorAt(vectors, 0)));
    expect(bits(vectorAt(vectors, 1))).not.toBe(bits(vectorAt(vectors, 0)));
  });

  test('embeds only what is new, the next night too, and the vectors are the same to the bit', async () => {
    const folder = newFolder();
    const first = [paper('A'), paper('B'), paper('C')];
    const before = await embedPapers(first, model, newCache(folder), effects);
    asked = [];
    const second = [paper('C'), paper('New'), paper('A'), paper('B', 'A corrected abstract.')];
    const after = await embedPapers(second, counting, newCache(folder), effects);
    expect([after.embedded, after.reused]).toEqual([2, 2]);
    expect(asked.flat().sort()).toEqual([second[3], second[1]].map((one) => passageText(model.card, one)).sort());
    expect(bits(vectorAt(after.vectors, 0))).toBe(bits(vectorAt(before.vectors, 2)));
    for (const [row, one] of second.entries()) expect(bits(vectorAt(after.vectors, row))).toBe(await alone(one));
    asked = [];
    expect(await embedPapers(second, counting, newCache(folder), effects)).toMatchObject({ embedded: 0, reused: 4 });
    expect(asked).toEqual([]);
  });

  test('does not look at what tells no text: authors and dates may change', async () => {
    const folder = newFolder();
    const dated = (date: string) => [{ ...paper('A'), id: 'a', date }];
    await embedPapers(dated('2024'), model, newCache(folder), effects);
    expect(await embedPapers(dated('2025'), model, newCache(folder), effects)).toMatchObject({
      embedded: 0,
      reused: 1,
    });
  });

  test('of no papers is no vectors', async () => {
    const { vectors, embedded } = await embedPapers([], model, newCache(), effects);
    expect([vectors.count, vectors.data.length, embedded]).toEqual([0, 0, 0]);
  });

  test('stops where the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(embedPapers([paper('A')], model, newCache(), quietEffects(stop.signal))).rejects.toThrow(/abort/i);
  });
});
