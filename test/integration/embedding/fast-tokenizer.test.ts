import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { embeddingInputOf } from '../../../pipeline/embedding/embedder.ts';
import { createTransformersTokenizer, loadTokenizer } from '../../../pipeline/embedding/load-tokenizer.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import {
  createFastTokenizer,
  UNKNOWN_TOKEN_ID,
  wordPieceTokenizerJson,
} from '../../../pipeline/embedding/wordpiece.ts';
import { tokenizerConfigJson, tokenizerJson } from '../../../pipeline/training/model-folder.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { tinyTokenizer } from '../../fixtures/tiny-model.ts';

const newFolder = tempFolders();
const fastFolder = join(import.meta.dirname, '..', '..', '..', 'data', 'models', 'paperfield-static');
const read = (name: string): unknown => JSON.parse(readFileSync(join(fastFolder, name), 'utf8'));
const fastModelTokenizer = Object(read('tokenizer.json'));
const config = Object(read('tokenizer_config.json'));

const fast = createFastTokenizer(fastModelTokenizer, config);
const library = createTransformersTokenizer(fastModelTokenizer, config);
/** The tokenizer of a transformer, which puts a token before and one after each text. */
const contextualTokenizer: unknown = JSON.parse(
  readFileSync(join(fastFolder, '..', 'paperfield-contextual', 'tokenizer.json'), 'utf8'),
);
const fastContextual = createFastTokenizer(contextualTokenizer, config);
const libraryContextual = createTransformersTokenizer(contextualTokenizer, config);

function expectSameTokens(texts: readonly string[], maxTokens = 512): void {
  expect(fast?.(texts, maxTokens)).toEqual(library(texts, maxTokens));
  expect(fastContextual?.(texts, maxTokens + 2)).toEqual(libraryContextual(texts, maxTokens + 2));
}

describe('the fast tokenizer is used', () => {
  const json = wordPieceTokenizerJson({ '[PAD]': 0, '[UNK]': 1, a: 2 });

  test('for the included models and every model that training makes', () => {
    expect(fast).toBeDefined();
    expect(fastContextual).toBeDefined();
    const files = [tokenizerJson(['[PAD]', '[UNK]', 'a', '##a']), tokenizerConfigJson(64)].map((file) =>
      JSON.parse(file),
    );
    expect(createFastTokenizer(files[0], files[1])).toBeDefined();
    expect(createFastTokenizer(files[0], {})).toBeDefined();
  });

  test.each<[string, object]>([
    ['truncates', { truncation: { direction: 'Right', max_length: 16, strategy: 'LongestFirst', stride: 0 } }],
    [
      'pads',
      { padding: { strategy: 'BatchLongest', direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' } },
    ],
    ['has an added token', { added_tokens: [{ id: 0, content: '[PAD]', special: true }] }],
    [
      'does not normalize LaTeX',
      { normalizer: { type: 'Sequence', normalizers: json.normalizer.normalizers.slice(3) } },
    ],
    ['keeps upper case', { normalizer: { type: 'Sequence', normalizers: json.normalizer.normalizers.slice(0, -1) } }],
    ['splits words differently', { pre_tokenizer: { ...json.pre_tokenizer, pattern: { Regex: '\\p{L}+' } } }],
    ['keeps what is not a word', { pre_tokenizer: { ...json.pre_tokenizer, invert: false } }],
    ['appends a special token', { post_processor: tinyTokenizer.post_processor }],
    ['allows longer words', { model: { ...json.model, max_input_chars_per_word: 200 } }],
    ['is not WordPiece', { model: { ...json.model, type: 'BPE' } }],
    ['has an unknown setting', { model: { ...json.model, fuse_unk: true } }],
    ['has the unknown token in another row', { model: { ...json.model, vocab: { '[PAD]': 1, '[UNK]': 0, a: 2 } } }],
    ['has rows that are not numbers', { model: { ...json.model, vocab: { '[UNK]': 1, a: '2' } } }],
  ])('but not if the tokenizer %s', (_, change) => {
    expect(createFastTokenizer(json, config)).toBeDefined();
    expect(createFastTokenizer({ ...json, ...change }, config)).toBeUndefined();
  });

  test('and not if its configuration may change tokens, or if it is no tokenizer', () => {
    expect(createFastTokenizer(json, { ...config, do_lowercase_and_remove_accent: true })).toBeUndefined();
    expect(createFastTokenizer(json, { ...config, model_max_length: '512' })).toBeUndefined();
    for (const other of [tinyTokenizer, {}, [], null, 'robots']) expect(createFastTokenizer(other, {})).toBeUndefined();
  });
});

describe('the fast tokenizer and the library', () => {
  const parts = fc.constantFrom(
    ...['\\', '{', '}', '"', "'", '`', '^', '~', '$', '\\text', '\\mathbb', '\\alpha', '\\c{', '\\"{o}'],
    ...['robot', 'Grasping', 'GPT-4o', '3D', '2,048', '10^{-3}', 'C++', 'c#', 'F#', 'state-of-the-art', 'x', 'i', 'o'],
    ...[
      'é',
      'ß',
      'ŉ',
      'İ',
      'ΟΔΟΣ',
      '²',
      'ﬁ',
      '𝒪',
      '深',
      '한국어',
      'हिन्दी',
      'ไทย',
      '🤖',
      '👩‍🔬',
      '\u0301',
      '\ud800',
      '\u200b',
    ],
    ...['[PAD]', '[UNK]', '##s', ' ', '\n', '\u00a0', '-', '—', 'q'.repeat(99), 'zx'.repeat(60)],
  );
  const text = fc.oneof(
    fc.array(parts, { maxLength: 40 }).map((list) => list.join('')),
    fc.array(parts, { maxLength: 40 }).map((list) => list.join(' ')),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ maxLength: 80 }),
  );

  test('give the same tokens for any texts, truncated to any length', () => {
    const texts = fc.array(text, { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(texts, fc.integer({ min: 0, max: 40 }), expectSameTokens), { numRuns: 1500, seed: 23 });
  });

  test.each([64, 512])('give the same tokens for every sample paper, truncated to %i', async (maxTokens) => {
    const texts = (await samplePapers()).flatMap(({ title, abstract }) => [
      `${title}\n${abstract}`,
      title,
      abstract,
      '',
    ]);
    expect(texts.length).toBeGreaterThan(1000);
    expectSameTokens(texts, maxTokens);
  });

  test('truncate to the model’s own maximum if it is lower', () => {
    const short = { ...config, model_max_length: 3 };
    const texts = ['robots learn to grasp objects', 'robots'];
    const tokens = createFastTokenizer(fastModelTokenizer, short)?.(texts, 64);
    expect(tokens).toEqual(createTransformersTokenizer(fastModelTokenizer, short)(texts, 64));
    expect(tokens?.offsets).toEqual(Int32Array.of(0, 3, 4));
  });

  test('treat a word of more than a hundred characters as unknown, even if it is in the vocabulary', () => {
    const [hundred, longer] = ['a'.repeat(100), 'a'.repeat(101)];
    const json = wordPieceTokenizerJson({ '[PAD]': 0, '[UNK]': 1, [hundred]: 2, [longer]: 3 });
    const tokens = createFastTokenizer(json, {})?.([hundred, longer], 64);
    expect(tokens).toEqual(createTransformersTokenizer(json, {})([hundred, longer], 64));
    expect(tokens?.columns.input_ids).toEqual(Int32Array.of(2, UNKNOWN_TOKEN_ID));
  });

  test('give the same vectors to the bit', async () => {
    const folder = join(newFolder(), 'by-library');
    cpSync(fastFolder, folder, { recursive: true, filter: (path) => basename(path) !== 'onnx' });
    mkdirSync(join(folder, 'onnx'));
    symlinkSync(join(fastFolder, 'onnx', 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
    // How tokens become text again is nothing to us, but it is not the json.
    const other = { ...fastModelTokenizer, decoder: null };
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(other));
    expect(createFastTokenizer(other, config)).toBeUndefined();
    expect(loadTokenizer(folder)(['robots'], 8)).toEqual(fast?.(['robots'], 8));

    const [withFast, withLibrary] = await Promise.all(
      ['fast', folder].map((source) => openEmbedder(source, newFolder(), silentEffects())),
    );
    try {
      const texts = (await samplePapers()).map((paper) => embeddingInputOf(withFast.settings, paper));
      const [a, b] = [await withFast.embed(texts), await withLibrary.embed(texts)];
      expect(Buffer.from(a.buffer).equals(Buffer.from(b.buffer))).toBe(true);
    } finally {
      await withFast.close();
      await withLibrary.close();
    }
  });
});
