import { describe, expect, test } from 'vitest';
import { encodeOnnxModel } from '../../../pipeline/training/onnx-proto.ts';
import { refused, tinyModels } from '../../fixtures/embed-with.ts';
import { tableOutside, tinyCard, tinyFiles, tinyGraph } from '../../fixtures/tiny-model.ts';

const { embed: embedWith } = tinyModels();
const long = Array(40).fill('robots learn to push objects by touch').join(' ');

describe('what a model gets wrong is told', () => {
  const given = (changed: Readonly<Record<string, unknown>>) => ({ ...tinyFiles(), ...changed });
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'an output that is not there',
      given({ 'paperfield.json': { ...tinyCard, output: 'pooler' } }),
      /no output 'pooler', it has: last_hidden_state/,
    ],
    [
      'other dimensions',
      given({ 'paperfield.json': { ...tinyCard, dimensions: 16 } }),
      /is \[1,3,8\], expected 3 axes ending in 16/,
    ],
    ['no tokenizer', given({ 'tokenizer.json': undefined }), /tiny: no tokenizer\.json/],
    ['a tokenizer that is none', given({ 'tokenizer.json': { model: {} } }), /tokenizer\.json: not a tokenizer/],
    [
      'no graph',
      given({ 'onnx/model.onnx': undefined }),
      /no graph of the model: expected one of onnx\/model\.onnx, onnx\/model_quantized\.onnx/,
    ],
    [
      'not the graph of its card',
      given({ 'paperfield.json': { ...tinyCard, dtype: 'q4' } }),
      /expected one of onnx\/model_q4\.onnx/,
    ],
    ['a graph that is none', given({ 'onnx/model.onnx': 'no graph' }), /onnx\/model\.onnx cannot be loaded/],
    ['half a graph', given({ 'onnx/model.onnx': tinyGraph().slice(0, 900) }), /onnx\/model\.onnx cannot be loaded/],
    [
      'weights that are not there',
      given({ 'onnx/model.onnx': tableOutside('model.onnx_data') }),
      /cannot be loaded.*model\.onnx_data/s,
    ],
    [
      'vectors of another length than promised',
      given({ 'paperfield.json': { ...tinyCard, normalize: false } }),
      /vector of length [\d.]+, not 1 as its card says.*text that begins "robots"/,
    ],
  ])('%s', async (_, files, message) => {
    await expect(embedWith(files, ['robots'])).rejects.toThrow(refused(message));
  });

  test('NaN, by the text that gave it, and the other texts are not to blame', async () => {
    const asked = ['robots learn', `robots grasp [NAN] ${long}`];
    await expect(embedWith(tinyFiles(), asked)).rejects.toThrow(
      refused(
        /NaN or infinity in it for the text that begins "robots grasp \[NAN\] robots learn to push objects by touch rob"/,
      ),
    );
  });

  test('a text that it fails on, by how it begins', async () => {
    await expect(embedWith(tinyFiles(), ['robots [FAR] grasp'])).rejects.toThrow(
      refused(/model tiny fails on texts of 5 tokens, the first of them "robots \[FAR\] grasp"/),
    );
  });

  test('a graph of nothing', async () => {
    const nothing = encodeOnnxModel({ name: 'nothing', inputs: [], outputs: [], constants: [], nodes: [] });
    await expect(embedWith(given({ 'onnx/model.onnx': nothing }), ['robots'])).rejects.toThrow(refused(/model/));
  });
});
