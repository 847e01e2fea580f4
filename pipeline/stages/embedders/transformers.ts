/** The one door to the transformers library: any ONNX feature-extraction model, from a folder or from the hub. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  AutoModel,
  AutoTokenizer,
  env,
  LogLevel,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@xenova/transformers';
import type { Effects } from '../../core/effects.ts';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import { normalizeRows } from '../../core/vectors.ts';
import type { Embedder, ModelCard } from './embedder.ts';
import { locateModel } from './locate.ts';
import { readModelCard } from './model-card.ts';
import { poolTokens } from './pooling.ts';

type DataType = NonNullable<NonNullable<Parameters<typeof AutoModel.from_pretrained>[1]>['dtype']>;

/**
 * Loads a model.
 *
 * @param source `embedded`, a folder, or a hub id; only for a hub id is the network ever touched
 * @param cacheFolder where a model fetched from the hub is kept
 * @throws PaperfieldError model, where it cannot be found, fetched or run
 */
export async function openEmbedder(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
  const place = locateModel(source);
  env.logLevel = LogLevel.ERROR;
  env.allowRemoteModels = 'hubId' in place;
  env.cacheDir = cacheFolder;
  if ('hubId' in place) {
    const { tokenizer, model, card, folder } = await openFromHub(place.hubId, cacheFolder, effects);
    return embedderOf(source, folder, card, tokenizer, model);
  }
  const card = readModelCard(place.folder);
  env.localModelPath = `${dirname(place.folder)}/`;
  try {
    const name = basename(place.folder);
    const tokenizer = await AutoTokenizer.from_pretrained(name, { local_files_only: true });
    const model = await AutoModel.from_pretrained(name, { local_files_only: true, dtype: card.dtype as DataType });
    return embedderOf(source, place.folder, card, tokenizer, model);
  } catch (error) {
    throw new PaperfieldError('model', `model in ${place.folder} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function openFromHub(id: string, cacheFolder: string, effects: Effects) {
  const folder = join(cacheFolder, id);
  const progress = effects.begin(`fetch ${id}`);
  const progress_callback = (event: { status: string; loaded?: number }) => {
    if (event.status === 'progress' && event.loaded !== undefined) progress.at(event.loaded);
  };
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(id, { progress_callback });
    const model = await AutoModel.from_pretrained(id, { progress_callback, dtype: 'fp32' });
    progress.end(`model kept in ${folder}`);
    return { tokenizer, model, folder, card: { ...readModelCard(folder, id), dtype: 'fp32' } };
  } catch (error) {
    progress.end('failed');
    throw new PaperfieldError(
      'model',
      `model ${id} cannot be fetched (${messageOf(error)}): check the name and the network, or use the embedded model by leaving --model out`,
      { cause: error },
    );
  }
}

function embedderOf(
  source: string,
  folder: string,
  card: ModelCard,
  tokenizer: PreTrainedTokenizer,
  model: PreTrainedModel,
): Embedder {
  return {
    card,
    source,
    fingerprint: fingerprintOf(folder, card),
    async embed(texts) {
      if (texts.length === 0) return new Float32Array(0);
      const inputs = tokenizer([...texts], { padding: true, truncation: true, max_length: card.maxTokens });
      const outputs = await model(inputs);
      const output: Tensor | undefined = outputs[card.output];
      if (!output) {
        const given = Object.keys(outputs).join(', ');
        throw new PaperfieldError('model', `model ${card.name} has no output '${card.output}', it has: ${given}`);
      }
      const vectors = vectorsOf(output, inputs.attention_mask as Tensor, card, texts.length);
      if (card.normalize) normalizeRows(vectors, card.dimensions);
      return vectors;
    },
    async close() {
      await model.dispose();
    },
  };
}

function vectorsOf(output: Tensor, mask: Tensor, card: ModelCard, count: number): Float32Array {
  if (!(output.data instanceof Float32Array)) {
    throw new PaperfieldError(
      'model',
      `model ${card.name}: output '${card.output}' is ${output.type}, expected float32`,
    );
  }
  const width = output.dims[output.dims.length - 1];
  const rank = card.pooling === 'model' ? 2 : 3;
  if (output.dims.length !== rank || width !== card.dimensions || output.dims[0] !== count) {
    throw new PaperfieldError(
      'model',
      `model ${card.name}: output '${card.output}' is [${output.dims}], expected ${rank} axes ending in ${card.dimensions}`,
    );
  }
  if (card.pooling === 'model') return output.data.slice();
  return poolTokens(output.data, mask.data as BigInt64Array, count, output.dims[1], width, card.pooling);
}

/** The files that decide what a vector is: tokenizer, graph, and how we use them. */
function fingerprintOf(folder: string, card: ModelCard): string {
  const hash = createHash('sha256').update(JSON.stringify(card));
  const graphs = existsSync(join(folder, 'onnx')) ? readdirSync(join(folder, 'onnx')).sort() : [];
  for (const name of [
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    ...graphs.map((file) => `onnx/${file}`),
  ]) {
    const path = join(folder, name);
    if (existsSync(path)) hash.update(`\n${name}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
