import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { passageText, queryText } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { expectNear, naive, refused, tinyModels } from '../../fixtures/embed-with.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';
import {
  type TinyGraph,
  tableOutside,
  tinyCard,
  tinyFiles,
  tinyGraph,
  wordTable,
  writeModel,
} from '../../fixtures/tiny-model.ts';

const newFolder = scratchFolders();
const { open: openWith, embed: embedWith } = tinyModels();

/** Of many lengths, and some of the same. */
const texts = [
  'robots',
  'robots learn to push and grasp objects with touch',
  'deep policies',
  'language models',
  'agents plan with language models and graph neural networks',
  'touch',
];
const long = Array(40).fill('robots learn to push objects by touch').join(' ');

describe('a graph that gives a vector for each token', () => {
  test.each([
    ['mean', 'mean'],
    ['cls', 'cls_token'],
  ] as const)('is pooled by %s as a naive computation does, and padding never counts', async (pooling, mode) => {
    const expected = texts.map((text) => naive(text, pooling));
    expectNear(await embedWith({ ...tinyFiles(), 'paperfield.json': { ...tinyCard, pooling } }, texts), expected);
    const files = { ...tinyFiles(), '1_Pooling/config.json': { [`pooling_mode_${mode}`]: true } };
    expectNear(await embedWith(files, texts), expected);
  });

  test('gives a text the same vector, to the bit, whatever stands beside it', async () => {
    const together = await embedWith(tinyFiles(), texts);
    for (const [i, text] of texts.entries()) expect(await embedWith(tinyFiles(), [text])).toEqual([together[i]]);
  });

  test('gives the mean where its outputs are called token_embeddings too', async () => {
    expectNear(
      await embedWith(tinyFiles({ output: 'token_embeddings' }), texts),
      texts.map((text) => naive(text, 'mean')),
    );
  });

  test('gets the first tokens of a text that is too long, and the closing token that every text has', async () => {
    const files = { ...tinyFiles(), 'paperfield.json': { ...tinyCard, maxTokens: 10 } };
    expectNear(await embedWith(files, [long]), [naive(long, 'mean', [], 10)]);
  });
});

describe('a graph gets the inputs that it declares and no others', () => {
  test.each<[string, readonly string[]]>([
    ['token_type_ids', ['attention_mask', 'token_type_ids']],
    ['position_ids', ['attention_mask', 'position_ids']],
    ['nothing but the ids', []],
    ['everything', ['position_ids', 'token_type_ids', 'attention_mask']],
  ])('where it takes %s', async (_, inputs) => {
    expectNear(
      await embedWith(tinyFiles({ inputs }), texts),
      texts.map((text) => naive(text, 'mean', inputs)),
    );
  });

  test('where it takes them as int32, as graphs from TensorFlow do', async () => {
    const inputs = ['token_type_ids', 'position_ids'];
    const graph = Buffer.from(tinyGraph({ inputs }));
    // In the inputs' types: element type int64, and the field of the shape after it.
    for (let at = graph.indexOf('080712', 'hex'); at >= 0; at = graph.indexOf('080712', 'hex')) graph[at + 1] = 6;
    expectNear(
      await embedWith({ ...tinyFiles(), 'onnx/model.onnx': new Uint8Array(graph) }, texts),
      texts.map((text) => naive(text, 'mean', inputs)),
    );
  });

  test('and is refused, by what it wants, where a text cannot give that', async () => {
    const image = { ...tinyFiles(), 'onnx/model.onnx': tinyGraph({ inputs: ['attention_mask', 'pixel_values'] }) };
    await expect(embedWith(image, texts)).rejects.toThrow(refused(/model\.onnx.*wants pixel_values/));
  });
});

test('query and passage prefixes reach the model', async () => {
  const prefixes = { queryPrefix: 'query : ', passagePrefix: 'passage : ', separator: ' ' };
  const model = await openWith({ ...tinyFiles(), 'paperfield.json': { ...tinyCard, ...prefixes } });
  const query = await model.embed([queryText(model.card, 'robots grasp')]);
  const passage = await model.embed([passageText(model.card, { title: 'robots', abstract: 'grasp' })]);
  await model.close();
  expectNear([[...query]], [naive('query : robots grasp', 'mean')]);
  expectNear([[...passage]], [naive('passage : robots grasp', 'mean')]);
});

describe('a graph that pools', () => {
  const pooled: TinyGraph = { output: 'sentence_embedding' };
  const card = { ...tinyCard, pooling: 'model', output: 'sentence_embedding', normalize: false };

  test('is read as it is, by its card or without one', async () => {
    const expected = texts.map((text) => naive(text, 'sum'));
    expectNear(await embedWith({ ...tinyFiles(pooled), 'paperfield.json': card }, texts), expected);
    expectNear(await embedWith(tinyFiles(pooled), texts), expected);
  });

  test('needs no config.json beside its card, and no tokenizer_config.json', async () => {
    const files = { ...tinyFiles(pooled), 'paperfield.json': card };
    const few = { ...files, 'config.json': undefined, 'tokenizer_config.json': undefined };
    expect(await embedWith(few, texts)).toEqual(await embedWith(files, texts));
  });
});

describe('the graph’s file', () => {
  test.each(['onnx/model_quantized.onnx', 'onnx/model_int8.onnx', 'model.onnx', 'model_quantized.onnx'])(
    'may be %s alone',
    async (name) => {
      const files = { ...tinyFiles(), 'onnx/model.onnx': undefined, [name]: tinyGraph() };
      const expected = texts.map((text) => naive(text, 'mean'));
      expectNear(await embedWith(files, texts), expected);
      expectNear(await embedWith({ ...files, 'paperfield.json': tinyCard }, texts), expected);
    },
  );

  test.each(['model.onnx_data', 'model.onnx.data'])(
    'may have its weights in %s, which count for the fingerprint',
    async (file) => {
      const files = {
        ...tinyFiles(),
        'onnx/model.onnx': tableOutside(file),
        [`onnx/${file}`]: new Uint8Array(wordTable.data.buffer),
      };
      expectNear(
        await embedWith(files, texts),
        texts.map((text) => naive(text, 'mean')),
      );
      const zeros = { ...files, [`onnx/${file}`]: new Uint8Array(wordTable.data.byteLength) };
      const models = await Promise.all([files, zeros, files].map(openWith));
      const [one, other, same] = models.map((model) => model.fingerprint);
      for (const model of models) await model.close();
      expect(same).toBe(one);
      expect(other).not.toBe(one);
    },
  );

  test('is the only one of several that counts for the fingerprint', async () => {
    const folder = writeModel(join(newFolder(), 'tiny'), tinyFiles());
    const before = await openEmbedder(folder, newFolder(), quietEffects());
    writeModel(folder, { 'onnx/model_q4.onnx': 'another graph', 'onnx/model_quantized.onnx': 'and one more' });
    const after = await openEmbedder(folder, newFolder(), quietEffects());
    expect(after.fingerprint).toBe(before.fingerprint);
    await Promise.all([before.close(), after.close()]);
  });
});
