/**
 * The one door to the network for sources: requests with time and size limits, retries, a pace per host, and a guard
 * against private addresses.
 */
import pRetry from 'p-retry';
import { type Agent, type Dispatcher, errors, request as send } from 'undici';
import { errorMessage } from '../../core/errors.ts';
import { createGuardedAgent, isAllowedByName, PrivateAddressError } from './address-guard.ts';
import { ACCEPT, ACCEPT_ENCODING, checkContentType, collectBytes, readBody } from './answer-body.ts';
import { FetchError, shownUrl } from './fetch-error.ts';
import type { HttpAnswer, HttpClient, HttpRequest, HttpSettings } from './http-types.ts';
import { createHostGate, fullJitterWait, paceOf, parseRetryAfter } from './pacing.ts';

const MAX_REDIRECTS = 5;
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
/** Statuses after which another attempt may succeed. */
const TRANSIENT_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
/** So much of the body of a failure is read for its message. */
const MAX_FAILURE_BYTES = 64 * 1024;

export function createHttpClient(settings: HttpSettings): HttpClient {
  const { idleMs, wholeMs, attempts, backoff, maxRetryAfterMs, random, now, wait } = settings;
  const gate = createHostGate(() => now().getTime(), wait);
  const agents = new Map<string, Agent>();
  const agentFor = (allowed: readonly string[]) => {
    const key = JSON.stringify([...allowed].sort());
    const agent = agents.get(key) ?? createGuardedAgent(allowed, settings, settings.resolve);
    agents.set(key, agent);
    return agent;
  };

  async function attempt<T>(
    request: HttpRequest,
    stop: AbortSignal,
    consume: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(wholeMs);
    const signal = AbortSignal.any([stop, timeout]);
    let url = request.url;
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const response = await sendOnce(request, url, signal);
        const location = REDIRECT_STATUSES.has(response.statusCode) ? headerOf(response, 'location') : undefined;
        if (location === undefined) return await handle(request, url, response, consume);
        response.body.destroy();
        url = redirectTarget(url, location);
      }
      throw new FetchError(`${shownUrl(request.url)}: more than ${MAX_REDIRECTS} redirects`, { isTransient: false });
    } catch (error) {
      stop.throwIfAborted();
      if (timeout.aborted) {
        const message = `${shownUrl(url)}: the answer was not complete after ${wholeMs / 1000} s`;
        throw new FetchError(message, { isTransient: true, cause: error });
      }
      throw networkFailure(url, error, idleMs);
    }
  }

  async function sendOnce(request: HttpRequest, url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    if (!/^https?:$/.test(url.protocol)) {
      throw new FetchError(`${shownUrl(url)}: only http and https can be fetched`, { isTransient: false });
    }
    const { key, intervalMs } = paceOf(url.hostname);
    const isPrivate = isAllowedByName(url.hostname, url.port || undefined, request.allowPrivate);
    // A server of the user's own needs no rest that the user did not ask for.
    await gate.enter(key, Math.max(isPrivate ? 0 : intervalMs, request.intervalMs ?? 0), signal);
    const { etag, lastModified } = request.validators ?? {};
    const response = await send(url, {
      dispatcher: agentFor(request.allowPrivate),
      signal,
      headers: {
        // Further headers may hold keys, which are for the host alone that the user named.
        ...(url.origin === request.url.origin ? request.headers : {}),
        'user-agent': settings.userAgent,
        accept: ACCEPT[request.expects],
        'accept-encoding': ACCEPT_ENCODING,
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
      },
    });
    // Whoever reads a body gets its errors. Those of a body that is thrown away would end the process.
    response.body.on('error', () => undefined);
    return response;
  }

  async function handle<T>(
    request: HttpRequest,
    url: URL,
    response: Dispatcher.ResponseData,
    consume: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    const { statusCode, body } = response;
    const encoding = headerOf(response, 'content-encoding');
    const header = (name: string) => headerOf(response, name);
    const validators = { etag: headerOf(response, 'etag'), lastModified: headerOf(response, 'last-modified') };
    if (statusCode === 304 && request.validators !== undefined) {
      body.destroy();
      return consume({ url, isUnchanged: true, validators, header, body: (async function* () {})() });
    }
    if (statusCode !== 200) {
      const text = await readFailure(url, response, encoding);
      const isTransient =
        TRANSIENT_STATUSES.has(statusCode) || request.transientStatuses?.includes(statusCode) === true;
      const retryAfterMs = parseRetryAfter(headerOf(response, 'retry-after'), now());
      throw new FetchError(`${shownUrl(url)}: the server answered ${statusCode}${text === '' ? '' : ` (${text})`}`, {
        isTransient,
        status: statusCode,
        retryAfterMs,
      });
    }
    try {
      checkContentType(url, headerOf(response, 'content-type'), request.expects);
      return await consume({
        url,
        isUnchanged: false,
        validators,
        header,
        body: readBody(url, body, encoding, request.maxBytes),
      });
    } finally {
      body.destroy();
    }
  }

  return {
    get(request, signal, consume) {
      return pRetry(() => attempt(request, signal, consume), {
        // p-retry counts the attempts; the waits are ours, because its jitter is neither full nor seeded.
        retries: attempts - 1,
        minTimeout: 0,
        signal,
        shouldRetry: async ({ error, attemptNumber }) => {
          if (!(error instanceof FetchError) || !error.isTransient) return false;
          const { retryAfterMs } = error;
          if (retryAfterMs !== undefined && retryAfterMs > maxRetryAfterMs) return false;
          // A server that names a time gets it, and a little jitter, since it names the same to all.
          const jitter = fullJitterWait(attemptNumber, backoff, random);
          const ms = retryAfterMs === undefined ? jitter : retryAfterMs + Math.min(jitter, backoff.baseMs);
          settings.onRetry(
            `${error.message}; attempt ${attemptNumber + 1} of ${attempts} in ${(ms / 1000).toFixed(1)} s`,
          );
          await wait(ms, signal);
          return true;
        },
      });
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * Where a redirect leads. Its address is checked like that of any other request, when the connection is made.
 *
 * @throws FetchError, if it is no URL, or leads from https to http
 */
function redirectTarget(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (!to || !isSafe) {
    throw new FetchError(`${shownUrl(from)} redirects to '${location}', which is not followed`, { isTransient: false });
  }
  to.username = '';
  to.password = '';
  return to;
}

/** The message in the body of a failure, as one line without markup. */
async function readFailure(url: URL, response: Dispatcher.ResponseData, encoding: string | undefined): Promise<string> {
  try {
    const bytes = await collectBytes(readBody(url, response.body, encoding, MAX_FAILURE_BYTES));
    const text = bytes.toString('utf8').replace(/<[^>]*>/g, ' ');
    return text.replace(/\s+/g, ' ').trim().slice(0, 160);
  } catch {
    return '';
  }
}

/** Codes of errors of the network. Those of the disk (ENOSPC …) are not among them: no attempt will mend a full disk. */
const NETWORK_CODE =
  /^(?:ECONN\w+|ENOTFOUND|EAI_\w+|ETIMEDOUT|E(?:HOST|NET)\w+|EPIPE|EPROTO|UND_ERR_\w+|HPE_\w+|ERR_(?:TLS|SSL|STREAM)\w*|\w*CERT\w*)$/;

/** An error of the network as a FetchError; any other error unchanged. */
function networkFailure(url: URL, error: unknown, idleMs: number): unknown {
  if (error instanceof FetchError) return error;
  const reason = privateAddressIn(error);
  if (reason) return new FetchError(`${shownUrl(url)}: ${reason.message}`, { isTransient: false, cause: error });
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new FetchError(`${shownUrl(url)}: the server sent nothing for ${idleMs / 1000} s`, { isTransient: true });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NETWORK_CODE.test(code)) return error;
  const isTransient = !/CERT|ERR_TLS|ERR_SSL|UND_ERR_INVALID/.test(code);
  const message = `${shownUrl(url)}: the connection failed (${errorMessage(error) || code})`;
  return new FetchError(message, { isTransient, cause: error });
}

function privateAddressIn(error: unknown): PrivateAddressError | undefined {
  if (error instanceof PrivateAddressError) return error;
  return error instanceof Error && error.cause !== undefined ? privateAddressIn(error.cause) : undefined;
}
