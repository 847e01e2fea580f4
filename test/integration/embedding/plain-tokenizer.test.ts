import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { passageText } from '../../../pipeline/embedding/embedder.ts';
import { libraryTokenizer, loadTokenizer } from '../../../pipeline/embedding/library-tokenizer.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { plainTokenizer, tokenizerRecipe, UNKNOWN_ID } from '../../../pipeline/embedding/wordpiece.ts';
import { tokenizerConfigJson, tokenizerJson } from '../../../pipeline/training/model-folder.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';
import { tinyTokenizer } from '../../fixtures/tiny-model.ts';

const newFolder = scratchFolders();
const shippedFolder = join(import.meta.dirname, '..', '..', '..', 'data', 'models', 'paperfield-static');
const read = (name: string): unknown => JSON.parse(readFileSync(join(shippedFolder, name), 'utf8'));
const shipped = Object(read('tokenizer.json'));
const settings = Object(read('tokenizer_config.json'));

const plain = plainTokenizer(shipped, settings);
const library = libraryTokenizer(shipped, settings);

function expectSameTokens(texts: readonly string[], maxTokens = 512): void {
  expect(plain?.(texts, maxTokens)).toEqual(library(texts, maxTokens));
}

describe('a model is recognized as cut by our recipe', () => {
  const recipe = tokenizerRecipe({ '[PAD]': 0, '[UNK]': 1, a: 2 });

  test('where it is the one we ship, or any that training made', () => {
    expect(plain).toBeDefined();
    const files = [tokenizerJson(['[PAD]', '[UNK]', 'a', '##a']), tokenizerConfigJson(64)].map((file) =>
      JSON.parse(file),
    );
    expect(plainTokenizer(files[0], files[1])).toBeDefined();
    expect(plainTokenizer(files[0], {})).toBeDefined();
  });

  test.each<[string, object]>([
    ['cuts off', { truncation: { direction: 'Right', max_length: 16, strategy: 'LongestFirst', stride: 0 } }],
    [
      'pads',
      { padding: { strategy: 'BatchLongest', direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' } },
    ],
    ['has a token of its own', { added_tokens: [{ id: 0, content: '[PAD]', special: true }] }],
    ['does not clean LaTeX', { normalizer: { type: 'Sequence', normalizers: recipe.normalizer.normalizers.slice(3) } }],
    ['keeps capitals', { normalizer: { type: 'Sequence', normalizers: recipe.normalizer.normalizers.slice(0, -1) } }],
    ['has another idea of a word', { pre_tokenizer: { ...recipe.pre_tokenizer, pattern: { Regex: '\\p{L}+' } } }],
    ['keeps what is no word', { pre_tokenizer: { ...recipe.pre_tokenizer, invert: false } }],
    ['closes every text', { post_processor: tinyTokenizer.post_processor }],
    ['knows longer words', { model: { ...recipe.model, max_input_chars_per_word: 200 } }],
    ['is of another kind', { model: { ...recipe.model, type: 'BPE' } }],
    ['says something that is new to us', { model: { ...recipe.model, fuse_unk: true } }],
    ['has its unknown word elsewhere', { model: { ...recipe.model, vocab: { '[PAD]': 1, '[UNK]': 0, a: 2 } } }],
    ['has rows that are no numbers', { model: { ...recipe.model, vocab: { '[UNK]': 1, a: '2' } } }],
  ])('and is not where its tokenizer %s', (_, change) => {
    expect(plainTokenizer(recipe, settings)).toBeDefined();
    expect(plainTokenizer({ ...recipe, ...change }, settings)).toBeUndefined();
  });

  test('nor where its settings may change tokens, nor where it is no tokenizer', () => {
    expect(plainTokenizer(recipe, { ...settings, do_lowercase_and_remove_accent: true })).toBeUndefined();
    expect(plainTokenizer(recipe, { ...settings, model_max_length: '512' })).toBeUndefined();
    for (const none of [tinyTokenizer, {}, [], null, 'robots']) expect(plainTokenizer(none, {})).toBeUndefined();
  });
});

describe('our tokenizer and the library’s', () => {
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

  test('give the same tokens for any texts, however short they are cut', () => {
    const texts = fc.array(text, { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(texts, fc.integer({ min: 0, max: 40 }), expectSameTokens), { numRuns: 1500, seed: 23 });
  });

  test.each([64, 512])('give the same tokens for every sample paper, cut to %i', async (maxTokens) => {
    const texts = (await samplePapers()).flatMap(({ title, abstract }) => [
      `${title}\n${abstract}`,
      title,
      abstract,
      '',
    ]);
    expect(texts.length).toBeGreaterThan(1000);
    expectSameTokens(texts, maxTokens);
  });

  test('take the model’s own length where it is the shorter', () => {
    const short = { ...settings, model_max_length: 3 };
    const texts = ['robots learn to grasp objects', 'robots'];
    const tokens = plainTokenizer(shipped, short)?.(texts, 64);
    expect(tokens).toEqual(libraryTokenizer(shipped, short)(texts, 64));
    expect(tokens?.offsets).toEqual(Int32Array.of(0, 3, 4));
  });

  test('do not know a word of more than a hundred characters, even one of the vocabulary', () => {
    const [hundred, more] = ['a'.repeat(100), 'a'.repeat(101)];
    const recipe = tokenizerRecipe({ '[PAD]': 0, '[UNK]': 1, [hundred]: 2, [more]: 3 });
    const tokens = plainTokenizer(recipe, {})?.([hundred, more], 64);
    expect(tokens).toEqual(libraryTokenizer(recipe, {})([hundred, more], 64));
    expect(tokens?.columns.input_ids).toEqual(Int32Array.of(2, UNKNOWN_ID));
  });

  test('are told apart by the folder alone, and lead to the same vectors to the bit', async () => {
    const folder = join(newFolder(), 'by-library');
    cpSync(shippedFolder, folder, { recursive: true, filter: (path) => basename(path) !== 'onnx' });
    mkdirSync(join(folder, 'onnx'));
    symlinkSync(join(shippedFolder, 'onnx', 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
    // How tokens become text again is nothing to us, but it is not the recipe.
    const other = { ...shipped, decoder: null };
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(other));
    expect(plainTokenizer(other, settings)).toBeUndefined();
    expect(loadTokenizer(folder)(['robots'], 8)).toEqual(plain?.(['robots'], 8));

    const [ours, theirs] = await Promise.all(
      ['embedded', folder].map((source) => openEmbedder(source, newFolder(), quietEffects())),
    );
    try {
      const texts = (await samplePapers()).map((paper) => passageText(ours.card, paper));
      const [a, b] = [await ours.embed(texts), await theirs.embed(texts)];
      expect(Buffer.from(a.buffer).equals(Buffer.from(b.buffer))).toBe(true);
    } finally {
      await ours.close();
      await theirs.close();
    }
  });
});
