/** Finds and opens a model: makes an embedder from its tokenizer, its ONNX file and its settings. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Effects } from '../core/effects.ts';
import { PaperfieldError } from '../core/errors.ts';
import { combineEmbedders, type EmbedderPart } from './combined-embedder.ts';
import type { Embedder } from './embedder.ts';
import { fetchModel, isHubId, resolveHubUrl } from './fetch-hub-model.ts';
import { dtypes, findOnnxFile, listOnnxFiles, onnxFileName } from './find-onnx-file.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import {
  type Combination,
  type EmbedderSettings,
  MODEL_SETTINGS_FILE,
  type ModelSettings,
  readCombination,
  readGraphSettings,
  readModelSettings,
} from './model-settings.ts';
import { createOnnxEmbedder, openOnnxModel } from './onnx-embedder.ts';
import { readTokenVectors, type TokenVectors } from './token-vectors.ts';
import type { Tokenizer } from './tokenizer-types.ts';

/** Names of the models in this repository, and their folders in `data/models/`. */
const INCLUDED_MODELS: ReadonlyMap<string, string> = new Map([
  // The default.
  ['embedded', 'paperfield'],
  // The model without attention, whatever the default is.
  ['fast', 'paperfield-static'],
]);

const modelsFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'models');

/**
 * Where a model is: in a folder of this machine, or on the Hugging Face hub, from which it may have to be downloaded.
 */
type ModelLocation = { readonly folder: string } | { readonly hubId: string };

/**
 * Finds the model that `--model` names: `embedded` or `fast`, a folder in `data/models/`, the path of a folder, or a hub id such
 * as `Xenova/all-MiniLM-L6-v2`, in this order.
 *
 * @throws PaperfieldError model, if the name is none of these
 */
export function locateModel(model: string): ModelLocation {
  const included = join(modelsFolder, INCLUDED_MODELS.get(model) ?? model);
  if (!model.includes('/') && isModelFolder(included)) return { folder: included };
  const folder = resolve(model);
  if (isModelFolder(folder)) return { folder };
  if (!isAbsolute(model) && isHubId(model)) return { hubId: model };
  throw new PaperfieldError(
    'model',
    `no model '${model}': expected '${[...INCLUDED_MODELS.keys()].join("', '")}', a folder with config.json, tokenizer.json and onnx/, or a hub id such as Xenova/all-MiniLM-L6-v2`,
  );
}

function isModelFolder(folder: string): boolean {
  return existsSync(join(folder, 'config.json')) || existsSync(join(folder, MODEL_SETTINGS_FILE));
}

/**
 * Loads an ONNX embedding model.
 *
 * @param source `embedded`, `fast`, a folder, or a hub id. Only a hub id uses the network, and only until the model is in the
 *   cache; the environment variable `PAPERFIELD_HUB` names another hub
 * @param cacheFolder where models from the hub are stored
 * @throws PaperfieldError model, if the model cannot be found, downloaded or loaded; bad_request, if PAPERFIELD_HUB is
 *   not an address; bad_input, if the cache folder cannot be created
 * @example
 * const embedder = await openEmbedder('embedded', 'data/cache/models', effects);
 * const vectors = await embedder.embedQueries(['robots that grasp']);
 * await embedder.close();
 */
export async function openEmbedder(source: string, cacheFolder: string, effects: Effects): Promise<Embedder> {
  const location = locateModel(source);
  if ('folder' in location) return openFolder(source, location.folder, undefined, effects);
  const folder = await fetchModel(location.hubId, cacheFolder, resolveHubUrl(process.env.PAPERFIELD_HUB), effects);
  return openFolder(source, folder, location.hubId, effects);
}

async function openFolder(
  source: string,
  folder: string,
  name: string | undefined,
  effects: Effects,
): Promise<Embedder> {
  const combination = readCombination(folder);
  return combination
    ? openCombination(source, folder, combination, effects)
    : openSingleModel(source, folder, name, effects);
}

/** Opens the models of a combination, which are in folders beside that of the combination. */
async function openCombination(
  source: string,
  folder: string,
  { parts: partSettings, ...combination }: Combination,
  effects: Effects,
): Promise<Embedder> {
  const parts: EmbedderPart[] = [];
  try {
    for (const { model, weight, dimensions } of partSettings) {
      const embedder = await openSingleModel(source, join(folder, '..', model), undefined, effects);
      parts.push({ embedder, weight, dimensions: Math.min(dimensions ?? Infinity, embedder.settings.dimensions) });
    }
    const dimensions = parts.reduce((sum, part) => sum + part.dimensions, 0);
    const settings: EmbedderSettings = {
      ...combination,
      dimensions,
      leadingDimensions: Math.min(combination.leadingDimensions ?? dimensions, dimensions),
      maxTokens: Math.max(...parts.map(({ embedder }) => embedder.settings.maxTokens)),
      queryPrefix: '',
      passagePrefix: '',
      separator: '\n',
      titleTimes: 1,
      dropName: false,
      parts: parts.map(({ dimensions, weight }) => ({ dimensions, weight })),
    };
    const fingerprints = parts.map(({ embedder }) => embedder.fingerprint);
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([partSettings, settings, fingerprints]))
      .digest('hex');
    return combineEmbedders(source, settings, fingerprint, parts);
  } catch (error) {
    for (const { embedder } of parts) await embedder.close();
    throw error;
  }
}

async function openSingleModel(
  source: string,
  folder: string,
  name: string | undefined,
  effects: Effects,
): Promise<Embedder> {
  const { dtype, batch } = readGraphSettings(folder);
  const file = findOnnxFile(folder, dtype);
  if (!file) {
    const names = (dtype ? [dtype] : dtypes).map(onnxFileName).join(', ');
    throw new PaperfieldError('model', `${folder}: no ONNX file of the model: expected one of ${names}`);
  }
  const tokenizer = loadTokenizer(folder, effects.debug);
  const model = await openOnnxModel(folder, file, { isSpinning: batch === 1 });
  try {
    const settings = readModelSettings(folder, name, model.outputs);
    const fingerprint = fingerprintOf(folder, settings, listOnnxFiles(folder, file));
    effects.debug(
      `model: ${settings.name} from ${join(folder, file.name)}, ${settings.dimensions} dimensions ` +
        `(${settings.leadingDimensions} in the vector index), pooling: ${settings.pooling}, fingerprint ${fingerprint.slice(0, 16)}`,
    );
    let tokenVectors: TokenVectors | undefined;
    return {
      ...createOnnxEmbedder(source, settings, fingerprint, tokenizer, model),
      tokenVectors() {
        tokenVectors ??= loadTokenVectors(join(folder, file.name), settings, tokenizer);
        return tokenVectors;
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/**
 * Reads the token vectors of a model whose text vectors are sums of them; undefined for other models. Only a graph that
 * pools can be such a model; the files of other graphs are not read, because they are large.
 */
function loadTokenVectors(path: string, settings: ModelSettings, tokenizer: Tokenizer): TokenVectors | undefined {
  if (settings.pooling !== 'model') return undefined;
  const vectors = readTokenVectors(readFileSync(path), tokenizer, settings.maxTokens);
  return vectors?.dimensions === settings.dimensions ? vectors : undefined;
}

/** A hash of everything that determines the vectors of a model: its tokenizer, its graph, and how both are used. */
function fingerprintOf(folder: string, settings: ModelSettings, onnxFiles: readonly string[]): string {
  // Keys are sorted: a default value that was filled in for a missing field is at another position than a value from
  // the settings.
  const hash = createHash('sha256').update(JSON.stringify(settings, Object.keys(settings).sort()));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', ...onnxFiles]) {
    const path = join(folder, name);
    if (existsSync(path)) hash.update(`\n${name}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
