import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env, LogLevel, PreTrainedModel, PretrainedConfig, Tensor } from '@xenova/transformers';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { TokenBatch } from './token-batches.ts';

/** What the transformers library calls a graph's number type, and how its file's name ends before `.onnx`. */
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

export type GraphType = keyof typeof SUFFIXES;

/** In the order in which they are looked for: the exact graph first, then what costs least. */
export const graphTypes = Object.keys(SUFFIXES) as readonly GraphType[];

/** Where a model's graph may lie in its folder: as the hub has it, or as exporters write it. */
const SUBFOLDERS = ['onnx', ''] as const;

export interface GraphFile {
  readonly type: GraphType;
  /** `onnx`, or the empty string for the model's folder itself. */
  readonly subfolder: (typeof SUBFOLDERS)[number];
  /** Its name within the model's folder, with `/`. */
  readonly name: string;
}

/** The name of a graph's file in a folder laid out as the hub does. */
export function hubGraphName(type: GraphType): string {
  return `onnx/model${SUFFIXES[type]}.onnx`;
}

/** The graph to load: of the type that the model's card names, else the first there is. */
export function findGraph(folder: string, wanted: GraphType | undefined): GraphFile | undefined {
  for (const type of wanted ? [wanted] : graphTypes) {
    for (const subfolder of SUBFOLDERS) {
      const name = `${subfolder === '' ? '' : `${subfolder}/`}model${SUFFIXES[type]}.onnx`;
      if (existsSync(join(folder, name))) return { type, subfolder, name };
    }
  }
  return undefined;
}

/** The graph and the files that hold its weights beside it (`model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`). */
export function filesOfGraph(folder: string, { subfolder, name }: GraphFile): string[] {
  const stem = name.slice(subfolder === '' ? 0 : subfolder.length + 1);
  const beside = readdirSync(join(folder, subfolder)).filter(
    (file) => file.startsWith(stem) && /^(?:_data(?:_\d+)?|\.data)$/.test(file.slice(stem.length)),
  );
  return [name, ...beside.sort().map((file) => (subfolder === '' ? file : `${subfolder}/${file}`))];
}

/** The model's ONNX graph, opened by the transformers library. */

/** What the graph gave under one name. */
export interface GraphOutput {
  readonly shape: readonly number[];
  readonly type: string;
  readonly data: unknown;
}

export interface Graph {
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** Runs a batch. @throws Error, the runtime's own */
  run(batch: TokenBatch): Promise<Readonly<Record<string, GraphOutput>>>;
  close(): Promise<void>;
}

// The library finds folders by their absolute path; the network and its own cache are never asked, and what goes wrong
// reaches the caller as an error.
env.allowRemoteModels = false;
env.useFSCache = false;
env.logLevel = LogLevel.NONE;

const sessionSchema = z.object({
  inputMetadata: z.array(z.object({ name: z.string(), type: z.string().default('int64') })),
  outputNames: z.array(z.string()),
});
type Input = z.infer<typeof sessionSchema>['inputMetadata'][number];

/** What a graph may want to know of a text. */
const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

/**
 * Opens the graph of the model in a folder. Weights that lie beside it (`model.onnx_data`) are found by the runtime. Its
 * threads sleep between two runs instead of spinning: spinning took half of all time from whoever else wanted the core,
 * our own tokenizing first of all.
 *
 * @throws PaperfieldError model, where it is no ONNX graph, or one that takes something else than a text
 */
export async function openGraph(folder: string, { name, type, subfolder }: GraphFile): Promise<Graph> {
  try {
    const model = await PreTrainedModel.from_pretrained(resolve(folder), {
      // No type of model that the library knows: it would look for the files and feed the inputs of that type.
      config: new PretrainedConfig({ model_type: 'custom' }),
      local_files_only: true,
      dtype: type,
      subfolder,
      session_options: { extra: { session: { intra_op: { allow_spinning: '0' } } } },
    });
    const session = sessionSchema.parse(model.sessions.model);
    const foreign = session.inputMetadata.filter((input) => !KNOWN_INPUTS.includes(input.name));
    if (foreign.length > 0) {
      await model.dispose();
      throw new Error(
        `the graph wants ${foreign.map((one) => one.name).join(', ')}; a text gives ${KNOWN_INPUTS.join(', ')}`,
      );
    }
    return {
      outputs: session.outputNames,
      async run(batch) {
        const feeds = session.inputMetadata.map((input) => [input.name, tensorOf(input, batch)]);
        const outputs: Record<string, Tensor> = await model(Object.fromEntries(feeds));
        return Object.fromEntries(
          Object.entries(outputs).map(([key, { dims, type: of, data }]) => [key, { shape: dims, type: of, data }]),
        );
      },
      async close() {
        await model.dispose();
      },
    };
  } catch (error) {
    throw new PaperfieldError('model', `${folder}/${name} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

/** What the tokenizer made, or what stands for it where it makes none: one segment, places from 0 on. */
function tensorOf({ name, type }: Input, { columns, places, length }: TokenBatch): Tensor {
  const shape = [places.length, length];
  const madeUp = (_: unknown, i: number) => (name === 'position_ids' ? i % length : 0);
  const values = columns[name] ?? Int32Array.from({ length: places.length * length }, madeUp);
  if (type === 'int32') return new Tensor(type, values, shape);
  const wide = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) wide[i] = BigInt(values[i]);
  return new Tensor('int64', wide, shape);
}
