import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  encodeOnnxModel,
  type OnnxConstant,
  type OnnxNode,
  type OnnxValue,
} from '../../pipeline/training/onnx-proto.ts';

/** The dimensions of the tiny models' vectors. */
export const WIDTH = 8;

/** `[NAN]` has a vector of NaN; `[FAR]`, the last, has none at all: the graph fails on it. */
const words =
  '[PAD] [UNK] [CLS] [SEP] [NAN] query : passage robots learn to push and grasp objects with touch by deep policies agents plan language models graph neural networks the of a ##s ##ning [FAR]'.split(
    ' ',
  );

type Table = 'word' | 'segment' | 'place';
const PHASE: Readonly<Record<Table, number>> = { word: 0, segment: 40, place: 70 };

/** The vector of a token, a segment or a place: no two alike, none zero. */
export function vectorOf(id: number, table: Table = 'word'): number[] {
  const nan = table === 'word' && words[id] === '[NAN]';
  return Array.from({ length: WIDTH }, (_, i) =>
    nan ? Number.NaN : Math.fround(Math.sin((id + 1 + PHASE[table]) * (i + 1.3))),
  );
}

/** The ids of a text of known words, as the tokenizer makes them: `[CLS]` before, `[SEP]` after, also where it is cut. */
export function idsOf(text: string, most = 64): number[] {
  const ids = text.split(' ').map((word) => words.indexOf(word));
  return [words.indexOf('[CLS]'), ...ids.slice(0, most - 2), words.indexOf('[SEP]')];
}

export interface TinyGraph {
  /** What it takes beside `input_ids`. */
  readonly inputs?: readonly string[];
  /** `sentence_embedding` is the sum of the tokens, of unit length; the others are each token plus that sum. */
  readonly output?: 'last_hidden_state' | 'token_embeddings' | 'sentence_embedding';
}

const table = (name: Table, rows: number): OnnxConstant => ({
  name,
  type: 'float32',
  shape: [rows, WIDTH],
  data: Float32Array.from(Array.from({ length: rows }, (_, id) => vectorOf(id, name)).flat()),
});

/** The words' vectors, the weights that may lie in a file of their own. */
export const wordTable = table('word', words.length - 1);

/** A graph that looks words up and adds what else it takes; padding does not count in its sum. */
export function tinyGraph(graph: TinyGraph = {}, words: readonly OnnxConstant[] = [wordTable]): Uint8Array {
  const { inputs = ['attention_mask'], output = 'last_hidden_state' } = graph;
  const nodes: OnnxNode[] = [{ op: 'Gather', inputs: ['word', 'input_ids'], outputs: ['words'] }];
  let tokens = 'words';
  const add = (from: Table, input: string) => {
    if (!inputs.includes(input)) return;
    nodes.push({ op: 'Gather', inputs: [from, input], outputs: [`${from}s`] });
    nodes.push({ op: 'Add', inputs: [tokens, `${from}s`], outputs: [`with_${from}`] });
    tokens = `with_${from}`;
  };
  add('segment', 'token_type_ids');
  add('place', 'position_ids');
  let kept = tokens;
  if (inputs.includes('attention_mask')) {
    nodes.push({ op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } });
    nodes.push({ op: 'Unsqueeze', inputs: ['mask', 'axis2'], outputs: ['mask3'] });
    nodes.push({ op: 'Mul', inputs: [tokens, 'mask3'], outputs: ['kept'] });
    kept = 'kept';
  }
  const pooled = output === 'sentence_embedding';
  nodes.push({ op: 'ReduceSum', inputs: [kept, 'axis1'], outputs: ['sum'], attributes: { keepdims: pooled ? 0 : 1 } });
  nodes.push(
    pooled
      ? { op: 'LpNormalization', inputs: ['sum'], outputs: [output], attributes: { axis: 1, p: 2 } }
      : { op: 'Add', inputs: [tokens, 'sum'], outputs: [output] },
  );
  const ids = (name: string): OnnxValue => ({ name, type: 'int64', shape: ['texts', 'tokens'] });
  const axis = (name: string, value: bigint): OnnxConstant => ({
    name,
    type: 'int64',
    shape: [1],
    data: BigInt64Array.of(value),
  });
  return encodeOnnxModel({
    name: 'tiny',
    inputs: ['input_ids', ...inputs].map(ids),
    outputs: [{ name: output, type: 'float32', shape: pooled ? ['texts', WIDTH] : ['texts', 'tokens', WIDTH] }],
    constants: [...words, table('segment', 2), table('place', 64), axis('axis1', 1n), axis('axis2', 2n)],
    nodes,
  });
}

const special = (content: string) => ({ id: words.indexOf(content), content, special: true, normalized: false });
const closing = (id: string) => ({ SpecialToken: { id, type_id: 0 } });

/** Set as sentence-transformers models have it: to pad every text to 32 tokens, which must not count, and to cut at 16. */
export const tinyTokenizer = {
  version: '1.0',
  truncation: { direction: 'Right', max_length: 16, strategy: 'LongestFirst', stride: 0 },
  padding: { strategy: { Fixed: 32 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[NAN]', '[FAR]'].map(special),
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [closing('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, closing('[SEP]')],
    pair: [],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [words.indexOf(id)], tokens: [id] }]),
    ),
  },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
};

export const tinyCard = {
  name: 'tiny',
  version: '1',
  dimensions: WIDTH,
  maxTokens: 64,
  pooling: 'mean',
  normalize: true,
} as const;

/** A model as sentence-transformers has it, without a card of ours. */
export function tinyFiles(graph: TinyGraph = {}): Record<string, unknown> {
  return {
    'config.json': { model_type: 'bert', hidden_size: WIDTH, max_position_embeddings: 64 },
    'tokenizer.json': tinyTokenizer,
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: 64 },
    'onnx/model.onnx': tinyGraph(graph),
  };
}

/** Writes files, JSON where they are no bytes; those that are `undefined` are left out. @returns the folder */
export function writeModel(folder: string, files: Readonly<Record<string, unknown>>): string {
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
  return folder;
}

/** The tiny graph with its words' vectors in another file: a protobuf message that follows another is merged with it. */
export function tableOutside(location: string): Uint8Array {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.of((number << 3) | 2, bytes.byteLength), bytes]);
  const entry = (key: string, value: string) =>
    field(13, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]));
  const [rows, width] = wordTable.shape;
  const tensor = Buffer.concat([
    Buffer.of(8, rows, 8, width, 16, 1),
    field(8, Buffer.from(wordTable.name)),
    entry('location', location),
    entry('length', String(wordTable.data.byteLength)),
    Buffer.of((14 << 3) | 0, 1),
  ]);
  return Buffer.concat([tinyGraph({}, []), field(7, field(5, tensor))]);
}
