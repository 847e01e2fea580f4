import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embeddingInputOf } from '../../../../pipeline/embedding/embedder.ts';
import { readCombination, readModelSettings } from '../../../../pipeline/embedding/model-settings.ts';
import { poolTokens } from '../../../../pipeline/embedding/onnx-embedder.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = join(newFolder(), 'a-model');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const settings = { name: 'mine', version: '2', dimensions: 8, maxTokens: 64, pooling: 'cls', normalize: true };

describe('readModelSettings', () => {
  test('reads paperfield.json, with defaults for the rest', () => {
    const folder = folderOf({
      'paperfield.json': { ...settings, queryPrefix: 'query: ' },
      'config.json': { hidden_size: 99 },
    });
    const read = readModelSettings(folder);
    expect(read).toEqual({
      ...settings,
      queryPrefix: 'query: ',
      passagePrefix: '',
      separator: '\n',
      output: 'last_hidden_state',
      dtype: 'fp32',
      titleTimes: 1,
      dropName: false,
      leadingDimensions: 8,
    });
    expect(read.queryPrefix).toBe('query: ');
    expect(embeddingInputOf({ ...read, passagePrefix: 'passage: ' }, { title: 'T', abstract: 'A' })).toBe(
      'passage: T\nA',
    );
    expect(embeddingInputOf({ ...read, titleTimes: 3, separator: '. ' }, { title: 'T', abstract: 'A' })).toBe(
      'T. T. T. A',
    );
  });

  test.each([
    [3, 3],
    [8, 8],
    [99, 8],
  ])('reads %i leading dimensions of 8 as %i', (written, read) => {
    const folder = folderOf({ 'paperfield.json': { ...settings, leadingDimensions: written } });
    expect(readModelSettings(folder).leadingDimensions).toBe(read);
  });

  test('derives settings from the files of a sentence-transformers model', () => {
    const config = { hidden_size: 384, max_position_embeddings: 128 };
    const mean = readModelSettings(folderOf({ 'config.json': config, 'onnx/model.onnx': '' }));
    expect(mean).toMatchObject({
      name: 'a-model',
      dimensions: 384,
      maxTokens: 128,
      pooling: 'mean',
      normalize: true,
      dtype: 'fp32',
      titleTimes: 1,
      dropName: false,
      leadingDimensions: 384,
    });
    const cls = folderOf({ 'config.json': { dim: 768 }, '1_Pooling/config.json': { pooling_mode_cls_token: true } });
    expect(readModelSettings(cls, 'org/name')).toMatchObject({
      name: 'org/name',
      dimensions: 768,
      maxTokens: 512,
      pooling: 'cls',
      dtype: 'q8',
    });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['neither settings nor config', { 'README.md': '' }, /no paperfield\.json, and no config\.json/],
    ['a config without hidden_size', { 'config.json': {} }, /no config\.json with hidden_size/],
    ['settings that are not JSON', { 'paperfield.json': '{' }, /paperfield\.json: not usable/],
    ['settings with an unknown pooling', { 'paperfield.json': { ...settings, pooling: 'max' } }, /pooling/],
    ['settings with titleTimes 0', { 'paperfield.json': { ...settings, titleTimes: 0 } }, /titleTimes/],
    [
      'settings with leadingDimensions 0',
      { 'paperfield.json': { ...settings, leadingDimensions: 0 } },
      /leadingDimensions/,
    ],
    ['settings with dimensions 0', { 'paperfield.json': { ...settings, dimensions: 0 } }, /dimensions/],
  ])('rejects a folder with %s', (_, files, message) => {
    const read = () => readModelSettings(folderOf(files));
    expect(read).toThrow(expect.objectContaining({ name: 'PaperfieldError', kind: 'model' }));
    expect(read).toThrow(message);
  });
});

describe('the text of a paper', () => {
  test('is without the words of the abstract that the settings omit, unless they are written in capitals', () => {
    const read = readModelSettings(folderOf({ 'paperfield.json': { ...settings, omitWords: ['the', 'it', 'e.g'] } }));
    const abstract = 'The robot (e.g., the arm)\nholds it: IT is\tthe subject. Then-the-end.';
    expect(embeddingInputOf(read, { title: 'The Robot', abstract })).toBe(
      'The Robot\nrobot arm) holds IT is subject. Then-the-end.',
    );
    expect(embeddingInputOf(read, { title: 'T', abstract: '' })).toBe('T\n');
  });

  const inputOf = (title: string, dropName: boolean) =>
    embeddingInputOf(
      { ...readModelSettings(folderOf({ 'paperfield.json': settings })), dropName },
      { title, abstract: 'A' },
    );

  test.each([
    ['BERT: Pre-training of Transformers', 'Pre-training of Transformers'],
    ['Qwen2.5-VL: a report', 'a report'],
    ['GPT 4: a report', 'a report'],
    ['$\\pi_0$: A Flow Model', '$\\pi_0$: A Flow Model'],
    ['Über-Net:  Segmentation', 'Segmentation'],
    // More words are a subject, and so is a name without a title after it.
    ['Attention Sinks: A Study', 'Attention Sinks: A Study'],
    ['A: B', 'A: B'],
    ['BERT:', 'BERT:'],
    ['BERT: ', 'BERT: '],
    ['Ratio 1:2 of words', 'Ratio 1:2 of words'],
    ['', ''],
  ])('titled %j is %j for a model that drops names', (title, expected) => {
    expect(inputOf(title, true)).toBe(`${expected}\nA`);
    expect(inputOf(title, false)).toBe(`${title}\nA`);
  });
});

describe('readCombination', () => {
  const parts = [
    { model: 'one', weight: 0.3 },
    { model: 'two-2.0', weight: 0.7, dimensions: 5 },
  ];
  const combination = { name: 'both', version: '1', parts };

  test('reads which models a folder combines', () => {
    expect(readCombination(folderOf({ 'paperfield.json': combination }))).toEqual(combination);
    const leading = { ...combination, leadingDimensions: 4 };
    expect(readCombination(folderOf({ 'paperfield.json': leading }))).toEqual(leading);
  });

  test('is undefined for the folder of a single model, with or without settings', () => {
    expect(readCombination(folderOf({ 'paperfield.json': settings }))).toBeUndefined();
    expect(readCombination(folderOf({ 'config.json': { hidden_size: 8 } }))).toBeUndefined();
  });

  test.each<[string, unknown, RegExp]>([
    ['one model', [{ model: 'one', weight: 1 }], /parts/],
    ['weights whose sum is not 1', [parts[0], { model: 'two', weight: 0.6 }], /sum of the weights must be 1/],
    [
      'a weight of 0',
      [
        { model: 'one', weight: 0 },
        { model: 'two', weight: 1 },
      ],
      /weight/,
    ],
    ['a model in another folder', [{ ...parts[0], model: '../one' }, parts[1]], /model/],
    ['a model without dimensions', [{ ...parts[0], dimensions: 0 }, parts[1]], /dimensions/],
    ['no list of models', 'one, two', /parts/],
  ])('rejects %s', (_, list, message) => {
    const read = () => readCombination(folderOf({ 'paperfield.json': { ...combination, parts: list } }));
    expect(read).toThrow(expect.objectContaining({ name: 'PaperfieldError', kind: 'model' }));
    expect(read).toThrow(message);
  });
});

describe('poolTokens', () => {
  const shapes = fc
    .record({
      count: fc.integer({ min: 1, max: 4 }),
      length: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ count, length, width }) =>
      fc.record({
        count: fc.constant(count),
        length: fc.constant(length),
        width: fc.constant(width),
        tokens: fc.float32Array({
          minLength: count * length * width,
          maxLength: count * length * width,
          noNaN: true,
          min: -8,
          max: 8,
        }),
        mask: fc.bigInt64Array({ minLength: count * length, maxLength: count * length, min: 0n, max: 1n }),
      }),
    );

  test('gives the mean of the tokens that are not padding, or the first token, or zero without tokens', () => {
    fc.assert(
      fc.property(shapes, ({ tokens, mask, count, length, width }) => {
        const mean = poolTokens(tokens, mask, count, length, width, 'mean');
        const cls = poolTokens(tokens, mask, count, length, width, 'cls');
        expect([mean.length, cls.length]).toEqual([count * width, count * width]);
        for (let text = 0; text < count; text++) {
          const rows = Array.from({ length }, (_, t) => t).filter((t) => mask[text * length + t] === 1n);
          for (let i = 0; i < width; i++) {
            const values = rows.map((t) => tokens[(text * length + t) * width + i]);
            const naive = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
            expect(mean[text * width + i]).toBeCloseTo(naive, 4);
            expect(cls[text * width + i]).toBe(tokens[text * length * width + i]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('ignores the values of padding', () => {
    const mask = BigInt64Array.of(1n, 1n, 0n);
    const pooled = (padding: number) => poolTokens(Float32Array.of(1, 3, padding), mask, 1, 3, 1, 'mean');
    expect([...pooled(7)]).toEqual([2]);
    expect([...pooled(Number.NaN)]).toEqual([2]);
  });
});
