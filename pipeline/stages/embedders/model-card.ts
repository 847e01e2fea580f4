import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import type { ModelCard } from './embedder.ts';

/** The file in a model's folder that says how to use it. */
const CARD_FILE = 'paperfield.json';

const cardSchema = z.object({
  name: z.string().min(1),
  version: z.string(),
  dimensions: z.number().int().min(1),
  maxTokens: z.number().int().min(8).max(8192),
  pooling: z.enum(['model', 'mean', 'cls']),
  output: z.string().default('last_hidden_state'),
  normalize: z.boolean(),
  dtype: z.string().default('fp32'),
  queryPrefix: z.string().default(''),
  passagePrefix: z.string().default(''),
  separator: z.string().default('\n'),
});

const transformerConfig = z.object({
  hidden_size: z.number().int().optional(),
  dim: z.number().int().optional(),
  max_position_embeddings: z.number().int().optional(),
});
const poolingConfig = z.object({ pooling_mode_cls_token: z.boolean().default(false) });

/**
 * The card of the model in a folder. Where the folder has none, one is reckoned from `config.json` and, if it is there,
 * `1_Pooling/config.json`, as sentence-transformers models carry them: mean pooling unless they say otherwise.
 *
 * @throws PaperfieldError model, where neither file can be used
 */
export function readModelCard(folder: string, name = basename(folder)): ModelCard {
  const card = readJson(join(folder, CARD_FILE), cardSchema);
  if (card) return card;
  const config = readJson(join(folder, 'config.json'), transformerConfig);
  const dimensions = config?.hidden_size ?? config?.dim;
  if (!config || dimensions === undefined) {
    throw new PaperfieldError(
      'model',
      `${folder}: no ${CARD_FILE}, and no config.json with hidden_size to reckon one from`,
    );
  }
  const pooling = readJson(join(folder, '1_Pooling', 'config.json'), poolingConfig);
  return {
    name,
    version: '',
    dimensions,
    maxTokens: Math.min(512, config.max_position_embeddings ?? 512),
    pooling: pooling?.pooling_mode_cls_token ? 'cls' : 'mean',
    output: 'last_hidden_state',
    normalize: true,
    dtype: existsSync(join(folder, 'onnx', 'model.onnx')) ? 'fp32' : 'q8',
    queryPrefix: '',
    passagePrefix: '',
    separator: '\n',
  };
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
