/**
 * Downloads a file from a Hugging Face hub: follows redirects to its storage, retries, resumes interrupted transfers,
 * and verifies size and SHA-256. A file has its final name only once it is complete.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Effects } from '../core/effects.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { createFolder } from '../runtime/create-folder.ts';

/** Network access to the hub. Passed as an argument, so that tests need neither a network nor waiting times. */
export interface HubTransport {
  readonly fetch: typeof fetch;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** A transfer that receives nothing for this many milliseconds counts as broken. */
  readonly stallTimeoutMs: number;
}

export const defaultTransport: HubTransport = {
  fetch: (...args) => fetch(...args),
  wait: (ms, signal) => delay(ms, undefined, { signal }),
  stallTimeoutMs: 60_000,
};

/** A failure that another attempt may not have: a lost connection, an overloaded server, a damaged transfer. */
class TransientError extends Error {}

/** A file that was downloaded. */
interface FetchedFile {
  /** Size of the file in bytes. */
  readonly size: number;
  /** SHA-256 of the file on disk, hexadecimal. */
  readonly sha256: string;
  /** The commit of the model's repository that the file belongs to, if the hub says so. */
  readonly commit: string | undefined;
}

/** Maximum number of attempts per file, and the pause after the first attempt; each further pause is twice as long. */
const MAX_ATTEMPTS = 4;
const INITIAL_BACKOFF_MS = 500;

/**
 * Downloads a file. Until its size and SHA-256 are verified, its bytes are in a partial file beside `target`
 * (`….part`). A transfer that was interrupted is resumed where it stopped, in this run or a later one, as long as the
 * hub has the same version of the file.
 *
 * @param label what the progress display and errors call the file; progress is in bytes
 * @returns undefined if the hub has no such file
 * @throws PaperfieldError model, if the hub cannot be reached, refuses, or repeatedly sends damaged data
 */
export async function fetchFile(
  url: URL,
  target: string,
  label: string,
  effects: Effects,
  transport: HubTransport,
): Promise<FetchedFile | undefined> {
  createFolder(dirname(target));
  for (let attempt = 1; ; attempt++) {
    effects.signal.throwIfAborted();
    try {
      return await attemptFetch(url, target, label, effects, transport);
    } catch (error) {
      effects.signal.throwIfAborted();
      if (!(error instanceof TransientError) && !isFileGone(error)) throw error;
      if (attempt === MAX_ATTEMPTS) {
        const detail = `${errorMessage(error)}, ${MAX_ATTEMPTS} times in a row`;
        throw new PaperfieldError('model', `${label} cannot be fetched: ${detail}`, { cause: error });
      }
    }
    await transport.wait(INITIAL_BACKOFF_MS * 2 ** (attempt - 1), effects.signal);
  }
}

async function attemptFetch(url: URL, target: string, label: string, effects: Effects, transport: HubTransport) {
  const partial = findPartialFile(target);
  let file = await requestFile(url, partial?.size ?? 0, effects.signal, transport);
  const isSameVersion = partialFilePath(target, file.etag) === partial?.path;
  const canResume = isSameVersion && (file.from === partial.size || file.from === 0);
  if (partial && !canResume) {
    rmSync(partial.path, { force: true });
    await file.response.body?.cancel();
    file = await requestFile(url, 0, effects.signal, transport);
  }
  if (file.response.status === 404) return undefined;
  if (!canResume && file.from !== 0) throw new TransientError(`the hub sent an unrequested range of ${label}`);
  const path = partialFilePath(target, file.etag);
  const progress = effects.startProgress(`fetch ${label}`, file.size);
  try {
    const written = await writePartialFile(file, path, progress.update);
    const { size, sha256 } = await verifyAndMove(file, path, written, target);
    progress.finish(`${size.toLocaleString('en-US')} bytes`);
    return { size, sha256, commit: file.commit };
  } catch (error) {
    progress.finish(effects.signal.aborted ? 'stopped' : error instanceof TransientError ? error.message : 'failed');
    throw error;
  }
}

/** The hub's answer to a request for a file. */
interface RemoteFile {
  /** The HTTP response; its status is 200, 206, 404 or 416. */
  readonly response: Response;
  /** Offset in the file at which the response begins; −1 if the file ends before the requested offset. */
  readonly from: number;
  /** Size of the complete file in bytes, if the hub says so. */
  readonly size: number | undefined;
  /** The hub's identifier of this version of the file; undefined if it gives none. */
  readonly etag: string | undefined;
  /** SHA-256 of the complete file, if the hub says so. */
  readonly sha256: string | undefined;
  /** The commit of the model's repository that the file belongs to, if the hub says so. */
  readonly commit: string | undefined;
  /** Reads the body of the response in chunks. */
  bytes(): AsyncGenerator<Uint8Array>;
}

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/**
 * Requests a file from an offset on, and follows redirects.
 *
 * @throws TransientError, if another attempt may succeed
 * @throws PaperfieldError model, if another attempt cannot succeed
 */
async function requestFile(
  url: URL,
  offset: number,
  signal: AbortSignal,
  transport: HubTransport,
): Promise<RemoteFile> {
  let location = url;
  // These values are taken from the answer of the hub: the storage to which it redirects has other identifiers for the
  // file.
  let etag: string | undefined;
  let size: number | undefined;
  let commit = '';
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await request(location, offset, signal, transport);
    const { headers, status } = response;
    etag ??= parseEtag(headers.get('x-linked-etag')) ?? (redirects === 0 ? parseEtag(headers.get('etag')) : undefined);
    size ??= parseCount(headers.get('x-linked-size'));
    commit ||= headers.get('x-repo-commit') ?? '';
    const next = REDIRECT_STATUSES.has(status) ? headers.get('location') : null;
    if (next === null) {
      checkStatus(response, location);
      const range = parseRange(response);
      const source = location;
      return {
        response,
        from: range.from,
        size: size ?? range.size,
        etag,
        // The hub's identifier of a large file is its SHA-256.
        sha256: etag !== undefined && /^[0-9a-f]{64}$/.test(etag) ? etag : undefined,
        commit: /^[0-9a-f]{40}$/.test(commit) ? commit : undefined,
        bytes: () => readBody(response, source, transport.stallTimeoutMs),
      };
    }
    await response.body?.cancel();
    location = redirectTarget(location, next);
  }
  throw new PaperfieldError('model', `${url}: more than ${MAX_REDIRECTS} redirects`);
}

async function request(url: URL, offset: number, signal: AbortSignal, transport: HubTransport): Promise<Response> {
  // No compression is requested, because sizes and ranges are those of the uncompressed file.
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'paperfield' };
  if (offset > 0) headers.range = `bytes=${offset}-`;
  try {
    return await transport.fetch(url, { headers, signal, redirect: 'manual' });
  } catch (error) {
    signal.throwIfAborted();
    throw new TransientError(`no connection to ${url.origin} (${networkReason(error)})`, { cause: error });
  }
}

function checkStatus({ status }: Response, { host }: URL): void {
  if ([200, 206, 404, 416].includes(status)) return;
  if (status >= 500 || status === 408 || status === 429) throw new TransientError(`${host} answered ${status}`);
  if (status === 401 || status === 403) {
    throw new PaperfieldError(
      'model',
      `${host} answered ${status}: there is no public model of this name; for a private one, give the folder that you downloaded it to`,
    );
  }
  throw new PaperfieldError('model', `${host} answered ${status}, which is not a file`);
}

/** The offset at which the response begins in the file, and the size of the file. */
function parseRange({ status, headers }: Response): { from: number; size: number | undefined } {
  if (status === 416) return { from: -1, size: undefined };
  if (status !== 206) {
    const isCompressed = headers.has('content-encoding');
    return { from: 0, size: isCompressed ? undefined : parseCount(headers.get('content-length')) };
  }
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  return { from: parseCount(from) ?? -1, size: parseCount(size) };
}

async function* readBody(response: Response, { host }: URL, stallTimeoutMs: number): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const received = new AbortController();
    const stall = delay(stallTimeoutMs, undefined, { signal: received.signal }).then(() => {
      throw new TransientError(`${host} sent nothing for ${stallTimeoutMs / 1000} seconds`);
    });
    // Only one of the two promises is handled below: a later rejection of the other must not count as unhandled.
    stall.catch(() => undefined);
    const read = reader.read();
    read.catch(() => undefined);
    try {
      const { done, value } = await Promise.race([read, stall]);
      if (done) return;
      yield value;
    } catch (error) {
      if (error instanceof TransientError) throw error;
      throw new TransientError(`the transfer from ${host} was interrupted (${networkReason(error)})`, { cause: error });
    } finally {
      received.abort();
    }
  }
}

function redirectTarget(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to && isSafe) return to;
  throw new PaperfieldError('model', `${from.host} redirects to '${location}', which is not followed`);
}

/** An ETag without its quotes; undefined for a weak ETag (`W/`), which may be the same for different bytes. */
function parseEtag(etag: string | null): string | undefined {
  return /^"?([^"]+)"?$/.exec(etag?.startsWith('W/') ? '' : (etag ?? ''))?.[1];
}

function parseCount(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The cause of a failed fetch (ENOTFOUND, ECONNREFUSED …); its own message is only `fetch failed`. */
function networkReason(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code || errorMessage(cause);
}

/**
 * The path of the partial file that holds the bytes of a file until it is complete. The name contains the version of
 * the file: two versions never mix, and two processes that download the same version write the same bytes at the same
 * offsets.
 */
function partialFilePath(target: string, etag: string | undefined): string {
  const version = etag === undefined ? `p${process.pid}` : createHash('sha256').update(etag).digest('hex').slice(0, 16);
  return `${target}.${version}.part`;
}

/**
 * Finds the partial file of an earlier transfer. Only partial files whose name contains a version are found, because
 * without it a transfer cannot be resumed.
 */
function findPartialFile(target: string): { path: string; size: number } | undefined {
  const stem = basename(target);
  const name = readdirSync(dirname(target)).find(
    (file) => file.startsWith(stem) && /^\.[0-9a-f]{16}\.part$/.test(file.slice(stem.length)),
  );
  if (name === undefined) return undefined;
  const path = join(dirname(target), name);
  return { path, size: statSync(path).size };
}

/**
 * Writes the body of a response to the partial file, at the offset at which the response begins.
 *
 * @returns the size of the partial file in bytes
 */
async function writePartialFile(file: RemoteFile, path: string, onProgress: (done: number) => void): Promise<number> {
  let done = file.from;
  const handle = await open(path, existsSync(path) ? 'r+' : 'w');
  try {
    for await (const bytes of file.bytes()) {
      await writeAll(handle, bytes, done);
      done += bytes.byteLength;
      if (file.size !== undefined && done > file.size) break;
      onProgress(done);
    }
    await handle.truncate(done);
    await handle.sync();
  } finally {
    await handle.close();
    await file.response.body?.cancel().catch(() => undefined);
  }
  return done;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const rest = bytes.byteLength - written;
    written += (await handle.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

/**
 * Verifies the partial file and renames it to `target`. If another process has downloaded the same file meanwhile and
 * removed the partial file, the file of that process is verified and used.
 */
async function verifyAndMove(file: RemoteFile, partial: string, written: number, target: string) {
  try {
    const sha256 = await verify(file, partial, written);
    renameSync(partial, target);
    return { size: written, sha256 };
  } catch (error) {
    if (!isFileGone(error) || !existsSync(target)) throw error;
    const { size } = statSync(target);
    return { size, sha256: await verify(file, target, size) };
  }
}

/**
 * Verifies a file by the size and SHA-256 that the hub has promised.
 *
 * @returns the SHA-256, hexadecimal
 * @throws TransientError, if size or SHA-256 is not as promised
 */
async function verify({ size: expected, sha256: promised }: RemoteFile, path: string, size: number): Promise<string> {
  if (expected !== undefined && size < expected) {
    throw new TransientError(`the transfer was interrupted after ${size} of ${expected} bytes`);
  }
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  const sha256 = hash.digest('hex');
  if ((expected !== undefined && size > expected) || (promised !== undefined && sha256 !== promised)) {
    rmSync(path, { force: true });
    throw new TransientError(
      `it arrived damaged (${size} bytes, SHA-256 ${sha256}; the hub promised ${expected ?? 'any'} bytes, ${promised ?? 'no SHA-256'})`,
    );
  }
  return sha256;
}

/**
 * Whether an error says that a file does not exist. The partial file may be missing because another process that
 * finished first has removed it.
 */
function isFileGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
