import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Effects } from '../core/effects.ts';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import { CARD_FILES, graphTypeOfCard } from './model-card.ts';
import { isHubId } from './model-location.ts';
import { graphTypes, hubGraphName } from './onnx.ts';

/** One question to the hub, over all its redirects. */

/** How the hub is reached; handed in, so that tests need not wait. */
export interface HubDoor {
  readonly fetch: typeof fetch;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** A transfer from which nothing comes for this long is broken, in milliseconds. */
  readonly stallMs: number;
}

export const hubDoor: HubDoor = {
  fetch: (...args) => fetch(...args),
  wait: (ms, signal) => pause(ms, undefined, { signal }),
  stallMs: 60_000,
};

/** Trouble that may pass: the line, a server that is overloaded, a damaged transfer. */
export class PassingTrouble extends Error {}

export interface Answer {
  /** 200, 206 or 404. */
  readonly response: Response;
  /** Byte of the file that the answer begins with; -1 where the hub has nothing from there on. */
  readonly from: number;
  /** Bytes of the whole file, where the hub says so. */
  readonly size: number | undefined;
  /** What the hub calls this version of the file. */
  readonly etag: string | undefined;
  /** SHA-256 of the whole file, where the hub says so. */
  readonly sha256: string | undefined;
  /** The commit it is read from, where the hub says so. */
  readonly commit: string | undefined;
  /** What is sent, piece by piece. */
  bytes(door: HubDoor): AsyncGenerator<Uint8Array>;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/**
 * Asks for a file from a byte on.
 *
 * @throws PassingTrouble, where asking again may help
 * @throws PaperfieldError model, where it would not
 */
export async function askHub(url: URL, from: number, signal: AbortSignal, door: HubDoor): Promise<Answer> {
  let at = url;
  // What the hub itself says about the file; the store that it sends us to has names of its own for it.
  const told = { etag: undefined as string | undefined, size: undefined as number | undefined, commit: '' };
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await ask(at, from, signal, door);
    const { headers, status } = response;
    told.etag ??= strongTag(headers.get('x-linked-etag')) ?? (hop === 0 ? strongTag(headers.get('etag')) : undefined);
    told.size ??= wholeNumber(headers.get('x-linked-size'));
    told.commit ||= headers.get('x-repo-commit') ?? '';
    const location = REDIRECTS.has(status) ? headers.get('location') : null;
    if (location === null) {
      const sha256 = told.etag !== undefined && /^[0-9a-f]{64}$/.test(told.etag) ? told.etag : undefined;
      const range = rangeOf(response);
      return {
        response: checkStatus(response, at),
        from: range.from,
        size: told.size ?? range.size,
        etag: told.etag,
        sha256,
        commit: /^[0-9a-f]{40}$/.test(told.commit) ? told.commit : undefined,
        bytes: (by) => bytesOf(response, at, by),
      };
    }
    await response.body?.cancel();
    at = redirected(at, location);
  }
  throw new PaperfieldError('model', `${url}: more than ${MOST_REDIRECTS} redirects`);
}

async function ask(url: URL, from: number, signal: AbortSignal, door: HubDoor): Promise<Response> {
  // Unpacked on the way, sizes and ranges would be of something else than the file.
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'paperfield' };
  if (from > 0) headers.range = `bytes=${from}-`;
  try {
    return await door.fetch(url, { headers, signal, redirect: 'manual' });
  } catch (error) {
    signal.throwIfAborted();
    throw new PassingTrouble(`no connection to ${url.origin} (${reasonOf(error)})`, { cause: error });
  }
}

function checkStatus(response: Response, { host }: URL): Response {
  const { status } = response;
  if ([200, 206, 404, 416].includes(status)) return response;
  if (status >= 500 || status === 408 || status === 429) throw new PassingTrouble(`${host} answered ${status}`);
  if (status === 401 || status === 403) {
    throw new PaperfieldError(
      'model',
      `${host} answered ${status}: no model of this name that everybody may read; for a private one, give the folder that you downloaded it to`,
    );
  }
  throw new PaperfieldError('model', `${host} answered ${status}, which is no file`);
}

/** Where the answer begins in the file, and how long the file is. */
function rangeOf({ status, headers }: Response): { from: number; size: number | undefined } {
  if (status === 416) return { from: -1, size: undefined };
  if (status !== 206) {
    const packed = headers.has('content-encoding');
    return { from: 0, size: packed ? undefined : wholeNumber(headers.get('content-length')) };
  }
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  return { from: wholeNumber(from) ?? -1, size: wholeNumber(size) };
}

async function* bytesOf(response: Response, { host }: URL, door: HubDoor): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const stalled = new AbortController();
    const silence = pause(door.stallMs, undefined, { signal: stalled.signal }).then(() => {
      throw new PassingTrouble(`${host} sent nothing for ${door.stallMs / 1000} seconds`);
    });
    silence.catch(() => undefined);
    const read = reader.read();
    read.catch(() => undefined);
    try {
      const { done, value } = await Promise.race([read, silence]);
      if (done) return;
      yield value;
    } catch (error) {
      if (error instanceof PassingTrouble) throw error;
      throw new PassingTrouble(`the transfer from ${host} broke off (${reasonOf(error)})`, { cause: error });
    } finally {
      stalled.abort();
    }
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const safe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to && safe) return to;
  throw new PaperfieldError('model', `${from.host} sends us to '${location}', which is not followed`);
}

/** A version's name without quotes. A weak one (`W/`) may stand for other bytes, so it names nothing. */
function strongTag(etag: string | null): string | undefined {
  return /^"?([^"]+)"?$/.exec(etag?.startsWith('W/') ? '' : (etag ?? ''))?.[1];
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `fetch failed` says nothing: its cause does (ENOTFOUND, ECONNREFUSED …). */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code || messageOf(cause);
}

/** One file from the hub: it lies under its name whole, or not at all. */

/** What came. */
export interface FetchedFile {
  /** In bytes. */
  readonly size: number;
  /** Of the bytes on the disk, hexadecimal. */
  readonly sha256: string;
  /** The commit that the hub read it from, where it says so. */
  readonly commit: string | undefined;
}

/** How often a file is asked for, and how long is waited after the first failure; each further wait is twice as long. */
const TRIES = 4;
const FIRST_WAIT_MS = 500;

/**
 * Fetches a file. What arrives stands beside `target` under a name of its own (`….part`) until size and, where the hub
 * tells one, SHA-256 agree. A transfer that broke goes on where it stopped, in this run or a later one, as long as the
 * hub says that the file is still the same.
 *
 * @param label how the progress calls it; progress is in bytes
 * @returns undefined where the hub has no such file
 * @throws PaperfieldError model, where the hub cannot be reached, refuses, or sends something damaged time and again
 */
export async function fetchFile(
  url: URL,
  target: string,
  label: string,
  effects: Effects,
  door: HubDoor,
): Promise<FetchedFile | undefined> {
  mkdirSync(dirname(target), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    effects.signal.throwIfAborted();
    try {
      return await fetchOnce(url, target, label, effects, door);
    } catch (error) {
      effects.signal.throwIfAborted();
      if (!(error instanceof PassingTrouble) && !isGone(error)) throw error;
      if (attempt === TRIES) {
        const detail = `${messageOf(error)}, ${TRIES} times in a row`;
        throw new PaperfieldError('model', `${label} cannot be fetched: ${detail}`, { cause: error });
      }
    }
    await door.wait(FIRST_WAIT_MS * 2 ** (attempt - 1), effects.signal);
  }
}

async function fetchOnce(url: URL, target: string, label: string, effects: Effects, door: HubDoor) {
  const part = findPart(target);
  let answer = await askHub(url, part?.size ?? 0, effects.signal, door);
  const goesOn = partOf(target, answer.etag) === part?.path && (answer.from === part.size || answer.from === 0);
  if (part && !goesOn) {
    rmSync(part.path, { force: true });
    await answer.response.body?.cancel();
    answer = await askHub(url, 0, effects.signal, door);
  }
  if (answer.response.status === 404) return undefined;
  if (!goesOn && answer.from !== 0) throw new PassingTrouble(`the hub sent a part of ${label}, not asked for`);
  const path = partOf(target, answer.etag);
  const progress = effects.begin(`fetch ${label}`, answer.size);
  try {
    const size = await receive(answer, path, progress.at, door);
    const sha256 = await verify(answer, path, size);
    moveInto(target, path, size);
    progress.end(`${size.toLocaleString('en-US')} bytes`);
    return { size, sha256, commit: answer.commit };
  } catch (error) {
    progress.end(effects.signal.aborted ? 'stopped' : error instanceof PassingTrouble ? error.message : 'failed');
    throw error;
  }
}

/**
 * Where a file's bytes stand until they are whole. The name holds what the hub calls this version, so that two versions
 * never meet in one file, and two processes that fetch the same version write the same bytes to the same places.
 */
function partOf(target: string, etag: string | undefined): string {
  const version = etag === undefined ? `p${process.pid}` : createHash('sha256').update(etag).digest('hex').slice(0, 16);
  return `${target}.${version}.part`;
}

/** What an earlier transfer left that can be gone on with; a version without a name cannot. */
function findPart(target: string): { path: string; size: number } | undefined {
  const stem = basename(target);
  const name = readdirSync(dirname(target)).find(
    (one) => one.startsWith(stem) && /^\.[0-9a-f]{16}\.part$/.test(one.slice(stem.length)),
  );
  if (name === undefined) return undefined;
  const path = join(dirname(target), name);
  return { path, size: statSync(path).size };
}

/** Writes what comes to its place. @returns the size of the file in bytes */
async function receive(answer: Answer, path: string, at: (done: number) => void, door: HubDoor): Promise<number> {
  const { from, size: expected, response } = answer;
  let done = from;
  const file = await open(path, existsSync(path) ? 'r+' : 'w');
  try {
    for await (const bytes of answer.bytes(door)) {
      await writeAll(file, bytes, done);
      done += bytes.byteLength;
      if (expected !== undefined && done > expected) break;
      at(done);
    }
    await file.truncate(done);
    await file.sync();
  } finally {
    await file.close();
    await response.body?.cancel().catch(() => undefined);
  }
  return done;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const left = bytes.byteLength - written;
    written += (await file.write(bytes, written, left, position + written)).bytesWritten;
  }
}

async function verify({ size: expected, sha256: promised }: Answer, path: string, size: number): Promise<string> {
  if (expected !== undefined && size < expected) {
    throw new PassingTrouble(`the transfer broke off after ${size} of ${expected} bytes`);
  }
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  const sha256 = hash.digest('hex');
  if ((expected !== undefined && size > expected) || (promised !== undefined && sha256 !== promised)) {
    rmSync(path, { force: true });
    throw new PassingTrouble(
      `it arrived damaged (${size} bytes, SHA-256 ${sha256}; the hub promised ${expected ?? 'any'} bytes, ${promised ?? 'no SHA-256'})`,
    );
  }
  return sha256;
}

/** Another process that fetched the same file may have been faster: then its file is ours. */
function moveInto(target: string, part: string, size: number): void {
  try {
    renameSync(part, target);
  } catch (error) {
    if (!existsSync(target) || statSync(target).size !== size) throw error;
  }
}

/** Another process that was faster cleans up behind itself, and may take our part with it. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Models from the hub: fetched once into the cache folder, a folder like any other from then on. */

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
  previous: Receipt | undefined,
  effects: Effects,
  door: HubDoor,
): Promise<void> {
  // Files of an earlier, unfinished fetch are kept only where the hub named their commit: they must fit together.
  const known = previous?.hub === hub.href && previous.commit !== undefined ? previous : undefined;
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
