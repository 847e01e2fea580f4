import { describe, expect, test } from 'vitest';
import { expectClose, expectedVector, modelError, tinyModels } from '../../fixtures/tiny-embedder.ts';
import { tinyFiles } from '../../fixtures/tiny-model.ts';

const { open, embed } = tinyModels();
const texts = ['robots learn to push objects', 'language models'];
const files = (changed: Readonly<Record<string, unknown>>) => ({ ...tinyFiles(), ...changed });
const layer = (name: string) => ({ type: `sentence_transformers.models.${name}` });

/** The settings of a model, which is closed again. */
async function settingsOf(changed: Readonly<Record<string, unknown>>) {
  const model = await open(files(changed));
  await model.close();
  return model.settings;
}

describe('a folder of a sentence-transformers model, without paperfield.json', () => {
  test.each<[string, 'mean' | 'cls', object]>([
    ['flags for mean', 'mean', { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }],
    ['flags for cls', 'cls', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }],
    ['a newer file’s mean', 'mean', { pooling_mode: 'mean' }],
    ['a newer file’s cls', 'cls', { pooling_mode: 'cls' }],
    ['the sum over √length, which has the direction of the mean', 'mean', { pooling_mode_mean_sqrt_len_tokens: true }],
  ])('pools by %s', async (_, pooling, config) => {
    expectClose(
      await embed(files({ '1_Pooling/config.json': config }), texts),
      texts.map((text) => expectedVector(text, pooling)),
    );
  });

  test.each<[string, object, RegExp]>([
    ['the last token', { pooling_mode_lasttoken: true }, /pooling 'lasttoken' is not known/],
    ['two at once', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }, /'cls_token \+ mean_tokens'/],
    ['a newer mode', { pooling_mode: 'max' }, /pooling 'max' is not known/],
  ])('is rejected if it pools by %s', async (_, config, message) => {
    await expect(embed(files({ '1_Pooling/config.json': config }), texts)).rejects.toThrow(modelError(message));
  });

  test.each<[string, object, string, string]>([
    ['query and document', { prompts: { query: 'query : ', document: 'passage : ' } }, 'query : ', 'passage : '],
    ['query alone', { prompts: { query: 'query : ' }, default_prompt_name: null }, 'query : ', ''],
    ['passage', { prompts: { passage: 'passage : ' } }, '', 'passage : '],
    ['a default', { prompts: { any: 'a ' }, default_prompt_name: 'any' }, 'a ', 'a '],
    ['nothing', { __version__: { pytorch: '2' } }, '', ''],
  ])('takes its prefixes from the prompts: %s', async (_, prompts, queryPrefix, passagePrefix) => {
    expect(await settingsOf({ 'config_sentence_transformers.json': prompts })).toMatchObject({
      queryPrefix,
      passagePrefix,
    });
  });

  test('embeds a query with its prompt', async () => {
    const model = await open(files({ 'config_sentence_transformers.json': { prompts: { query: 'query : ' } } }));
    const data = await model.embedQueries(['robots']);
    await model.close();
    expectClose([[...data]], [expectedVector('query : robots', 'mean')]);
  });

  test('is rejected if the tokens of the prompt must not be pooled', async () => {
    const changed = {
      'config_sentence_transformers.json': { prompts: { query: 'query : ' } },
      '1_Pooling/config.json': { pooling_mode_mean_tokens: true, include_prompt: false },
    };
    await expect(embed(files(changed), texts)).rejects.toThrow(modelError(/without the prompt's tokens/));
  });

  test('truncates texts to max_seq_length, and never beyond its positions', async () => {
    expect(await settingsOf({ 'sentence_bert_config.json': { max_seq_length: 12 } })).toMatchObject({ maxTokens: 12 });
    expect(await settingsOf({ 'sentence_bert_config.json': { max_seq_length: 9000 } })).toMatchObject({
      maxTokens: 64,
    });
    expect(await settingsOf({ 'sentence_bert_config.json': { max_seq_length: null } })).toMatchObject({
      maxTokens: 64,
    });
  });

  test('gives unit vectors with and without a Normalize layer', async () => {
    const layers = ['Transformer', 'Pooling'].map(layer);
    const withoutLayer = await embed(files({ 'modules.json': layers }), texts);
    expect(await embed(files({ 'modules.json': [...layers, layer('Normalize')] }), texts)).toEqual(withoutLayer);
    for (const vector of withoutLayer) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('is rejected if a layer is not in its graph, and accepted if the graph contains it', async () => {
    const modules = ['Transformer', 'Pooling', 'Dense'].map(layer);
    await expect(embed(files({ 'modules.json': modules }), texts)).rejects.toThrow(modelError(/layer Dense is not in/));
    const pooled = { ...tinyFiles({ output: 'sentence_embedding' }), 'modules.json': modules };
    expectClose(
      await embed({ ...pooled, '2_Dense/config.json': { out_features: 8 } }, texts),
      texts.map((text) => expectedVector(text, 'sum')),
    );
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['1_Pooling/config.json', { '1_Pooling/config.json': '{' }, /1_Pooling\/config\.json: not usable/],
    ['modules.json', { 'modules.json': { no: 'list' } }, /modules\.json: not usable/],
    ['prompts', { 'config_sentence_transformers.json': { prompts: { query: 3 } } }, /prompts\.query/],
  ])('is rejected if its %s cannot be read', async (_, changed, message) => {
    await expect(embed(files(changed), texts)).rejects.toThrow(modelError(message));
  });
});
