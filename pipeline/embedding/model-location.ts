import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PaperfieldError } from '../core/errors.ts';
import { CARD_FILE } from './model-card.ts';

/** What `--model` says when the user says nothing: the model that lies in the repository. */
const EMBEDDED_MODEL = 'embedded';
const EMBEDDED_NAME = 'paperfield-static';

const modelsFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'models');

/** Where a model is: a folder on this machine, or an id at the hub that has to be fetched first. */
export type ModelPlace = { readonly folder: string } | { readonly hubId: string };

/**
 * Reads `--model`: `embedded`, the name of a folder in `data/models/`, the path of a folder, or a hub id such as
 * `Xenova/all-MiniLM-L6-v2`.
 *
 * @throws PaperfieldError model, where it is none of them
 */
export function locateModel(model: string): ModelPlace {
  const shipped = join(modelsFolder, model === EMBEDDED_MODEL ? EMBEDDED_NAME : model);
  if (!model.includes('/') && isModel(shipped)) return { folder: shipped };
  const folder = resolve(model);
  if (isModel(folder)) return { folder };
  if (!isAbsolute(model) && isHubId(model)) return { hubId: model };
  throw new PaperfieldError(
    'model',
    `no model '${model}': expected '${EMBEDDED_MODEL}', a folder with config.json, tokenizer.json and onnx/, or a hub id such as Xenova/all-MiniLM-L6-v2`,
  );
}

/** Whether a text may name a model at the hub: `organization/name`, neither part `.`, `..` or hidden. */
export function isHubId(text: string): boolean {
  return /^\w[\w.-]*\/\w[\w.-]*$/.test(text) && !text.includes('..');
}

function isModel(folder: string): boolean {
  return existsSync(join(folder, 'config.json')) || existsSync(join(folder, CARD_FILE));
}
