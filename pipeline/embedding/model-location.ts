import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PaperfieldError } from '../core/errors.ts';
import { CARD_FILE } from './model-card.ts';

/** The default of `--model`: the model in this repository. */
const EMBEDDED_MODEL = 'embedded';
const EMBEDDED_MODEL_FOLDER = 'paperfield-static';

const modelsFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'models');

/** Where a model is: a folder of this machine, or a model of the Hugging Face hub that may have to be fetched. */
type ModelLocation = { readonly folder: string } | { readonly hubId: string };

/**
 * Finds the model that `--model` names: `embedded`, a folder in `data/models/`, the path of a folder, or a hub id such as
 * `Xenova/all-MiniLM-L6-v2`, in this order.
 *
 * @throws PaperfieldError model, if it is none of them
 */
export function locateModel(model: string): ModelLocation {
  const included = join(modelsFolder, model === EMBEDDED_MODEL ? EMBEDDED_MODEL_FOLDER : model);
  if (!model.includes('/') && isModelFolder(included)) return { folder: included };
  const folder = resolve(model);
  if (isModelFolder(folder)) return { folder };
  if (!isAbsolute(model) && isHubId(model)) return { hubId: model };
  throw new PaperfieldError(
    'model',
    `no model '${model}': expected '${EMBEDDED_MODEL}', a folder with config.json, tokenizer.json and onnx/, or a hub id such as Xenova/all-MiniLM-L6-v2`,
  );
}

/** Whether a text has the form of a hub id, `organization/name`. Neither part may be `.`, `..` or hidden: it becomes a path. */
export function isHubId(text: string): boolean {
  return /^\w[\w.-]*\/\w[\w.-]*$/.test(text) && !text.includes('..');
}

function isModelFolder(folder: string): boolean {
  return existsSync(join(folder, 'config.json')) || existsSync(join(folder, CARD_FILE));
}
