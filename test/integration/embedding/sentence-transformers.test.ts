import { describe, expect, test } from 'vitest';
import { queryText } from '../../../pipeline/embedding/embedder.ts';
import { expectNear, naive, refused, tinyModels } from '../../fixtures/embed-with.ts';
import { tinyFiles } from '../../fixtures/tiny-model.ts';

const { open, embed } = tinyModels();
const texts = ['robots learn to push objects', 'language models'];
const files = (changed: Readonly<Record<string, unknown>>) => ({ ...tinyFiles(), ...changed });
const layer = (name: string) => ({ type: `sentence_transformers.models.${name}` });

/** The card of a model that is not needed any more. */
async function cardOf(changed: Readonly<Record<string, unknown>>) {
  const model = await open(files(changed));
  await model.close();
  return model.card;
}

describe('a folder as sentence-transformers writes it, without a card of ours', () => {
  test.each<[string, 'mean' | 'cls', object]>([
    ['flags for mean', 'mean', { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }],
    ['flags for cls', 'cls', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }],
    ['a newer file’s mean', 'mean', { pooling_mode: 'mean' }],
    ['a newer file’s cls', 'cls', { pooling_mode: 'cls' }],
    ['the mean by √length, which points the same way', 'mean', { pooling_mode_mean_sqrt_len_tokens: true }],
  ])('pools by %s', async (_, pooling, config) => {
    expectNear(
      await embed(files({ '1_Pooling/config.json': config }), texts),
      texts.map((text) => naive(text, pooling)),
    );
  });

  test.each<[string, object, RegExp]>([
    ['the last token', { pooling_mode_lasttoken: true }, /pooling 'lasttoken' is not known/],
    ['two at once', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }, /'cls_token \+ mean_tokens'/],
    ['a newer mode', { pooling_mode: 'max' }, /pooling 'max' is not known/],
  ])('is refused where it pools by %s', async (_, config, message) => {
    await expect(embed(files({ '1_Pooling/config.json': config }), texts)).rejects.toThrow(refused(message));
  });

  test.each<[string, object, string, string]>([
    ['query and document', { prompts: { query: 'query : ', document: 'passage : ' } }, 'query : ', 'passage : '],
    ['query alone', { prompts: { query: 'query : ' }, default_prompt_name: null }, 'query : ', ''],
    ['passage', { prompts: { passage: 'passage : ' } }, '', 'passage : '],
    ['a default', { prompts: { any: 'a ' }, default_prompt_name: 'any' }, 'a ', 'a '],
    ['nothing', { __version__: { pytorch: '2' } }, '', ''],
  ])('has the prefixes of its prompts: %s', async (_, prompts, queryPrefix, passagePrefix) => {
    expect(await cardOf({ 'config_sentence_transformers.json': prompts })).toMatchObject({
      queryPrefix,
      passagePrefix,
    });
  });

  test('embeds a query with its prompt', async () => {
    const model = await open(files({ 'config_sentence_transformers.json': { prompts: { query: 'query : ' } } }));
    const data = await model.embed([queryText(model.card, 'robots')]);
    await model.close();
    expectNear([[...data]], [naive('query : robots', 'mean')]);
  });

  test('is refused where its prompt counts for what it means but not for the mean', async () => {
    const changed = {
      'config_sentence_transformers.json': { prompts: { query: 'query : ' } },
      '1_Pooling/config.json': { pooling_mode_mean_tokens: true, include_prompt: false },
    };
    await expect(embed(files(changed), texts)).rejects.toThrow(refused(/without the prompt's tokens/));
  });

  test('is cut where max_seq_length says, and never beyond its places', async () => {
    expect(await cardOf({ 'sentence_bert_config.json': { max_seq_length: 12 } })).toMatchObject({ maxTokens: 12 });
    expect(await cardOf({ 'sentence_bert_config.json': { max_seq_length: 9000 } })).toMatchObject({ maxTokens: 64 });
    expect(await cardOf({ 'sentence_bert_config.json': { max_seq_length: null } })).toMatchObject({ maxTokens: 64 });
  });

  test('gives unit vectors whether or not a Normalize layer follows', async () => {
    const layers = ['Transformer', 'Pooling'].map(layer);
    const without = await embed(files({ 'modules.json': layers }), texts);
    expect(await embed(files({ 'modules.json': [...layers, layer('Normalize')] }), texts)).toEqual(without);
    for (const vector of without) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('is refused where a layer follows that its graph does not hold, and taken where the graph does', async () => {
    const modules = ['Transformer', 'Pooling', 'Dense'].map(layer);
    await expect(embed(files({ 'modules.json': modules }), texts)).rejects.toThrow(refused(/layer Dense is not in/));
    const whole = { ...tinyFiles({ output: 'sentence_embedding' }), 'modules.json': modules };
    expectNear(
      await embed({ ...whole, '2_Dense/config.json': { out_features: 8 } }, texts),
      texts.map((text) => naive(text, 'sum')),
    );
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['1_Pooling/config.json', { '1_Pooling/config.json': '{' }, /1_Pooling\/config\.json: not usable/],
    ['modules.json', { 'modules.json': { no: 'list' } }, /modules\.json: not usable/],
    ['prompts', { 'config_sentence_transformers.json': { prompts: { query: 3 } } }, /prompts\.query/],
  ])('is refused where its %s cannot be read', async (_, changed, message) => {
    await expect(embed(files(changed), texts)).rejects.toThrow(refused(message));
  });
});
