/** The settings of an embedding model: how it is to be used. Read from its folder. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { type Dtype, dtypes, findOnnxFile } from './find-onnx-file.ts';

/** How texts are passed to an embedder, and the form of the vectors that it gives. */
export interface EmbedderSettings {
  readonly name: string;
  readonly version: string;
  readonly dimensions: number;
  /** Longer texts are truncated to this many tokens. */
  readonly maxTokens: number;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  /** Text between title and abstract. */
  readonly separator: string;
  /**
   * Number of leading dimensions that the vector index contains. They must carry nearly as much information as all of
   * them.
   */
  readonly leadingDimensions: number;
  /**
   * How many times the title stands before the abstract, at least 1. A model without attention gives the title more
   * weight only if it is repeated.
   */
  readonly titleTimes: number;
  /** Whether a name at the beginning of a title ('BERT: Pre-training of …') is left out: it says nothing of the subject. */
  readonly dropName: boolean;
  /**
   * Words of abstracts that are left out, in lower case: words that say nothing of the subject, such as 'the' and
   * 'however'. More of a long abstract is then within `maxTokens`. None if undefined.
   */
  readonly omitWords?: readonly string[] | undefined;
  /** The models that are combined, in the order of their dimensions; undefined for a single model. */
  readonly parts?: readonly ModelPart[] | undefined;
}

/** The share of one model in the vectors of several models that are combined. */
export interface ModelPart {
  readonly dimensions: number;
  /** Weight of its cosine in the cosine of the whole, in (0, 1]. */
  readonly weight: number;
}

/**
 * How an embedding model is used: read from `paperfield.json` in its folder, or derived from the configuration files of
 * a sentence-transformers model.
 */
export interface ModelSettings extends EmbedderSettings {
  /**
   * How the vectors of the tokens become one vector of the text. `model`: the ONNX graph does it. `mean`, `cls`:
   * paperfield takes their mean, or the vector of the first token.
   */
  readonly pooling: 'model' | 'mean' | 'cls';
  /** Name of the output of the ONNX graph that has the vectors. */
  readonly output: string;
  /** Whether paperfield scales the vectors to unit length; false if the ONNX graph already does. */
  readonly normalize: boolean;
  /** Number type of the ONNX file that is loaded, named as in the transformers library: `fp32` is `onnx/model.onnx`. */
  readonly dtype: string;
  /**
   * Maximum number of texts per run of the ONNX graph; undefined for the default of onnx-embedder.ts. A model without
   * `paperfield.json` has 1, because texts of one batch may change each other's vectors: int8 graphs scale by the
   * largest value in the batch, and sums over a batch may be computed in a different order.
   */
  readonly batch?: number | undefined;
}

/** The file in a model's folder that says how to use the model. */
export const MODEL_SETTINGS_FILE = 'paperfield.json';

const MODULES_FILE = 'modules.json';
const PROMPTS_FILE = 'config_sentence_transformers.json';
const TRANSFORMER_FILE = 'sentence_bert_config.json';
const POOLING_FILE = '1_Pooling/config.json';
const DENSE_FILE = '2_Dense/config.json';

/**
 * The files from which settings are read or derived, and the configuration of the tokenizer. A model may lack any of
 * them.
 */
export const MODEL_CONFIG_FILES = [
  MODEL_SETTINGS_FILE,
  'config.json',
  'tokenizer_config.json',
  MODULES_FILE,
  PROMPTS_FILE,
  TRANSFORMER_FILE,
  POOLING_FILE,
  DENSE_FILE,
] as const;

/**
 * Maximum number of tokens of a text for any model: attention needs time and memory proportional to the square of their
 * number.
 */
const MAX_TOKENS = 8192;

const settingsSchema = z.object({
  name: z.string().min(1),
  version: z.string(),
  dimensions: z.number().int().min(1),
  maxTokens: z.number().int().min(8).max(MAX_TOKENS),
  pooling: z.enum(['model', 'mean', 'cls']),
  output: z.string().default('last_hidden_state'),
  normalize: z.boolean(),
  dtype: z.enum(dtypes).optional(),
  queryPrefix: z.string().default(''),
  passagePrefix: z.string().default(''),
  separator: z.string().default('\n'),
  leadingDimensions: z.number().int().min(1).optional(),
  titleTimes: z.number().int().min(1).max(8).default(1),
  dropName: z.boolean().default(false),
  omitWords: z.array(z.string().min(1)).optional(),
  batch: z.number().int().min(1).max(1024).optional(),
});

/**
 * A size in config.json: a positive integer. Each family of transformers has its own field names and values there, so
 * that any other value counts as undefined.
 */
const size = z.number().int().min(1).optional().catch(undefined);
const configSchema = z.object({ hidden_size: size, dim: size, d_model: size, max_position_embeddings: size });

/** Names of the graph output that has one vector per token, the preferred one first. */
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'] as const;

/**
 * Reads the settings of the model in a folder. Without `paperfield.json` they are derived from `config.json` and the
 * files of sentence-transformers models, with mean pooling unless these files say otherwise.
 *
 * @param name name of a model without `paperfield.json`
 * @param outputs names of the graph's outputs; `sentence_embedding`, which is pooled, is preferred to outputs of token
 *   vectors
 * @throws PaperfieldError model, if the files cannot be used or require something that is not supported
 */
export function readModelSettings(
  folder: string,
  name = basename(folder),
  outputs: readonly string[] = ['last_hidden_state'],
): ModelSettings {
  const config = readJson(join(folder, 'config.json'), configSchema);
  const settings = readJson(join(folder, MODEL_SETTINGS_FILE), settingsSchema);
  if (settings) {
    const leadingDimensions = Math.min(settings.leadingDimensions ?? settings.dimensions, settings.dimensions);
    return {
      ...settings,
      leadingDimensions,
      dtype: settings.dtype ?? findOnnxFile(folder, undefined)?.dtype ?? 'fp32',
    };
  }
  const width = config?.hidden_size ?? config?.dim ?? config?.d_model;
  if (!config || width === undefined) {
    throw new PaperfieldError(
      'model',
      `${folder}: no ${MODEL_SETTINGS_FILE}, and no config.json with hidden_size to derive settings from`,
    );
  }
  const isPooled = outputs.includes('sentence_embedding');
  const found = readSentenceTransformer(folder, isPooled);
  const maxTokens = Math.min(found.maxTokens ?? 512, config.max_position_embeddings ?? MAX_TOKENS, MAX_TOKENS);
  const tokenOutput = TOKEN_OUTPUTS.find((output) => outputs.includes(output)) ?? TOKEN_OUTPUTS[0];
  return {
    name,
    version: '',
    dimensions: found.dimensions ?? width,
    maxTokens: Math.max(8, maxTokens),
    pooling: isPooled ? 'model' : found.pooling,
    output: isPooled ? 'sentence_embedding' : tokenOutput,
    // True even if the graph normalizes: scaling a unit vector to unit length changes nothing.
    normalize: true,
    dtype: findOnnxFile(folder, undefined)?.dtype ?? 'q8',
    queryPrefix: found.queryPrefix,
    passagePrefix: found.passagePrefix,
    separator: '\n',
    titleTimes: 1,
    dropName: false,
    leadingDimensions: found.dimensions ?? width,
    batch: 1,
  };
}

const combinationSchema = z.object({
  name: z.string().min(1),
  version: z.string(),
  leadingDimensions: z.number().int().min(1).optional(),
  parts: z
    .array(
      z.object({
        model: z.string().regex(/^[\w.-]+$/),
        weight: z.number().gt(0).lte(1),
        dimensions: z.number().int().min(1).optional(),
      }),
    )
    .min(2)
    .refine((parts) => Math.abs(parts.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6, {
      error: 'the sum of the weights must be 1',
    }),
});

/** Several models that are used as one: the content of `paperfield.json` in a folder without a graph of its own. */
export type Combination = z.infer<typeof combinationSchema>;

/**
 * Reads which models a folder combines: `parts` of its `paperfield.json`, each with the name of a folder beside it.
 * Undefined for the folder of a single model.
 *
 * @throws PaperfieldError model, if the file cannot be used
 */
export function readCombination(folder: string): Combination | undefined {
  const anyParts = readJson(join(folder, MODEL_SETTINGS_FILE), z.object({ parts: z.unknown().optional() }))?.parts;
  return anyParts === undefined ? undefined : readJson(join(folder, MODEL_SETTINGS_FILE), combinationSchema);
}

/**
 * Reads what must be known before the graph of a model is loaded: the number type that `paperfield.json` requires, and the
 * number of texts in a batch. Both are undefined without such a file.
 */
export function readGraphSettings(folder: string): {
  readonly dtype?: Dtype | undefined;
  readonly batch?: number | undefined;
} {
  return readJson(join(folder, MODEL_SETTINGS_FILE), settingsSchema) ?? {};
}

/** What the files of a sentence-transformers model say about its use. */
interface SentenceTransformer {
  readonly pooling: 'mean' | 'cls';
  /** Number of dimensions of the vectors, if it differs from the width of the transformer. */
  readonly dimensions: number | undefined;
  readonly maxTokens: number | undefined;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
}

const modulesSchema = z.array(z.object({ type: z.string() }));
const promptsSchema = z.object({
  prompts: z.record(z.string(), z.string().nullable()).nullish(),
  default_prompt_name: z.string().nullish(),
});
const transformerSchema = z.object({ max_seq_length: z.number().int().min(1).nullish() });
const denseSchema = z.object({ out_features: z.number().int().min(1) });
/** The pooling configuration: newer files have one field `pooling_mode`, older ones a flag for each mode. */
const poolingSchema = z.looseObject({ pooling_mode: z.string().optional(), include_prompt: z.boolean().default(true) });

/** Names that models give to the prompts of queries and of passages, the most likely first. */
const QUERY_PROMPTS = ['query', 'search_query'];
const PASSAGE_PROMPTS = ['document', 'passage', 'corpus', 'search_document'];

/**
 * Reads the configuration files of a sentence-transformers model.
 *
 * @param isPooled whether the graph's output is a `sentence_embedding`, with all pooling and layers inside the graph
 * @throws PaperfieldError model, if the model requires something that is not supported
 */
function readSentenceTransformer(folder: string, isPooled: boolean): SentenceTransformer {
  const read = <T>(file: string, schema: z.ZodType<T>) => readJson(join(folder, file), schema);
  const layers = read(MODULES_FILE, modulesSchema)?.map(({ type }) => type.slice(type.lastIndexOf('.') + 1)) ?? [];
  const unsupported = layers.filter((type) => !['Transformer', 'Pooling', 'Normalize'].includes(type));
  if (unsupported.length > 0 && !isPooled) {
    throw new PaperfieldError(
      'model',
      `${folder}/${MODULES_FILE}: layer ${unsupported.join(', ')} is not in a graph without sentence_embedding; export the whole model, with sentence_embedding, to ONNX`,
    );
  }
  const { prompts, default_prompt_name } = read(PROMPTS_FILE, promptsSchema) ?? {};
  const findPrompt = (names: readonly string[]) =>
    [...names, default_prompt_name ?? ''].map((name) => prompts?.[name]).find((prompt) => prompt != null) ?? '';
  const queryPrefix = findPrompt(QUERY_PROMPTS);
  const passagePrefix = findPrompt(PASSAGE_PROMPTS);
  return {
    pooling: isPooled ? 'mean' : readPooling(folder, queryPrefix !== '' || passagePrefix !== ''),
    dimensions: read(DENSE_FILE, denseSchema)?.out_features,
    maxTokens: read(TRANSFORMER_FILE, transformerSchema)?.max_seq_length ?? undefined,
    queryPrefix,
    passagePrefix,
  };
}

/**
 * Names of pooling modes in configuration files, and how they are computed. The sum divided by √length
 * (`mean_sqrt_len_tokens`) is a multiple of the mean, and the vectors are normalized afterwards.
 */
const POOLING_MODES: Readonly<Record<string, 'mean' | 'cls'>> = {
  mean: 'mean',
  mean_tokens: 'mean',
  mean_sqrt_len_tokens: 'mean',
  cls: 'cls',
  cls_token: 'cls',
};

function readPooling(folder: string, hasPrompt: boolean): 'mean' | 'cls' {
  const config = readJson(join(folder, POOLING_FILE), poolingSchema);
  if (!config) return 'mean';
  const flags = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const modes = config.pooling_mode ? [config.pooling_mode] : flags.map((key) => key.slice('pooling_mode_'.length));
  const supported = modes.map((mode) => POOLING_MODES[mode]);
  if (supported.length <= 1 && supported[0] !== undefined && (config.include_prompt || !hasPrompt)) return supported[0];
  if (modes.length === 0) return 'mean';
  const written = config.include_prompt ? modes.join(' + ') : `${modes.join(' + ')} without the prompt's tokens`;
  throw new PaperfieldError(
    'model',
    `${folder}/${POOLING_FILE}: pooling '${written}' is not known: expected mean or cls, or a graph that gives sentence_embedding`,
  );
}

/**
 * Reads and validates a JSON file; undefined if it does not exist.
 *
 * @throws PaperfieldError model, if the file does not fit the schema
 */
function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    throw new PaperfieldError('model', `${path}: not usable (${detail})`, { cause: error });
  }
}
