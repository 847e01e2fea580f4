/** A request that failed, or an answer that is not what was asked for. */
export class FetchError extends Error {
  /** Whether another attempt may succeed: an overload, a lost connection, a truncated answer. */
  readonly isTransient: boolean;
  /** How long the server asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status, if the server answered. */
  readonly status: number | undefined;

  constructor(
    message: string,
    options: { isTransient: boolean; retryAfterMs?: number | undefined; status?: number; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'FetchError';
    this.isTransient = options.isTransient;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }
}

/** The error for an answer that is damaged or no answer to the request; another attempt may bring a whole one. */
export function damagedAnswer(url: URL, problem: string): FetchError {
  return new FetchError(`${shownUrl(url)}: ${problem}`, { isTransient: true });
}

/** Names of query parameters and what they hold are not for logs: keys of an API. */
const SECRET_PARAMETER = /key|token|secret|password|mailto/i;
/** Tokens that are part of a protocol and tell where in a list a request is. */
const PROTOCOL_PARAMETER = /^resumptionToken$/i;

/** A URL for messages: without user name, password and the keys in its query. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  for (const name of [...shown.searchParams.keys()]) {
    if (SECRET_PARAMETER.test(name) && !PROTOCOL_PARAMETER.test(name)) shown.searchParams.set(name, '…');
  }
  return shown.href.replaceAll('%E2%80%A6', '…');
}
