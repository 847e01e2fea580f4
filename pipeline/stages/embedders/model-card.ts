import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import type { ModelCard } from './embedder.ts';
import { findGraph, type GraphType, graphTypes } from './graph-file.ts';
import { readSentenceTransformers, SENTENCE_TRANSFORMERS_FILES } from './sentence-transformers.ts';

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
