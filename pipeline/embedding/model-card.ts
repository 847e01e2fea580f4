import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { ModelCard } from './embedder.ts';
import { findGraph, type GraphType, graphTypes } from './onnx.ts';

/** What the files of a sentence-transformers model say about its use. */

const MODULES = 'modules.json';
const PROMPTS = 'config_sentence_transformers.json';
const TRANSFORMER = 'sentence_bert_config.json';
const POOLING = '1_Pooling/config.json';
const DENSE = '2_Dense/config.json';

export const SENTENCE_TRANSFORMERS_FILES = [MODULES, PROMPTS, TRANSFORMER, POOLING, DENSE] as const;

export interface SentenceTransformer {
  readonly pooling: 'mean' | 'cls';
  /** Only where they differ from the transformer's width. */
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
/** One field in newer files, a flag a mode in older ones. */
const poolingSchema = z.looseObject({ pooling_mode: z.string().optional(), include_prompt: z.boolean().default(true) });

/** Reads a file of the model through a schema; undefined where there is none. */
type Read = <T>(file: string, schema: z.ZodType<T>) => T | undefined;

/** The names under which sentence-transformers looks for a prompt, the likeliest first. */
const QUERY_PROMPTS = ['query', 'search_query'];
const PASSAGE_PROMPTS = ['document', 'passage', 'corpus', 'search_document'];

/**
 * @param pools whether the graph gives whole `sentence_embedding`s: then nothing of pooling and layers is ours to do
 * @throws PaperfieldError model, where the model asks for what we cannot do
 */
export function readSentenceTransformers(read: Read, folder: string, pools: boolean): SentenceTransformer {
  const layers = read(MODULES, modulesSchema)?.map(({ type }) => type.slice(type.lastIndexOf('.') + 1)) ?? [];
  const unknown = layers.filter((type) => !['Transformer', 'Pooling', 'Normalize'].includes(type));
  if (unknown.length > 0 && !pools) {
    throw new PaperfieldError(
      'model',
      `${folder}/${MODULES}: layer ${unknown.join(', ')} is not in a graph without sentence_embedding; export the whole model, with sentence_embedding, to ONNX`,
    );
  }
  const { prompts, default_prompt_name } = read(PROMPTS, promptsSchema) ?? {};
  const promptOf = (names: readonly string[]) =>
    [...names, default_prompt_name ?? ''].map((name) => prompts?.[name]).find((prompt) => prompt != null) ?? '';
  const prefixes = { queryPrefix: promptOf(QUERY_PROMPTS), passagePrefix: promptOf(PASSAGE_PROMPTS) };
  return {
    pooling: pools ? 'mean' : poolingOf(read, folder, Object.values(prefixes).some(Boolean)),
    dimensions: read(DENSE, denseSchema)?.out_features,
    maxTokens: read(TRANSFORMER, transformerSchema)?.max_seq_length ?? undefined,
    ...prefixes,
  };
}

/** The mean divided by √length instead of length points the same way, and only the direction is kept. */
const MODES: Readonly<Record<string, 'mean' | 'cls'>> = {
  mean: 'mean',
  mean_tokens: 'mean',
  mean_sqrt_len_tokens: 'mean',
  cls: 'cls',
  cls_token: 'cls',
};

function poolingOf(read: Read, folder: string, prompted: boolean): 'mean' | 'cls' {
  const config = read(POOLING, poolingSchema);
  if (!config) return 'mean';
  const flagged = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const modes = config.pooling_mode ? [config.pooling_mode] : flagged.map((key) => key.slice('pooling_mode_'.length));
  const known = modes.map((mode) => MODES[mode]);
  if (known.length <= 1 && known[0] !== undefined && (config.include_prompt || !prompted)) return known[0];
  if (modes.length === 0) return 'mean';
  const asked = config.include_prompt ? modes.join(' + ') : `${modes.join(' + ')} without the prompt's tokens`;
  throw new PaperfieldError(
    'model',
    `${folder}/${POOLING}: pooling '${asked}' is not known: expected mean or cls, or a graph that gives sentence_embedding`,
  );
}

/** The file in a model's folder that says how to use it. */
export const CARD_FILE = 'paperfield.json';

/** The files that a card is read or reckoned from, and the tokenizer's settings; a model may lack any of them. */
export const CARD_FILES = [CARD_FILE, 'config.json', 'tokenizer_config.json', ...SENTENCE_TRANSFORMERS_FILES] as const;

/** Longer texts than this go through no model that we know in reasonable time. */
const MOST_TOKENS = 8192;

const cardSchema = z.object({
  name: z.string().min(1),
  version: z.string(),
  dimensions: z.number().int().min(1),
  maxTokens: z.number().int().min(8).max(MOST_TOKENS),
  pooling: z.enum(['model', 'mean', 'cls']),
  output: z.string().default('last_hidden_state'),
  normalize: z.boolean(),
  dtype: z.enum(graphTypes).optional(),
  queryPrefix: z.string().default(''),
  passagePrefix: z.string().default(''),
  separator: z.string().default('\n'),
  leadingDimensions: z.number().int().min(1).optional(),
  titleTimes: z.number().int().min(1).max(8).default(1),
  batch: z.number().int().min(1).max(1024).optional(),
});

/** Every family of transformers has names and values of its own here: what is no size says nothing. */
const size = z.number().int().min(1).optional().catch(undefined);
const transformerConfig = z.object({ hidden_size: size, dim: size, d_model: size, max_position_embeddings: size });

/**
 * The card of the model in a folder. Where the folder has none, one is reckoned from `config.json` and the files that
 * sentence-transformers models carry: mean pooling unless they say otherwise.
 *
 * @param outputs the graph's outputs: one that pools itself (`sentence_embedding`) is preferred to token vectors
 * @throws PaperfieldError model, where neither file can be used, or asks for what we cannot do
 */
export function readModelCard(
  folder: string,
  name = basename(folder),
  outputs: readonly string[] = ['last_hidden_state'],
): ModelCard {
  const config = readJson(join(folder, 'config.json'), transformerConfig);
  const card = readJson(join(folder, CARD_FILE), cardSchema);
  if (card) {
    const leadingDimensions = Math.min(card.leadingDimensions ?? card.dimensions, card.dimensions);
    return { ...card, leadingDimensions, dtype: card.dtype ?? findGraph(folder, undefined)?.type ?? 'fp32' };
  }
  const width = config?.hidden_size ?? config?.dim ?? config?.d_model;
  if (!config || width === undefined) {
    throw new PaperfieldError(
      'model',
      `${folder}: no ${CARD_FILE}, and no config.json with hidden_size to reckon one from`,
    );
  }
  const pools = outputs.includes('sentence_embedding');
  const made = readSentenceTransformers((file, schema) => readJson(join(folder, file), schema), folder, pools);
  const mostTokens = Math.min(made.maxTokens ?? 512, config.max_position_embeddings ?? MOST_TOKENS, MOST_TOKENS);
  return {
    name,
    version: '',
    dimensions: made.dimensions ?? width,
    maxTokens: Math.max(8, mostTokens),
    pooling: pools ? 'model' : made.pooling,
    output: pools ? 'sentence_embedding' : (TOKEN_OUTPUTS.find((one) => outputs.includes(one)) ?? TOKEN_OUTPUTS[0]),
    // Whatever the model does: a unit vector scaled again stays what it is, and cosine is how we compare.
    normalize: true,
    dtype: findGraph(folder, undefined)?.type ?? 'q8',
    queryPrefix: made.queryPrefix,
    passagePrefix: made.passagePrefix,
    separator: '\n',
    titleTimes: 1,
    leadingDimensions: made.dimensions ?? width,
    batch: 1,
  };
}

/** What graphs call a vector for each token. */
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'] as const;

/** Which graph the model's card asks for, where it has one that asks. */
export function graphTypeOfCard(folder: string): GraphType | undefined {
  return readJson(join(folder, CARD_FILE), cardSchema)?.dtype;
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new PaperfieldError('model', `${path}: not usable (${detail})`, { cause: error });
  }
}
