/** What the files of a sentence-transformers model say about its use. */
import { z } from 'zod';
import { PaperfieldError } from '../../core/errors.ts';

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
