/** Models from the hub: fetched once into the cache folder, a folder like any other from then on. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import { graphTypes, hubGraphName } from './graph-file.ts';
import { type FetchedFile, fetchFile } from './hub-file.ts';
import { type HubDoor, hubDoor } from './hub-request.ts';
import { isHubId } from './locate.ts';
import { CARD_FILES, graphTypeOfCard } from './model-card.ts';

const HUB = 'https://huggingface.co/';

/** Written when everything is there: what was fetched, from where. A folder without it is not whole. */
const RECEIPT = 'hub.json';
const receiptSchema = z.object({
  hub: z.string(),
  commit: z.string().optional(),
  whole: z.boolean(),
  files: z.record(z.string(), z.object({ size: z.number(), sha256: z.string() })),
});
type Receipt = z.infer<typeof receiptSchema>;

/**
 * The hub to ask, from the environment's `PAPERFIELD_HUB`; its own address where that says nothing.
 *
 * @throws PaperfieldError bad_request, where it is no http address
 */
export function hubAddress(written: string | undefined): URL {
  const text = written?.trim() || HUB;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new PaperfieldError('bad_request', `PAPERFIELD_HUB is '${text}': expected an address such as ${HUB}`);
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * The folder of a model from the hub, fetched if it is not there yet. One that was fetched whole is opened without a
 * single request; a fetch that was cut off goes on where it stopped.
 *
 * @throws PaperfieldError model, where the hub has no such model or cannot be reached
 */
export async function fetchModel(
  id: string,
  cacheFolder: string,
  hub: URL,
  effects: Effects,
  door: HubDoor = hubDoor,
): Promise<string> {
  if (!isHubId(id)) throw new PaperfieldError('model', `'${id}' is no name of a model at the hub: expected ORG/NAME`);
  const folder = join(cacheFolder, ...id.split('/'));
  const receipt = readReceipt(folder);
  if (receipt?.whole && Object.keys(receipt.files).every((name) => isThere(folder, name, receipt))) return folder;
  mkdirSync(folder, { recursive: true });
  try {
    await fetchFiles(id, folder, hub, receipt, effects, door);
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
  former: Receipt | undefined,
  effects: Effects,
  door: HubDoor,
): Promise<void> {
  // Files of an earlier, unfinished fetch are kept only where the hub named their commit: they must fit together.
  const known = former?.hub === hub.href && former.commit !== undefined ? former : undefined;
  const receipt: Receipt = { hub: hub.href, commit: known?.commit, whole: false, files: {} };
  const take = async (name: string): Promise<boolean> => {
    if (known && isThere(folder, name, known)) receipt.files[name] = known.files[name];
    else {
      const url = new URL(`${id}/resolve/${receipt.commit ?? 'main'}/${name}`, hub);
      const fetched: FetchedFile | undefined = await fetchFile(url, join(folder, name), name, effects, door);
      if (!fetched) {
        rmSync(join(folder, name), { force: true });
        return false;
      }
      receipt.commit ??= fetched.commit;
      receipt.files[name] = { size: fetched.size, sha256: fetched.sha256 };
    }
    writeReceipt(folder, receipt);
    return true;
  };

  if (!(await take('config.json'))) throw missing(`the hub has no model of this name with a config.json`);
  if (!(await take('tokenizer.json'))) throw missing('it has no tokenizer.json');
  for (const name of CARD_FILES) if (name !== 'config.json') await take(name);
  const graph = await takeFirst(graphNames(folder), take);
  if (graph === undefined) throw missing(`it has none of ${graphNames(folder).join(', ')}`);
  // Weights too large for one file lie beside the graph, in as many parts as it needs.
  if (await take(`${graph}_data`)) for (let part = 1; await take(`${graph}_data_${part}`); part++);

  receipt.whole = true;
  writeReceipt(folder, receipt);
  for (const sub of ['', ...readdirSync(folder)]) removeParts(join(folder, sub));
}

function graphNames(folder: string): string[] {
  const wanted = graphTypeOfCard(folder);
  return (wanted ? [wanted] : graphTypes).map(hubGraphName);
}

async function takeFirst(names: readonly string[], take: (name: string) => Promise<boolean>) {
  for (const name of names) if (await take(name)) return name;
  return undefined;
}

function missing(what: string): PaperfieldError {
  return new PaperfieldError('model', what);
}

function isThere(folder: string, name: string, { files }: Receipt): boolean {
  const path = join(folder, name);
  return name in files && existsSync(path) && statSync(path).size === files[name].size;
}

/** What an earlier fetch wrote; a receipt that cannot be read is none. */
function readReceipt(folder: string): Receipt | undefined {
  const path = join(folder, RECEIPT);
  if (!existsSync(path)) return undefined;
  try {
    return receiptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function writeReceipt(folder: string, receipt: Receipt): void {
  const aside = join(folder, `${RECEIPT}.${process.pid}.part`);
  writeFileSync(aside, `${JSON.stringify(receipt, null, 2)}\n`);
  renameSync(aside, join(folder, RECEIPT));
}

/** What transfers left that nobody will go on with. */
function removeParts(folder: string): void {
  if (!statSync(folder).isDirectory()) return;
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name), { force: true });
}
