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
  Tensor,
} from '@xenova/transformers';
import type { Effects } from '../../core/effects.ts';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import { normalizeRows } from '../../core/vectors.ts';
import type { Embedder, ModelCard } from './embedder.ts';
import { locateModel } from './locate.ts';
import { readModelCard } from './model-card.ts';
import { poolTokens } from './pooling.ts';
import { batchesOf, type TokenBatch } from './token-batches.ts';

type DataType = NonNullable<NonNullable<Parameters<typeof AutoModel.from_pretrained>[1]>['dtype']>;

/**
 * Loads a model.
 *
 * @param source `embedded`, a folder, or a hub id; only for a hub id is the network ever touched
 * @param cacheFolder where a model fetched from the hub is kept
 * @throws PaperfieldError model, where it cannot be found, fetched or run
 */
export function openEmbedder(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
  // The library's settings are global: two models opened at once would read each other's.
  const opened = lastOpening.then(() => openAlone(source, cacheFolder, effects));
  lastOpening = opened.catch(() => undefined);
  return opened;
}

let lastOpening: Promise<unknown> = Promise.resolve();

async function openAlone(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
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
    async embed(texts, onText = () => undefined) {
      const { dimensions } = card;
      const vectors = new Float32Array(texts.length * dimensions);
      let done = 0;
      for (const batch of batchesOf(texts, tokenizer, card.maxTokens)) {
        // A text of no token at all stays the zero vector.
        const run = batch.length > 0 ? await runBatch(batch, card, model) : new Float32Array(0);
        batch.places.forEach((place, i) => {
          vectors.set(run.subarray(i * dimensions, (i + 1) * dimensions), place * dimensions);
        });
        done += batch.places.length;
        onText(done);
      }
      if (card.normalize) normalizeRows(vectors, dimensions);
      return vectors;
    },
    async close() {
      await model.dispose();
    },
  };
}

async function runBatch(batch: TokenBatch, card: ModelCard, model: PreTrainedModel): Promise<Float32Array> {
  const shape = [batch.places.length, batch.length];
  const inputs = Object.fromEntries(
    Object.entries(batch.inputs).map(([name, values]) => [name, new Tensor('int64', values, shape)]),
  );
  const outputs = await model(inputs);
  const output: Tensor | undefined = outputs[card.output];
  if (!output) {
    const given = Object.keys(outputs).join(', ');
    throw new PaperfieldError('model', `model ${card.name} has no output '${card.output}', it has: ${given}`);
  }
  return vectorsOf(output, batch, card);
}

function vectorsOf(output: Tensor, batch: TokenBatch, card: ModelCard): Float32Array {
  const { dims, data, type } = output;
  const fault = (what: string) =>
    new PaperfieldError('model', `model ${card.name}: output '${card.output}' is ${what}`);
  if (!(data instanceof Float32Array)) throw fault(`${type}, expected float32`);
  const rank = card.pooling === 'model' ? 2 : 3;
  if (dims.length !== rank || dims[rank - 1] !== card.dimensions || dims[0] !== batch.places.length) {
    throw fault(`[${dims}], expected ${rank} axes ending in ${card.dimensions}`);
  }
  if (card.pooling === 'model') return data;
  return poolTokens(data, batch.inputs.attention_mask, batch.places.length, dims[1], card.dimensions, card.pooling);
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
