import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PaperfieldError } from '../../core/errors.ts';

/** What `--model` says when the user says nothing: the model that lies in the repository. */
export const EMBEDDED_MODEL = 'embedded';
const EMBEDDED_NAME = 'paperfield-static';

const modelsFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'data', 'models');

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
  if (!model.includes('/') && existsSync(join(shipped, 'config.json'))) return { folder: shipped };
  const folder = resolve(model);
  if (existsSync(join(folder, 'config.json'))) return { folder };
  if (!isAbsolute(model) && !model.startsWith('.') && /^[\w.-]+\/[\w.-]+$/.test(model)) return { hubId: model };
  throw new PaperfieldError(
    'model',
    `no model '${model}': expected '${EMBEDDED_MODEL}', a folder with config.json, tokenizer.json and onnx/, or a hub id such as Xenova/all-MiniLM-L6-v2`,
  );
}
