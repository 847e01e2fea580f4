/**
 * Fetches a model of the Hugging Face hub into the cache folder, once: configuration, tokenizer, ONNX file and
 * weights.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Effects } from '../core/effects.ts';
import { cannotWriteError, PaperfieldError } from '../core/errors.ts';
import { createFolder } from '../runtime/create-folder.ts';
import { defaultTransport, fetchFile, type HubTransport } from './download-hub-file.ts';
import { dtypes, onnxFileName } from './find-onnx-file.ts';
import { MODEL_CONFIG_FILES, readGraphSettings } from './model-settings.ts';

/**
 * Whether a text has the form of a hub id, `organization/name`. Because the id becomes a path, neither part may begin
 * with a dot, and two dots in a row are not allowed.
 */
export function isHubId(text: string): boolean {
  return /^\w[\w.-]*\/\w[\w.-]*$/.test(text) && !text.includes('..');
}

const DEFAULT_HUB = 'https://huggingface.co/';

/**
 * The address of the hub, from the environment variable `PAPERFIELD_HUB`.
 *
 * @param written value of the variable; undefined or blank for the default, huggingface.co
 * @throws PaperfieldError bad_request, if the value is not an http or https URL
 */
export function resolveHubUrl(written: string | undefined): URL {
  const text = written?.trim() || DEFAULT_HUB;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new PaperfieldError('bad_request', `PAPERFIELD_HUB is '${text}': expected an address such as ${DEFAULT_HUB}`);
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** A file in the model's folder that records which files were downloaded, and from which hub. */
const RECORD_FILE = 'hub.json';
const recordSchema = z.object({
  hub: z.string(),
  commit: z.string().optional(),
  /** Whether all files of the model were downloaded; a model without a complete record is not used. */
  complete: z.boolean(),
  files: z.record(z.string(), z.object({ size: z.number(), sha256: z.string() })),
});
type FetchRecord = z.infer<typeof recordSchema>;

/**
 * Downloads a model from the hub into the cache folder. If the model is already complete there, no request is made; an
 * interrupted download is resumed.
 *
 * @param id `organization/name`
 * @returns the model's folder
 * @throws PaperfieldError model, if the hub has no such model or cannot be reached; bad_input, if the folder cannot be
 *   created
 */
export async function fetchModel(
  id: string,
  cacheFolder: string,
  hub: URL,
  effects: Effects,
  transport: HubTransport = defaultTransport,
): Promise<string> {
  if (!isHubId(id))
    throw new PaperfieldError('model', `'${id}' is not the name of a model on the hub: expected ORG/NAME`);
  const folder = join(cacheFolder, ...id.split('/'));
  const record = readRecord(folder);
  if (record?.complete && Object.keys(record.files).every((name) => isFetched(folder, name, record))) return folder;
  try {
    createFolder(folder);
  } catch (error) {
    throw cannotWriteError(folder, error, '--data-dir');
  }
  try {
    await fetchFiles(id, folder, hub, record, effects, transport);
  } catch (error) {
    if (!(error instanceof PaperfieldError) || error.kind !== 'model') throw error;
    throw new PaperfieldError(
      'model',
      `model ${id} cannot be fetched from ${hub.href}: ${error.message}. A model that was fetched once needs no network, and the embedded one (leave --model out) never does`,
      { cause: error },
    );
  }
  return folder;
}

async function fetchFiles(
  id: string,
  folder: string,
  hub: URL,
  previous: FetchRecord | undefined,
  effects: Effects,
  transport: HubTransport,
): Promise<void> {
  // Files of an interrupted download are kept only if their commit is known: all files must be of one commit.
  const known = previous?.hub === hub.href && previous.commit !== undefined ? previous : undefined;
  const record: FetchRecord = { hub: hub.href, commit: known?.commit, complete: false, files: {} };
  const fetchIfExists = async (name: string): Promise<boolean> => {
    if (known && isFetched(folder, name, known)) record.files[name] = known.files[name];
    else {
      const url = new URL(`${id}/resolve/${record.commit ?? 'main'}/${name}`, hub);
      const file = await fetchFile(url, join(folder, name), name, effects, transport);
      if (!file) {
        rmSync(join(folder, name), { force: true });
        return false;
      }
      record.commit ??= file.commit;
      record.files[name] = { size: file.size, sha256: file.sha256 };
    }
    writeRecord(folder, record);
    return true;
  };

  if (!(await fetchIfExists('config.json'))) throw missing('the hub has no model of this name with a config.json');
  if (!(await fetchIfExists('tokenizer.json'))) throw missing('it has no tokenizer.json');
  for (const name of MODEL_CONFIG_FILES) if (name !== 'config.json') await fetchIfExists(name);
  const graphNames = onnxFileNames(folder);
  const graph = await findFirst(graphNames, fetchIfExists);
  if (graph === undefined) throw missing(`it has none of ${graphNames.join(', ')}`);
  await fetchWeights(folder, graph, fetchIfExists);

  record.complete = true;
  writeRecord(folder, record);
  for (const subfolder of ['', ...readdirSync(folder)]) removePartialFiles(join(folder, subfolder));
}

/**
 * Names of the ONNX files to look for on the hub: the one that the model's settings require, or if they require none,
 * all possible names in order of preference.
 */
function onnxFileNames(folder: string): string[] {
  const wanted = readGraphSettings(folder).dtype;
  return (wanted ? [wanted] : dtypes).map(onnxFileName);
}

/** Maximum number of weight files of one graph, as in the transformers library: 200 GB at the usual 2 GB per file. */
const MAX_WEIGHT_FILES = 100;

/**
 * Downloads the weight files that belong to an ONNX graph of more than 2 GB: `model.onnx_data`, `model.onnx_data_1`, …
 * until the hub has no next one.
 *
 * @throws PaperfieldError model, if there are more than the maximum number: some servers answer every request with a
 *   page of their own
 */
async function fetchWeights(folder: string, graph: string, fetchIfExists: (name: string) => Promise<boolean>) {
  const names = Array.from({ length: MAX_WEIGHT_FILES + 1 }, (_, i) => `${graph}_data${i === 0 ? '' : `_${i}`}`);
  for (const name of names) if (!(await fetchIfExists(name))) return;
  // The downloaded files are not weights. They are removed, because every file of such a name would be taken for a part
  // of the model.
  for (const name of names) rmSync(join(folder, name), { force: true });
  throw new PaperfieldError(
    'model',
    `it has more than ${MAX_WEIGHT_FILES} weight files for ${graph}, more than any model: the server seems to answer every name, so check PAPERFIELD_HUB`,
  );
}

async function findFirst(names: readonly string[], exists: (name: string) => Promise<boolean>) {
  for (const name of names) if (await exists(name)) return name;
  return undefined;
}

function missing(what: string): PaperfieldError {
  return new PaperfieldError('model', what);
}

function isFetched(folder: string, name: string, { files }: FetchRecord): boolean {
  const path = join(folder, name);
  return name in files && existsSync(path) && statSync(path).size === files[name].size;
}

/** Reads the record of an earlier download; undefined if there is none or it is damaged. */
function readRecord(folder: string): FetchRecord | undefined {
  const path = join(folder, RECORD_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function writeRecord(folder: string, record: FetchRecord): void {
  const temporary = join(folder, `${RECORD_FILE}.${process.pid}.part`);
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(temporary, join(folder, RECORD_FILE));
}

/** Removes the partial files of interrupted downloads, once the model is complete. */
function removePartialFiles(folder: string): void {
  // `folder` may be a file, or may have been removed meanwhile by another process that downloads the same model.
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name), { force: true });
}
