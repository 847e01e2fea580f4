import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { type Embedder, embeddingInputOf } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { modelError } from '../../fixtures/tiny-embedder.ts';
import { tinyFiles, writeModel } from '../../fixtures/tiny-model.ts';

const newFolder = tempFolders();
const models = join(import.meta.dirname, '..', '..', '..', 'data', 'models');
const open = (source: string) => openEmbedder(source, newFolder(), silentEffects());

const parts = [
  { model: 'tiny', weight: 0.4 },
  { model: 'paperfield-static', weight: 0.6, dimensions: 512 },
];

/** A folder that combines a tiny transformer and the static model, which are beside it. */
function combinationFolder(settings: object = {}): string {
  const folder = newFolder();
  writeModel(join(folder, 'tiny'), tinyFiles());
  const model = 'paperfield-static';
  cpSync(join(models, model), join(folder, model), { recursive: true, filter: (path) => basename(path) !== 'onnx' });
  symlinkSync(join(models, model, 'onnx'), join(folder, model, 'onnx'));
  mkdirSync(join(folder, 'both'));
  const written = { name: 'both', version: '7', leadingDimensions: 520, parts, ...settings };
  writeFileSync(join(folder, 'both', 'paperfield.json'), JSON.stringify(written));
  return join(folder, 'both');
}

const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, d) => sum + value * b[d], 0) / Math.hypot(...a) / Math.hypot(...b);

describe('a combination of a transformer and the static model', () => {
  let both: Embedder;
  let contextual: Embedder;
  let fixed: Embedder;
  beforeAll(async () => {
    const folder = combinationFolder();
    [both, contextual, fixed] = await Promise.all([folder, join(folder, '..', 'tiny'), 'paperfield-static'].map(open));
  });
  afterAll(() => Promise.all([both, contextual, fixed].map((model) => model.close())));

  const rowsOf = (data: Float32Array, { settings: { dimensions } }: Embedder) =>
    Array.from({ length: data.length / dimensions }, (_, row) =>
      data.subarray(row * dimensions, (row + 1) * dimensions),
    );

  test('has the dimensions of its parts and the settings of its folder', () => {
    const dimensions = contextual.settings.dimensions + 512;
    expect(both.settings).toMatchObject({ name: 'both', version: '7', dimensions, leadingDimensions: 520 });
    expect(both.settings.parts).toEqual([
      { dimensions: contextual.settings.dimensions, weight: 0.4 },
      { dimensions: 512, weight: 0.6 },
    ]);
    expect(both.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives queries and papers vectors whose cosine is the weighted mean of those of its parts', async () => {
    const papers = (await samplePapers()).slice(0, 12);
    const query = 'robots that learn to grasp by watching people';
    const similarities = async (model: Embedder, dimensions = model.settings.dimensions) => {
      const [own] = rowsOf(await model.embedQueries([query]), model);
      const texts = papers.map((paper) => embeddingInputOf(model.settings, paper));
      return rowsOf(await model.embed(texts), model).map((row) =>
        cosine(own.subarray(0, dimensions), row.subarray(0, dimensions)),
      );
    };
    const [whole, first, second] = [
      await similarities(both),
      await similarities(contextual),
      await similarities(fixed, 512),
    ];
    for (const i of papers.keys()) expect(whole[i]).toBeCloseTo(0.4 * first[i] + 0.6 * second[i], 4);
    // Else the weighted mean shows nothing.
    expect(Math.max(...papers.map((_, i) => Math.abs(first[i] - second[i])))).toBeGreaterThan(0.02);
  });

  test('gives a text the same unit vector, to the bit, in every batch', async () => {
    const texts = ['robots', 'deep policies\nWe learn to push and to grasp objects.', 'robots', ''];
    const together = rowsOf(await both.embed(texts), both);
    for (const [i, text] of texts.entries()) {
      const [alone] = rowsOf(await both.embed([text]), both);
      expect(Buffer.from(together[i]).equals(Buffer.from(alone))).toBe(true);
      expect(Math.hypot(...alone)).toBeCloseTo(1, 4);
    }
  });

  test('has the token vectors of the static model', async () => {
    const vectors = both.tokenVectors?.();
    if (!vectors) throw new Error('no token vectors');
    expect(vectors.dimensions).toBe(512);
    const text = 'robots push objects';
    const [whole] = rowsOf(await both.embedQueries([text]), both);
    const tokens = vectors.tokenize(text);
    const sum = vectors.weightedSum(tokens, new Array<number>(tokens.length).fill(1));
    expect(cosine(sum, vectors.componentsOf(whole))).toBeCloseTo(1, 4);
  });
});

describe('combinations', () => {
  test('are the same if their parts and settings are, and have other fingerprints otherwise', async () => {
    const weights = [
      { ...parts[0], weight: 0.5 },
      { ...parts[1], weight: 0.5 },
    ];
    const all = await Promise.all(
      [{}, {}, { parts: weights }, { leadingDimensions: 100 }, { parts: parts.toReversed() }].map((settings) =>
        open(combinationFolder(settings)),
      ),
    );
    const [first, same, ...others] = all.map(({ fingerprint }) => fingerprint);
    expect(same).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
    for (const model of all) await model.close();
  });

  test('of a model that is not beside them are refused, with its folder', async () => {
    const folder = combinationFolder({ parts: [parts[0], { ...parts[1], model: 'missing' }] });
    await expect(open(folder)).rejects.toThrow(modelError(/missing: no ONNX file of the model/));
  });

  test('of combinations are refused', async () => {
    const folder = combinationFolder();
    const outer = join(folder, '..', 'outer');
    mkdirSync(outer);
    const nested = [
      { model: 'both', weight: 0.5 },
      { model: 'tiny', weight: 0.5 },
    ];
    writeFileSync(join(outer, 'paperfield.json'), JSON.stringify({ name: 'outer', version: '1', parts: nested }));
    await expect(open(outer)).rejects.toThrow(modelError(/both.*paperfield\.json: not usable/));
  });
});
