import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PAD_TOKEN, tokenizerRecipe, UNKNOWN_TOKEN } from '../embedding/wordpiece.ts';
import { encodeOnnxModel } from './onnx-proto.ts';
import { type QuantizedTable, staticModelGraph } from './static-model-graph.ts';

/**
 * `tokenizer.json`.
 *
 * @param vocabulary tokens in row order.
 */
export function tokenizerJson(vocabulary: readonly string[]): string {
  return JSON.stringify(tokenizerRecipe(Object.fromEntries(vocabulary.map((token, row) => [token, row]))));
}

/** `tokenizer_config.json`: the general tokenizer class, which asks for no token types. */
export function tokenizerConfigJson(maxTokens: number): string {
  return `${JSON.stringify(
    {
      tokenizer_class: 'PreTrainedTokenizer',
      model_max_length: maxTokens,
      pad_token: PAD_TOKEN,
      unk_token: UNKNOWN_TOKEN,
      clean_up_tokenization_spaces: false,
    },
    null,
    2,
  )}\n`;
}

/**
 * `config.json`. The type `bert` is not what the graph is: it is the plainest name under which transformers takes
 * `input_ids` and `attention_mask` to an encoder and hands back whatever the graph puts out.
 */
export function modelConfigJson(vocabularySize: number, dimensions: number, maxTokens: number): string {
  return `${JSON.stringify(
    {
      model_type: 'bert',
      architectures: ['BertModel'],
      vocab_size: vocabularySize,
      hidden_size: dimensions,
      max_position_embeddings: maxTokens,
      num_hidden_layers: 0,
      num_attention_heads: 1,
      pad_token_id: 0,
    },
    null,
    2,
  )}\n`;
}

export interface ModelParts {
  vocabulary: readonly string[];
  table: QuantizedTable;
  /** See {@link staticModelGraph}. */
  saturation: number;
  maxTokens: number;
  /** How often a title stands in front of its abstract. */
  titleTimes: number;
  /** README.md: the card for people. */
  card: string;
}

/**
 * Token vectors start at random and no dimension is preferred, so any half of them tells nearly what all tell: measured at
 * 512 of 1,024, see `reranked`.
 */
const LEADING = 512;

/** The card for programs: how to feed this model and what comes out. */
function machineCardJson(name: string, dimensions: number, maxTokens: number, titleTimes: number): string {
  return `${JSON.stringify(
    {
      name,
      version: '3',
      dimensions,
      leadingDimensions: Math.min(LEADING, dimensions),
      maxTokens,
      pooling: 'model',
      output: 'sentence_embedding',
      normalize: false,
      dtype: 'fp32',
      queryPrefix: '',
      passagePrefix: '',
      separator: '\n',
      titleTimes,
    },
    null,
    2,
  )}\n`;
}

/**
 * Writes the folder that transformers loads. Beside its place first, then renamed: a run that is stopped leaves the
 * previous model whole.
 *
 * @returns bytes of all files together.
 */
export function writeModelFolder(out: string, parts: ModelParts): number {
  const name = basename(out);
  const files: [string, string | Uint8Array][] = [
    ['config.json', modelConfigJson(parts.vocabulary.length, parts.table.dimensions, parts.maxTokens)],
    ['tokenizer.json', tokenizerJson(parts.vocabulary)],
    ['tokenizer_config.json', tokenizerConfigJson(parts.maxTokens)],
    ['paperfield.json', machineCardJson(name, parts.table.dimensions, parts.maxTokens, parts.titleTimes)],
    ['README.md', parts.card],
    ['onnx/model.onnx', encodeOnnxModel(staticModelGraph(parts.table, parts.saturation))],
  ];
  const aside = join(dirname(out), `.${name}.partial`);
  const previous = join(dirname(out), `.${name}.previous`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(join(aside, 'onnx'), { recursive: true });
  let bytes = 0;
  for (const [path, content] of files) {
    writeFileSync(join(aside, path), content);
    bytes += typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
  }
  rmSync(previous, { recursive: true, force: true });
  try {
    renameSync(out, previous);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(aside, out);
  rmSync(previous, { recursive: true, force: true });
  return bytes;
}
