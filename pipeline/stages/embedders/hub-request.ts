/** One question to the hub, over all its redirects. */
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, PaperfieldError } from '../../core/errors.ts';

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
