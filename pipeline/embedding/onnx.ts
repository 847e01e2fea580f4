import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env, LogLevel, PreTrainedModel, PretrainedConfig, Tensor } from '@xenova/transformers';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { RaggedTokens } from './tokenizer.ts';

/** Texts with the same number of tokens. */
export interface TokenBatch {
  /** Which of the texts they are. */
  readonly textIndices: readonly number[];
  /** Tokens per text. */
  readonly length: number;
  /** The tokenizer's columns (`input_ids`, `attention_mask`, …), each row-major, texts × length. */
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/** Texts per batch, unless the model's card has another number; a CPU gains nothing from more. */
const MAX_TEXTS = 64;
/** Tokens per batch. Attention needs memory for length² × texts: a deep model would fill gigabytes at 512 tokens a text. */
const MAX_TOKENS = 16_384;

/**
 * Groups texts into batches of the same length, the shortest first. Without padding, a text's vector depends on that text
 * alone, to the bit: sums over a padded length are computed in a different order. And nothing is computed for padding.
 */
export function* batchByLength(tokens: RaggedTokens, maxTexts: number = MAX_TEXTS): Generator<TokenBatch> {
  const textsOfLength = new Map<number, number[]>();
  for (let text = 0; text + 1 < tokens.offsets.length; text++) {
    const length = tokens.offsets[text + 1] - tokens.offsets[text];
    const texts = textsOfLength.get(length);
    if (texts) texts.push(text);
    else textsOfLength.set(length, [text]);
  }
  for (const [length, texts] of [...textsOfLength].sort((a, b) => a[0] - b[0])) {
    const size = Math.max(1, Math.min(maxTexts, Math.floor(MAX_TOKENS / Math.max(1, length))));
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

/** The number types of graphs as the transformers library names them, and the suffix of the file's name before `.onnx`. */
const SUFFIXES = {
  fp32: '',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  fp16: '_fp16',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

export type Dtype = keyof typeof SUFFIXES;

/** In order of preference: the exact graph first, then the cheapest. */
export const dtypes = Object.keys(SUFFIXES) as readonly Dtype[];

/** Where the ONNX file is in a model's folder: as on the hub, or as exporters write it. */
const SUBFOLDERS = ['onnx', ''] as const;

/** An ONNX file of a model. */
interface OnnxFile {
  readonly dtype: Dtype;
  /** `onnx`, or the empty string for the model's folder itself. */
  readonly subfolder: (typeof SUBFOLDERS)[number];
  /** Path within the model's folder, with `/`. */
  readonly name: string;
}

/** The name of an ONNX file in a folder with the layout of the hub: `onnx/model_quantized.onnx`. */
export function onnxFileName(dtype: Dtype): string {
  return `onnx/model${SUFFIXES[dtype]}.onnx`;
}

/** The ONNX file to load: of the type that the model's card names, or else the first that exists. */
export function findOnnxFile(folder: string, wanted: Dtype | undefined): OnnxFile | undefined {
  for (const dtype of wanted ? [wanted] : dtypes) {
    for (const subfolder of SUBFOLDERS) {
      const name = `${subfolder === '' ? '' : `${subfolder}/`}model${SUFFIXES[dtype]}.onnx`;
      if (existsSync(join(folder, name))) return { dtype, subfolder, name };
    }
  }
  return undefined;
}

/** An ONNX file and the files beside it with its weights (`model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`). */
export function listOnnxFiles(folder: string, { subfolder, name }: OnnxFile): string[] {
  const stem = name.slice(subfolder === '' ? 0 : subfolder.length + 1);
  const weights = readdirSync(join(folder, subfolder)).filter(
    (file) => file.startsWith(stem) && /^(?:_data(?:_\d+)?|\.data)$/.test(file.slice(stem.length)),
  );
  return [name, ...weights.sort().map((file) => (subfolder === '' ? file : `${subfolder}/${file}`))];
}

interface OnnxOutput {
  readonly shape: readonly number[];
  readonly type: string;
  readonly data: unknown;
}

/** A model's ONNX graph, loaded and ready to run. */
export interface OnnxModel {
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** @returns the outputs by name. @throws Error of the runtime */
  run(batch: TokenBatch): Promise<Readonly<Record<string, OnnxOutput>>>;
  close(): Promise<void>;
}

// Folders are given by their absolute path: the library must use neither the network nor its cache. Errors reach the
// caller, so its log is not needed.
env.allowRemoteModels = false;
env.useFSCache = false;
env.logLevel = LogLevel.NONE;

const sessionSchema = z.object({
  inputMetadata: z.array(z.object({ name: z.string(), type: z.string().default('int64') })),
  outputNames: z.array(z.string()),
});
type Input = z.infer<typeof sessionSchema>['inputMetadata'][number];

/** The inputs that a text can provide. */
const SUPPORTED_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

/**
 * Loads an ONNX file of the model in a folder; weights in files beside it are found by the runtime. Its threads sleep
 * between two runs instead of spinning: spinning took half of the time of every other thread, and most of all of our own
 * tokenizer.
 *
 * @throws PaperfieldError model, if it is not an ONNX graph, or one with inputs that a text does not provide
 */
export async function openOnnxModel(folder: string, { name, dtype, subfolder }: OnnxFile): Promise<OnnxModel> {
  try {
    const model = await PreTrainedModel.from_pretrained(resolve(folder), {
      // A model type that the library does not know: otherwise it expects the files and inputs of that type.
      config: new PretrainedConfig({ model_type: 'custom' }),
      local_files_only: true,
      dtype,
      subfolder,
      session_options: { extra: { session: { intra_op: { allow_spinning: '0' } } } },
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

/** The tokenizer's column for an input; without one, `position_ids` count from 0 and everything else is 0. */
function inputTensor({ name, type }: Input, { columns, textIndices, length }: TokenBatch): Tensor {
  const shape = [textIndices.length, length];
  const defaultValue = (_: unknown, i: number) => (name === 'position_ids' ? i % length : 0);
  const values = columns[name] ?? Int32Array.from({ length: textIndices.length * length }, defaultValue);
  if (type === 'int32') return new Tensor(type, values, shape);
  const wide = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) wide[i] = BigInt(values[i]);
  return new Tensor('int64', wide, shape);
}
