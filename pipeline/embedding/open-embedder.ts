/** Opens a model: makes an embedder from its tokenizer, its ONNX file and its card. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effects } from '../core/effects.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { normalizeRows } from '../core/vectors.ts';
import type { Embedder, ModelCard } from './embedder.ts';
import { fetchModel, hubAddress, locateModel } from './hub.ts';
import { loadTokenizer } from './library-tokenizer.ts';
import { dtypeOfCard, readModelCard } from './model-card.ts';
import {
  batchByLength,
  dtypes,
  findOnnxFile,
  listOnnxFiles,
  type OnnxModel,
  onnxFileName,
  openOnnxModel,
  type TokenBatch,
} from './onnx.ts';
import { readTokenVectors, type TokenVectors } from './token-vectors.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * Pools token vectors into one vector per text.
 *
 * @param tokens row-major, `count` × `length` × `width`: a transformer's `last_hidden_state`
 * @param mask `count` × `length`: 1 for a token, 0 for padding
 * @param pooling `cls`: the first token's vector. `mean`: the mean over the tokens that are not padding (Reimers &
 *   Gurevych 2019, Sentence-BERT); a text without tokens gives the zero vector
 * @returns row-major, `count` × `width`, not normalized
 */
export function poolTokens(
  tokens: Float32Array,
  mask: Int32Array | BigInt64Array,
  count: number,
  length: number,
  width: number,
  pooling: 'mean' | 'cls',
): Float32Array {
  const pooled = new Float32Array(count * width);
  for (let text = 0; text < count; text++) {
    const to = text * width;
    if (pooling === 'cls') {
      pooled.set(tokens.subarray(text * length * width, text * length * width + width), to);
      continue;
    }
    let tokenCount = 0;
    for (let token = 0; token < length; token++) {
      if (Number(mask[text * length + token]) === 0) continue;
      tokenCount++;
      const from = (text * length + token) * width;
      for (let i = 0; i < width; i++) pooled[to + i] += tokens[from + i];
    }
    if (tokenCount > 0) for (let i = to; i < to + width; i++) pooled[i] /= tokenCount;
  }
  return pooled;
}

/** How far the length of a vector that the graph normalized may be from 1: float32 and half-precision rounding. */
const LENGTH_TOLERANCE = 1e-3;

/**
 * Makes a model's output for a text a unit vector, in place. The zero vector stays zero.
 *
 * @throws PaperfieldError model, if it contains NaN or infinity, or if it is not normalized although the card says that
 *   the graph does it: such a vector cannot be compared by cosine
 */
export function toUnitVector(vector: Float32Array, { name, normalize }: ModelCard, text: string): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const fault = (what: string) =>
    new PaperfieldError('model', `model ${name} ${what} for the text that begins ${JSON.stringify(text.slice(0, 60))}`);
  if (!Number.isFinite(squares)) throw fault('gives a vector with NaN or infinity in it');
  if (normalize) {
    normalizeRows(vector, vector.length);
    return;
  }
  const length = Math.sqrt(squares);
  if (squares !== 0 && Math.abs(length - 1) > LENGTH_TOLERANCE) {
    throw fault(`gives a vector of length ${length.toPrecision(4)}, not 1 as its card says ("normalize": false)`);
  }
}

/** Texts tokenized at a time: enough to fill batches of each length, few enough that their tokens need little memory. */
const TEXTS_PER_BLOCK = 4096;

/**
 * Loads an ONNX embedding model.
 *
 * @param source `embedded`, a folder, or a hub id. Only a hub id uses the network, and only until the model is in the
 *   cache; the environment variable `PAPERFIELD_HUB` names another hub
 * @param cacheFolder where models fetched from the hub are kept
 * @throws PaperfieldError model, if it cannot be found, fetched or loaded
 * @example
 * const embedder = await openEmbedder('embedded', 'data/cache/models', effects);
 * const vectors = await embedder.embed([queryText(embedder.card, 'robots that grasp')]);
 * await embedder.close();
 */
export async function openEmbedder(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
  const location = locateModel(source);
  if ('folder' in location) return openFolder(source, location.folder, undefined, effects);
  const folder = await fetchModel(location.hubId, cacheFolder, hubAddress(process.env.PAPERFIELD_HUB), effects);
  return openFolder(source, folder, location.hubId, effects);
}

async function openFolder(
  source: string,
  folder: string,
  name: string | undefined,
  effects: Effects,
): Promise<Embedder> {
  const dtype = dtypeOfCard(folder);
  const file = findOnnxFile(folder, dtype);
  if (!file) {
    const names = (dtype ? [dtype] : dtypes).map(onnxFileName).join(', ');
    throw new PaperfieldError('model', `${folder}: no ONNX file of the model: expected one of ${names}`);
  }
  const tokenizer = loadTokenizer(folder, effects.debug);
  const model = await openOnnxModel(folder, file);
  try {
    const card = readModelCard(folder, name, model.outputs);
    const fingerprint = fingerprintOf(folder, card, listOnnxFiles(folder, file));
    effects.debug(
      `model: ${card.name} from ${join(folder, file.name)}, ${card.dimensions} dimensions ` +
        `(${card.leadingDimensions} in the vector index), pooling: ${card.pooling}, fingerprint ${fingerprint.slice(0, 16)}`,
    );
    let tokenVectors: TokenVectors | undefined;
    return {
      ...createEmbedder(source, card, fingerprint, tokenizer, model),
      tokenVectors() {
        tokenVectors ??= loadTokenVectors(join(folder, file.name), card, tokenizer);
        return tokenVectors;
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

function createEmbedder(
  source: string,
  card: ModelCard,
  fingerprint: string,
  tokenizer: Tokenizer,
  model: OnnxModel,
): Embedder {
  return {
    card,
    source,
    fingerprint,
    async embed(texts, onProgress = () => undefined) {
      const { dimensions } = card;
      const vectors = new Float32Array(texts.length * dimensions);
      let done = 0;
      for (let from = 0; from < texts.length; from += TEXTS_PER_BLOCK) {
        const block = texts.slice(from, from + TEXTS_PER_BLOCK);
        for (const batch of batchByLength(tokenizer(block, card.maxTokens), card.batch)) {
          // A text without tokens keeps the zero vector.
          const output = batch.length > 0 ? await runBatch(batch, card, model, block) : new Float32Array(0);
          batch.textIndices.forEach((text, i) => {
            const at = (from + text) * dimensions;
            const vector = vectors.subarray(at, at + dimensions);
            vector.set(output.subarray(i * dimensions, (i + 1) * dimensions));
            toUnitVector(vector, card, block[text]);
          });
          done += batch.textIndices.length;
          onProgress(done);
        }
      }
      return vectors;
    },
    async close() {
      await model.close();
    },
  };
}

/** Only graphs that pool can be sums of token vectors. Others are not read: their files are large. */
function loadTokenVectors(path: string, card: ModelCard, tokenizer: Tokenizer): TokenVectors | undefined {
  if (card.pooling !== 'model') return undefined;
  const vectors = readTokenVectors(readFileSync(path), tokenizer, card.maxTokens);
  return vectors?.dimensions === card.dimensions ? vectors : undefined;
}

/** One vector per text of the batch, as the graph gives it or pooled from its output. */
async function runBatch(
  batch: TokenBatch,
  card: ModelCard,
  model: OnnxModel,
  texts: readonly string[],
): Promise<Float32Array> {
  const { name, output, pooling, dimensions } = card;
  const { textIndices, length, columns } = batch;
  if (!model.outputs.includes(output)) {
    throw new PaperfieldError('model', `model ${name} has no output '${output}', it has: ${model.outputs.join(', ')}`);
  }
  const outputs = await model.run(batch).catch((error: unknown) => {
    const first = JSON.stringify(texts[textIndices[0]].slice(0, 60));
    throw new PaperfieldError(
      'model',
      `model ${name} fails on texts of ${length} tokens, the first of them ${first}: ${errorMessage(error)}`,
      { cause: error },
    );
  });
  const { shape, type, data } = outputs[output];
  const fault = (what: string) => new PaperfieldError('model', `model ${name}: output '${output}' is ${what}`);
  if (!(data instanceof Float32Array)) throw fault(`${type}, expected float32`);
  const expected = pooling === 'model' ? [textIndices.length, dimensions] : [textIndices.length, length, dimensions];
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    throw fault(`[${shape}], expected ${expected.length} axes ending in ${dimensions} ([${expected}])`);
  }
  if (pooling === 'model') return data;
  return poolTokens(data, columns.attention_mask, textIndices.length, length, dimensions, pooling);
}

/** A hash of everything that decides what a vector is: the tokenizer, the graph, and how both are used. */
function fingerprintOf(folder: string, card: ModelCard, onnxFiles: readonly string[]): string {
  // Sorted, because fields that a card leaves out are filled in at another position than those that it has.
  const hash = createHash('sha256').update(JSON.stringify(card, Object.keys(card).sort()));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', ...onnxFiles]) {
    const path = join(folder, name);
    if (existsSync(path)) hash.update(`\n${name}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
