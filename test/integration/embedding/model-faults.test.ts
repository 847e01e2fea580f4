import { describe, expect, test } from 'vitest';
import { encodeOnnxModel } from '../../../pipeline/training/onnx-writer.ts';
import { modelError, tinyModels } from '../../fixtures/tiny-embedder.ts';
import { graphWithExternalWeights, tinyFiles, tinyGraph, tinySettings } from '../../fixtures/tiny-model.ts';

const { embed: embedWith } = tinyModels();
const long = Array(40).fill('robots learn to push objects by touch').join(' ');

describe('a fault of a model is reported', () => {
  const withFiles = (changed: Readonly<Record<string, unknown>>) => ({ ...tinyFiles(), ...changed });
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a missing output',
      withFiles({ 'paperfield.json': { ...tinySettings, output: 'pooler' } }),
      /no output 'pooler', it has: last_hidden_state/,
    ],
    [
      'other dimensions',
      withFiles({ 'paperfield.json': { ...tinySettings, dimensions: 16 } }),
      /is \[1,3,8\], expected 3 axes ending in 16/,
    ],
    ['no tokenizer', withFiles({ 'tokenizer.json': undefined }), /tiny: no tokenizer\.json/],
    ['an invalid tokenizer', withFiles({ 'tokenizer.json': { model: {} } }), /tokenizer\.json: not a tokenizer/],
    [
      'no graph',
      withFiles({ 'onnx/model.onnx': undefined }),
      /no ONNX file of the model: expected one of onnx\/model\.onnx, onnx\/model_quantized\.onnx/,
    ],
    [
      'no graph of the type in its settings',
      withFiles({ 'paperfield.json': { ...tinySettings, dtype: 'q4' } }),
      /expected one of onnx\/model_q4\.onnx/,
    ],
    ['an invalid graph', withFiles({ 'onnx/model.onnx': 'no graph' }), /onnx\/model\.onnx cannot be loaded/],
    [
      'a truncated graph',
      withFiles({ 'onnx/model.onnx': tinyGraph().slice(0, 900) }),
      /onnx\/model\.onnx cannot be loaded/,
    ],
    [
      'missing weights',
      withFiles({ 'onnx/model.onnx': graphWithExternalWeights('model.onnx_data') }),
      /cannot be loaded.*model\.onnx_data/s,
    ],
    [
      'vectors that are not normalized as the settings say',
      withFiles({ 'paperfield.json': { ...tinySettings, normalize: false } }),
      /vector of length [\d.]+, not 1 as its settings say.*text that begins "robots"/,
    ],
  ])('%s', async (_, files, message) => {
    await expect(embedWith(files, ['robots'])).rejects.toThrow(modelError(message));
  });

  test('NaN, with the text that caused it and no other', async () => {
    const texts = ['robots learn', `robots grasp [NAN] ${long}`];
    await expect(embedWith(tinyFiles(), texts)).rejects.toThrow(
      modelError(
        /NaN or infinity in it for the text that begins "robots grasp \[NAN\] robots learn to push objects by touch rob"/,
      ),
    );
  });

  test('a text on which the graph fails, with its beginning', async () => {
    await expect(embedWith(tinyFiles(), ['robots [FAR] grasp'])).rejects.toThrow(
      modelError(/model tiny fails on texts of 5 tokens, the first of them "robots \[FAR\] grasp"/),
    );
  });

  test('an empty graph', async () => {
    const empty = encodeOnnxModel({ name: 'empty', inputs: [], outputs: [], constants: [], nodes: [] });
    await expect(embedWith(withFiles({ 'onnx/model.onnx': empty }), ['robots'])).rejects.toThrow(modelError(/model/));
  });
});
