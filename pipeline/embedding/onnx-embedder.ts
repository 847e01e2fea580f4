/**
 * Runs an ONNX model as an embedder: texts of equal length are run in batches, and their token vectors are pooled into
 * unit vectors.
 */

import { resolve } from 'node:path';
import { env, LogLevel, PreTrainedModel, PretrainedConfig, Tensor } from '@xenova/transformers';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { normalizeRows } from '../core/vectors.ts';
import type { Embedder } from './embedder.ts';
import type { OnnxFile } from './find-onnx-file.ts';
import type { ModelSettings } from './model-settings.ts';
import type { RaggedTokens, Tokenizer } from './tokenizer-types.ts';

/** A batch of tokenized texts that have the same number of tokens. */
export interface TokenBatch {
  /** Indices of the texts of this batch among all texts. */
  readonly textIndices: readonly number[];
  /** Number of tokens per text. */
  readonly length: number;
  /** The tokenizer's columns (`input_ids`, `attention_mask`, …), each row-major, texts × length. */
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/**
 * Maximum number of texts per batch, unless the model's settings have another number. Larger batches are not faster
 * on a CPU.
 */
const MAX_BATCH_TEXTS = 64;
/**
 * Maximum number of tokens per batch. Attention needs memory for length² × texts: with texts of 512 tokens, a deep
 * model could fill gigabytes.
 */
const MAX_BATCH_TOKENS = 16_384;

/**
 * Groups texts into batches of equal length in tokens, the shortest texts first. So no text needs padding, which would
 * take time and would change its vector in the last bits, because sums over a padded length are computed in a different
 * order.
 */
function* batchByLength(tokens: RaggedTokens, maxTexts: number = MAX_BATCH_TEXTS): Generator<TokenBatch> {
  const textsOfLength = new Map<number, number[]>();
  for (let text = 0; text + 1 < tokens.offsets.length; text++) {
    const length = tokens.offsets[text + 1] - tokens.offsets[text];
    const texts = textsOfLength.get(length);
    if (texts) texts.push(text);
    else textsOfLength.set(length, [text]);
  }
  for (const [length, texts] of [...textsOfLength].sort((a, b) => a[0] - b[0])) {
    const size = Math.max(1, Math.min(maxTexts, Math.floor(MAX_BATCH_TOKENS / Math.max(1, length))));
    for (let from = 0; from < texts.length; from += size) {
      const textIndices = texts.slice(from, from + size);
      yield { textIndices, length, columns: gatherColumns(tokens, textIndices, length) };
    }
  }
}

function gatherColumns({ offsets, columns }: RaggedTokens, texts: readonly number[], length: number) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const values = new Int32Array(texts.length * length);
      texts.forEach((text, i) => {
        values.set(column.subarray(offsets[text], offsets[text] + length), i * length);
      });
      return [name, values];
    }),
  );
}

interface OnnxOutput {
  readonly shape: readonly number[];
  readonly type: string;
  readonly data: unknown;
}

/** A model's ONNX graph, loaded and ready to run. */
export interface OnnxModel {
  /** Names of the outputs of the graph. */
  readonly outputs: readonly string[];
  /**
   * Runs the graph on a batch.
   *
   * @returns the outputs by name
   * @throws Error of the ONNX runtime
   */
  run(batch: TokenBatch): Promise<Readonly<Record<string, OnnxOutput>>>;
  close(): Promise<void>;
}

// Settings of the transformers library: models are loaded from folders by absolute path, without the network and
// without a cache. Errors are thrown to the caller, so that the log of the library is not needed.
env.allowRemoteModels = false;
env.useFSCache = false;
env.logLevel = LogLevel.NONE;

const sessionSchema = z.object({
  inputMetadata: z.array(z.object({ name: z.string(), type: z.string().default('int64') })),
  outputNames: z.array(z.string()),
});
type Input = z.infer<typeof sessionSchema>['inputMetadata'][number];

/** The inputs of a graph for which a tokenized text has values. */
const SUPPORTED_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

/**
 * Loads an ONNX file of the model in a folder. The ONNX runtime finds weight files beside it.
 *
 * @param options.isSpinning whether the threads of the runtime spin between two runs instead of sleeping. That takes half of
 *   the CPU time of all other threads, above all of our own tokenizer, but a graph that embeds one text at a time needs a
 *   tenth less time with it
 * @throws PaperfieldError model, if the file is not an ONNX graph, or a graph with unsupported inputs
 */
export async function openOnnxModel(
  folder: string,
  { name, dtype, subfolder }: OnnxFile,
  { isSpinning = false } = {},
): Promise<OnnxModel> {
  try {
    const model = await PreTrainedModel.from_pretrained(resolve(folder), {
      // `custom` is a model type that the library does not know. For a known type it expects certain files and inputs.
      config: new PretrainedConfig({ model_type: 'custom' }),
      local_files_only: true,
      dtype,
      subfolder,
      session_options: { extra: { session: { intra_op: { allow_spinning: isSpinning ? '1' : '0' } } } },
    });
    const session = sessionSchema.parse(model.sessions.model);
    const unsupported = session.inputMetadata.filter((input) => !SUPPORTED_INPUTS.includes(input.name));
    if (unsupported.length > 0) {
      await model.dispose();
      const names = unsupported.map((input) => input.name).join(', ');
      throw new Error(`the graph requires the inputs ${names}; supported are ${SUPPORTED_INPUTS.join(', ')}`);
    }
    return {
      outputs: session.outputNames,
      async run(batch) {
        const feeds = session.inputMetadata.map((input) => [input.name, inputTensor(input, batch)]);
        const outputs: Record<string, Tensor> = await model(Object.fromEntries(feeds));
        return Object.fromEntries(
          Object.entries(outputs).map(([output, { dims, type, data }]) => [output, { shape: dims, type, data }]),
        );
      },
      async close() {
        await model.dispose();
      },
    };
  } catch (error) {
    throw new PaperfieldError('model', `${folder}/${name} cannot be loaded: ${errorMessage(error)}`, { cause: error });
  }
}

/**
 * The tensor for one input of the graph: the tokenizer's column of that name. If there is none, `position_ids` count
 * from 0 and other inputs are 0.
 */
function inputTensor({ name, type }: Input, { columns, textIndices, length }: TokenBatch): Tensor {
  const shape = [textIndices.length, length];
  const defaultValue = (_: unknown, i: number) => (name === 'position_ids' ? i % length : 0);
  const values = columns[name] ?? Int32Array.from({ length: textIndices.length * length }, defaultValue);
  if (type === 'int32') return new Tensor(type, values, shape);
  const wide = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) wide[i] = BigInt(values[i]);
  return new Tensor('int64', wide, shape);
}

/**
 * Pools token vectors into one vector per text.
 *
 * @param tokens row-major, `count` × `length` × `width`: a transformer's `last_hidden_state`
 * @param mask `count` × `length`: 1 for a token, 0 for padding
 * @param pooling `cls`: the first token's vector. `mean`: the mean over the tokens that are not padding (Reimers &
 *   Gurevych 2019, Sentence-BERT); a text without tokens gives the zero vector
 * @returns row-major, `count` × `width`, not normalized
 */
export function poolTokens(
  tokens: Float32Array,
  mask: Int32Array | BigInt64Array,
  count: number,
  length: number,
  width: number,
  pooling: 'mean' | 'cls',
): Float32Array {
  const pooled = new Float32Array(count * width);
  for (let text = 0; text < count; text++) {
    const to = text * width;
    if (pooling === 'cls') {
      pooled.set(tokens.subarray(text * length * width, text * length * width + width), to);
      continue;
    }
    let tokenCount = 0;
    for (let token = 0; token < length; token++) {
      if (Number(mask[text * length + token]) === 0) continue;
      tokenCount++;
      const from = (text * length + token) * width;
      for (let i = 0; i < width; i++) pooled[to + i] += tokens[from + i];
    }
    if (tokenCount > 0) for (let i = to; i < to + width; i++) pooled[i] /= tokenCount;
  }
  return pooled;
}

/**
 * How much the length of a vector that the graph normalized may differ from 1, because of float32 and half-precision
 * rounding.
 */
const LENGTH_TOLERANCE = 1e-3;

/**
 * Makes the output of a model for a text a unit vector, in place. The zero vector stays zero.
 *
 * @param text the text of the vector, for errors
 * @throws PaperfieldError model, if the vector contains NaN or infinity, or is not of unit length although the settings
 *   says that the graph normalizes: such a vector cannot be compared by cosine
 */
function toUnitVector(vector: Float32Array, { name, normalize }: ModelSettings, text: string): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const fault = (what: string) =>
    new PaperfieldError('model', `model ${name} ${what} for the text that begins ${JSON.stringify(text.slice(0, 60))}`);
  if (!Number.isFinite(squares)) throw fault('gives a vector with NaN or infinity in it');
  if (normalize) {
    normalizeRows(vector, vector.length);
    return;
  }
  const length = Math.sqrt(squares);
  if (squares !== 0 && Math.abs(length - 1) > LENGTH_TOLERANCE) {
    throw fault(`gives a vector of length ${length.toPrecision(4)}, not 1 as its settings say ("normalize": false)`);
  }
}

/**
 * Number of texts that are tokenized at a time: enough to fill batches of each length, few enough that their tokens
 * need little memory.
 */
const TEXTS_PER_BLOCK = 4096;

/** Creates an embedder that runs an ONNX model. Closing the embedder closes the model. */
export function createOnnxEmbedder(
  source: string,
  settings: ModelSettings,
  fingerprint: string,
  tokenizer: Tokenizer,
  model: OnnxModel,
): Embedder {
  const embed: Embedder['embed'] = async (texts, onProgress = () => undefined) => {
    const { dimensions } = settings;
    const vectors = new Float32Array(texts.length * dimensions);
    let done = 0;
    for (let from = 0; from < texts.length; from += TEXTS_PER_BLOCK) {
      const block = texts.slice(from, from + TEXTS_PER_BLOCK);
      for (const batch of batchByLength(tokenizer(block, settings.maxTokens), settings.batch)) {
        // A text without tokens keeps the zero vector.
        const output = batch.length > 0 ? await runBatch(batch, settings, model, block) : new Float32Array(0);
        batch.textIndices.forEach((text, i) => {
          const at = (from + text) * dimensions;
          const vector = vectors.subarray(at, at + dimensions);
          vector.set(output.subarray(i * dimensions, (i + 1) * dimensions));
          toUnitVector(vector, settings, block[text]);
        });
        done += batch.textIndices.length;
        onProgress(done);
      }
    }
    return vectors;
  };
  const countTokens = (text: string) => tokenizer([text], settings.maxTokens).offsets[1];
  let specialTokens: number | undefined;
  return {
    settings,
    source,
    fingerprint,
    embed,
    embedQueries: (queries) => embed(queries.map((query) => `${settings.queryPrefix}${query}`)),
    hasWord(word) {
      specialTokens ??= countTokens('');
      return countTokens(word) === specialTokens + 1;
    },
    close: () => model.close(),
  };
}

/**
 * Runs the graph on a batch of texts. Returns one vector per text, as the graph gives it or pooled from the vectors of
 * the tokens.
 */
async function runBatch(
  batch: TokenBatch,
  settings: ModelSettings,
  model: OnnxModel,
  texts: readonly string[],
): Promise<Float32Array> {
  const { name, output, pooling, dimensions } = settings;
  const { textIndices, length, columns } = batch;
  if (!model.outputs.includes(output)) {
    throw new PaperfieldError('model', `model ${name} has no output '${output}', it has: ${model.outputs.join(', ')}`);
  }
  const outputs = await model.run(batch).catch((error: unknown) => {
    const first = JSON.stringify(texts[textIndices[0]].slice(0, 60));
    throw new PaperfieldError(
      'model',
      `model ${name} fails on texts of ${length} tokens, the first of them ${first}: ${errorMessage(error)}`,
      { cause: error },
    );
  });
  const { shape, type, data } = outputs[output];
  const fault = (what: string) => new PaperfieldError('model', `model ${name}: output '${output}' is ${what}`);
  if (!(data instanceof Float32Array)) throw fault(`${type}, expected float32`);
  const expected = pooling === 'model' ? [textIndices.length, dimensions] : [textIndices.length, length, dimensions];
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    throw fault(`[${shape}], expected ${expected.length} axes ending in ${dimensions} ([${expected}])`);
  }
  if (pooling === 'model') return data;
  return poolTokens(data, columns.attention_mask, textIndices.length, length, dimensions, pooling);
}
