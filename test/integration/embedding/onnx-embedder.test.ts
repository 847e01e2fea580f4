import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { embeddingInputOf } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { expectClose, expectedVector, modelError, tinyModels } from '../../fixtures/tiny-embedder.ts';
import {
  graphWithExternalWeights,
  type TinyGraph,
  tinyFiles,
  tinyGraph,
  tinySettings,
  wordTable,
  writeModel,
} from '../../fixtures/tiny-model.ts';

const newFolder = tempFolders();
const { open: openWith, embed: embedWith } = tinyModels();

/** Of different lengths, and some of the same length. */
const texts = [
  'robots',
  'robots learn to push and grasp objects with touch',
  'deep policies',
  'language models',
  'agents plan with language models and graph neural networks',
  'touch',
];
const long = Array(40).fill('robots learn to push objects by touch').join(' ');

describe('a graph with one vector per token', () => {
  test.each([
    ['mean', 'mean'],
    ['cls', 'cls_token'],
  ] as const)('is pooled by %s like a naive computation, without padding', async (pooling, mode) => {
    const expected = texts.map((text) => expectedVector(text, pooling));
    expectClose(await embedWith({ ...tinyFiles(), 'paperfield.json': { ...tinySettings, pooling } }, texts), expected);
    const files = { ...tinyFiles(), '1_Pooling/config.json': { [`pooling_mode_${mode}`]: true } };
    expectClose(await embedWith(files, texts), expected);
  });

  test('gives a text the same vector, to the bit, in every batch', async () => {
    const together = await embedWith(tinyFiles(), texts);
    for (const [i, text] of texts.entries()) expect(await embedWith(tinyFiles(), [text])).toEqual([together[i]]);
  });

  test('is pooled by the mean also if its output is named token_embeddings', async () => {
    expectClose(
      await embedWith(tinyFiles({ output: 'token_embeddings' }), texts),
      texts.map((text) => expectedVector(text, 'mean')),
    );
  });

  test('gets the first tokens of a text that is too long, and the final special token', async () => {
    const files = { ...tinyFiles(), 'paperfield.json': { ...tinySettings, maxTokens: 10 } };
    expectClose(await embedWith(files, [long]), [expectedVector(long, 'mean', [], 10)]);
  });
});

describe('a graph gets the inputs that it declares and no others', () => {
  test.each<[string, readonly string[]]>([
    ['token_type_ids', ['attention_mask', 'token_type_ids']],
    ['position_ids', ['attention_mask', 'position_ids']],
    ['nothing but the ids', []],
    ['everything', ['position_ids', 'token_type_ids', 'attention_mask']],
  ])('%s', async (_, inputs) => {
    expectClose(
      await embedWith(tinyFiles({ inputs }), texts),
      texts.map((text) => expectedVector(text, 'mean', inputs)),
    );
  });

  test('as int32, if it wants that, like graphs from TensorFlow', async () => {
    const inputs = ['token_type_ids', 'position_ids'];
    const graph = Buffer.from(tinyGraph({ inputs }));
    // The type of an input: element type int64, followed by the field of its shape.
    for (let at = graph.indexOf('080712', 'hex'); at >= 0; at = graph.indexOf('080712', 'hex')) graph[at + 1] = 6;
    expectClose(
      await embedWith({ ...tinyFiles(), 'onnx/model.onnx': new Uint8Array(graph) }, texts),
      texts.map((text) => expectedVector(text, 'mean', inputs)),
    );
  });

  test('or an error, if a text cannot provide one of them', async () => {
    const image = { ...tinyFiles(), 'onnx/model.onnx': tinyGraph({ inputs: ['attention_mask', 'pixel_values'] }) };
    await expect(embedWith(image, texts)).rejects.toThrow(modelError(/model\.onnx.*requires the inputs pixel_values/));
  });
});

test('query and passage prefixes reach the model', async () => {
  const prefixes = { queryPrefix: 'query : ', passagePrefix: 'passage : ', separator: ' ' };
  const model = await openWith({ ...tinyFiles(), 'paperfield.json': { ...tinySettings, ...prefixes } });
  const query = await model.embedQueries(['robots grasp']);
  const passage = await model.embed([embeddingInputOf(model.settings, { title: 'robots', abstract: 'grasp' })]);
  await model.close();
  expectClose([[...query]], [expectedVector('query : robots grasp', 'mean')]);
  expectClose([[...passage]], [expectedVector('passage : robots grasp', 'mean')]);
});

describe('a graph that pools', () => {
  const pooled: TinyGraph = { output: 'sentence_embedding' };
  const settings = { ...tinySettings, pooling: 'model', output: 'sentence_embedding', normalize: false };

  test('is used without further pooling, with or without settings', async () => {
    const expected = texts.map((text) => expectedVector(text, 'sum'));
    expectClose(await embedWith({ ...tinyFiles(pooled), 'paperfield.json': settings }, texts), expected);
    expectClose(await embedWith(tinyFiles(pooled), texts), expected);
  });

  test('needs neither config.json nor tokenizer_config.json if it has settings', async () => {
    const files = { ...tinyFiles(pooled), 'paperfield.json': settings };
    const fewFiles = { ...files, 'config.json': undefined, 'tokenizer_config.json': undefined };
    expect(await embedWith(fewFiles, texts)).toEqual(await embedWith(files, texts));
  });
});

describe('the ONNX file', () => {
  test.each(['onnx/model_quantized.onnx', 'onnx/model_int8.onnx', 'model.onnx', 'model_quantized.onnx'])(
    'can be %s alone',
    async (name) => {
      const files = { ...tinyFiles(), 'onnx/model.onnx': undefined, [name]: tinyGraph() };
      const expected = texts.map((text) => expectedVector(text, 'mean'));
      expectClose(await embedWith(files, texts), expected);
      expectClose(await embedWith({ ...files, 'paperfield.json': tinySettings }, texts), expected);
    },
  );

  test.each(['model.onnx_data', 'model.onnx.data'])(
    'can have its weights in %s, which are part of the fingerprint',
    async (file) => {
      const files = {
        ...tinyFiles(),
        'onnx/model.onnx': graphWithExternalWeights(file),
        [`onnx/${file}`]: new Uint8Array(wordTable.data.buffer),
      };
      expectClose(
        await embedWith(files, texts),
        texts.map((text) => expectedVector(text, 'mean')),
      );
      const zeros = { ...files, [`onnx/${file}`]: new Uint8Array(wordTable.data.byteLength) };
      const models = await Promise.all([files, zeros, files].map(openWith));
      const [one, other, same] = models.map((model) => model.fingerprint);
      for (const model of models) await model.close();
      expect(same).toBe(one);
      expect(other).not.toBe(one);
    },
  );

  test('is the only one of several that is part of the fingerprint', async () => {
    const folder = writeModel(join(newFolder(), 'tiny'), tinyFiles());
    const before = await openEmbedder(folder, newFolder(), silentEffects());
    writeModel(folder, { 'onnx/model_q4.onnx': 'another graph', 'onnx/model_quantized.onnx': 'and one more' });
    const after = await openEmbedder(folder, newFolder(), silentEffects());
    expect(after.fingerprint).toBe(before.fingerprint);
    await Promise.all([before.close(), after.close()]);
  });
});
