/** Opens any ONNX embedding model, from a folder or from the hub. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effects } from '../core/effects.ts';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { Embedder, ModelCard } from './embedder.ts';
import { fetchModel, hubAddress } from './hub.ts';
import { loadTokenizer } from './library-tokenizer.ts';
import { graphTypeOfCard, readModelCard } from './model-card.ts';
import { locateModel } from './model-location.ts';
import { filesOfGraph, findGraph, type Graph, graphTypes, hubGraphName, openGraph } from './onnx.ts';
import { finishVector, poolTokens } from './pooling.ts';
import { batchesOf, type TokenBatch } from './token-batches.ts';
import { readTokenVectors, type TokenVectors } from './token-vectors.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Texts tokenized at a time: enough of each length to fill batches, few enough that their tokens take little memory. */
const BLOCK = 4096;

/**
 * Loads a model.
 *
 * @param source `embedded`, a folder, or a hub id; only for a hub id is the network ever touched, and only until the
 *   model has come. The environment's `PAPERFIELD_HUB` names another hub
 * @param cacheFolder where a model fetched from the hub is kept
 * @throws PaperfieldError model, where it cannot be found, fetched or run
 */
export async function openEmbedder(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
  const place = locateModel(source);
  if ('folder' in place) return openFolder(source, place.folder, undefined);
  const folder = await fetchModel(place.hubId, cacheFolder, hubAddress(process.env.PAPERFIELD_HUB), effects);
  return openFolder(source, folder, place.hubId);
}

async function openFolder(source: string, folder: string, name: string | undefined): Promise<Embedder> {
  const wanted = graphTypeOfCard(folder);
  const file = findGraph(folder, wanted);
  if (!file) {
    const names = (wanted ? [wanted] : graphTypes).map(hubGraphName).join(', ');
    throw new PaperfieldError('model', `${folder}: no graph of the model: expected one of ${names}`);
  }
  const tokenizer = loadTokenizer(folder);
  const graph = await openGraph(folder, file);
  try {
    const card = readModelCard(folder, name, graph.outputs);
    const fingerprint = fingerprintOf(folder, card, filesOfGraph(folder, file));
    let tokenVectors: TokenVectors | undefined;
    return {
      ...embedderOf(source, card, fingerprint, tokenizer, graph),
      tokenVectors() {
        tokenVectors ??= tokenVectorsOf(join(folder, file.name), card, tokenizer);
        return tokenVectors;
      },
    };
  } catch (error) {
    await graph.close();
    throw error;
  }
}

function embedderOf(
  source: string,
  card: ModelCard,
  fingerprint: string,
  tokenizer: Tokenizer,
  graph: Graph,
): Embedder {
  return {
    card,
    source,
    fingerprint,
    async embed(texts, onText = () => undefined) {
      const { dimensions } = card;
      const vectors = new Float32Array(texts.length * dimensions);
      let done = 0;
      for (let from = 0; from < texts.length; from += BLOCK) {
        const block = texts.slice(from, from + BLOCK);
        for (const batch of batchesOf(tokenizer(block, card.maxTokens), card.batch)) {
          // A text of no token at all stays the zero vector.
          const run = batch.length > 0 ? await runBatch(batch, card, graph, block) : new Float32Array(0);
          batch.places.forEach((place, i) => {
            const at = (from + place) * dimensions;
            const vector = vectors.subarray(at, at + dimensions);
            vector.set(run.subarray(i * dimensions, (i + 1) * dimensions));
            finishVector(vector, card, block[place]);
          });
          done += batch.places.length;
          onText(done);
        }
      }
      return vectors;
    },
    async close() {
      await graph.close();
    },
  };
}

/** Only of graphs that pool: others are read through a transformer, and their files are large. */
function tokenVectorsOf(path: string, card: ModelCard, tokenizer: Tokenizer): TokenVectors | undefined {
  if (card.pooling !== 'model') return undefined;
  const vectors = readTokenVectors(readFileSync(path), tokenizer, card.maxTokens);
  return vectors?.dimensions === card.dimensions ? vectors : undefined;
}

/** One vector a text of the batch, as the graph gives it or pooled from it. */
async function runBatch(
  batch: TokenBatch,
  card: ModelCard,
  graph: Graph,
  texts: readonly string[],
): Promise<Float32Array> {
  const { name, output, pooling, dimensions } = card;
  if (!graph.outputs.includes(output)) {
    const given = graph.outputs.join(', ');
    throw new PaperfieldError('model', `model ${name} has no output '${output}', it has: ${given}`);
  }
  const outputs = await graph.run(batch).catch((error: unknown) => {
    const first = JSON.stringify(texts[batch.places[0]].slice(0, 60));
    throw new PaperfieldError(
      'model',
      `model ${name} fails on texts of ${batch.length} tokens, the first of them ${first}: ${messageOf(error)}`,
      { cause: error },
    );
  });
  const { shape, type, data } = outputs[output];
  const fault = (what: string) => new PaperfieldError('model', `model ${name}: output '${output}' is ${what}`);
  if (!(data instanceof Float32Array)) throw fault(`${type}, expected float32`);
  const expected =
    pooling === 'model' ? [batch.places.length, dimensions] : [batch.places.length, batch.length, dimensions];
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    throw fault(`[${shape}], expected ${expected.length} axes ending in ${dimensions} ([${expected}])`);
  }
  if (pooling === 'model') return data;
  return poolTokens(data, batch.columns.attention_mask, batch.places.length, batch.length, dimensions, pooling);
}

/** The files that decide what a vector is: tokenizer, graph, and how we use them. */
function fingerprintOf(folder: string, card: ModelCard, graphFiles: readonly string[]): string {
  // In one order: what a card leaves out is filled in at another place than what it says.
  const hash = createHash('sha256').update(JSON.stringify(card, Object.keys(card).sort()));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', ...graphFiles]) {
    const path = join(folder, name);
    if (existsSync(path)) hash.update(`\n${name}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
