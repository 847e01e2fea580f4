/** What a source asks of the network, and what it gets: the interface of the HTTP client, and its limits. */
import type { Random } from '../../core/algorithms/random.ts';
import type { Resolver } from './address-guard.ts';
import type { ExpectedContent } from './answer-body.ts';

/** Headers by which a server recognizes that a client has the newest version. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface HttpRequest {
  readonly url: URL;
  readonly expects: ExpectedContent;
  /** If given, the server may answer that nothing has changed since. */
  readonly validators?: Validators | undefined;
  /** Maximum size of the decompressed answer, in bytes. */
  readonly maxBytes: number;
  /** Hosts that may have private addresses, `name` or `name:port`. */
  readonly allowPrivate: readonly string[];
  /** Minimum time between two requests to the host, if it is longer than what the host itself asks for. */
  readonly intervalMs?: number;
  /** Further statuses after which another attempt may succeed, where an API uses them so. */
  readonly transientStatuses?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body is what was asked for, or that says that nothing has changed. */
export interface HttpAnswer {
  /** The URL after redirects. */
  readonly url: URL;
  readonly isUnchanged: boolean;
  readonly validators: Validators;
  /** A header, by its name in lower case. */
  header(name: string): string | undefined;
  /** Reads the body once, decompressed; nothing if the answer is `isUnchanged`. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpClient {
  /**
   * Sends a GET request, and again after failures that may pass.
   *
   * @param consume reads the body. It is called for every attempt that gets an answer: if the body breaks off, or
   *   `consume` throws a transient FetchError, the next attempt begins anew.
   * @throws FetchError, if no attempt succeeds; the signal's reason, if it is aborted; what else `consume` throws
   */
  get<T>(request: HttpRequest, signal: AbortSignal, consume: (answer: HttpAnswer) => Promise<T>): Promise<T>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Limits and effects of a client; `defaultHttpSettings` has the limits. */
export interface HttpSettings {
  /** Who asks, with an address by which an operator can reach the user. */
  readonly userAgent: string;
  readonly connectMs: number;
  /** Maximum time without a byte, both before and within an answer. */
  readonly idleMs: number;
  /** Maximum time of one attempt, so that an answer that drips does not last for hours. */
  readonly wholeMs: number;
  /** Maximum number of attempts for a request. */
  readonly attempts: number;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** A `Retry-After` beyond this is not waited for: the source fails, and the next run tries again. */
  readonly maxRetryAfterMs: number;
  readonly resolve: Resolver;
  readonly random: Random;
  now(): Date;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Called before a wait for another attempt. */
  onRetry(message: string): void;
}

export const defaultHttpLimits = {
  connectMs: 15_000,
  idleMs: 60_000,
  wholeMs: 15 * 60_000,
  attempts: 6,
  backoff: { baseMs: 1000, capMs: 60_000 },
  maxRetryAfterMs: 10 * 60_000,
} as const;
