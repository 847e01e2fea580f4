/**
 * Guards against hostile requests, above all those that web pages of other sites cause. A server on the user's own machine
 * has no password, so any page that the user visits could otherwise read the collection (by DNS rebinding) or keep the
 * server busy.
 */
import { isIP, isIPv6 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { every } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import { PaperfieldError } from '../../pipeline/core/errors.ts';

/** The names under which the server may be reached. */
export interface HostOptions {
  /** The address or name that it listens on. */
  readonly host: string;
  /** Further names, such as that of a reverse proxy. */
  readonly allowedHosts?: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS = ['0.0.0.0', '[::]'];

/**
 * Answers 403 if the `Host` header names another host. After DNS rebinding, a page of evil.example reaches this server
 * under its own origin, which only the `Host` header reveals. Ports do not matter: they may be forwarded.
 *
 * Allowed are localhost, the host that the server listens on, and the configured names; if it listens on all
 * interfaces (0.0.0.0 or ::), also every IP address, which needs no DNS.
 *
 * @throws PaperfieldError bad_request, if one of `allowedHosts` is not a host name
 */
export function hostGuard({ host, allowedHosts = [] }: HostOptions): MiddlewareHandler {
  const listeningOn = hostnameOf(isIPv6(host) ? `[${host}]` : host);
  const allowed = new Set([...LOOPBACK, ...(listeningOn === undefined ? [] : [listeningOn]), ...namesOf(allowedHosts)]);
  const isWildcard = WILDCARDS.includes(listeningOn ?? '');
  return async (c, next) => {
    const requested = hostnameOf(c.req.header('host') ?? new URL(c.req.url).host);
    if (requested === undefined) throw new HTTPException(403, { message: 'the Host header is not a host name' });
    if (!allowed.has(requested) && !(isWildcard && isIP(requested.replace(/^\[|\]$/g, '')) !== 0)) {
      throw new HTTPException(403, {
        message: `the host name '${requested}' is not allowed; if it is a name of this server, start it with --allowed-hosts ${requested}`,
      });
    }
    await next();
  };
}

/**
 * Answers 403 to a request that the browser says comes from another site, except for following a link. A request
 * without the headers of browsers is let through.
 *
 * @param allowedHosts names whose `Origin` is accepted too: behind a reverse proxy it may differ from `Host`
 */
export function crossSiteGuard(allowedHosts: readonly string[] = []): MiddlewareHandler {
  const names = new Set(namesOf(allowedHosts));
  return async (c, next) => {
    const isCrossSite = () => {
      const site = c.req.header('sec-fetch-site');
      // Set by the browser, not by a page; older browsers, and all of them over plain http, send only `Origin`.
      if (site !== undefined) return site !== 'same-origin' && site !== 'none';
      const origin = c.req.header('origin');
      if (origin === undefined) return false;
      if (!URL.canParse(origin)) return true;
      const { host, hostname } = new URL(origin);
      return host !== c.req.header('host')?.toLowerCase() && !names.has(hostname);
    };
    const isLink =
      c.req.method === 'GET' &&
      c.req.header('sec-fetch-mode') === 'navigate' &&
      c.req.header('sec-fetch-dest') === 'document';
    if (!isLink && isCrossSite()) {
      throw new HTTPException(403, { message: 'requests from pages of other sites are not accepted' });
    }
    await next();
  };
}

function namesOf(allowedHosts: readonly string[]): string[] {
  return allowedHosts.map((name) => {
    const hostname = hostnameOf(isIPv6(name) ? `[${name}]` : name);
    if (hostname === undefined) {
      throw new PaperfieldError(
        'bad_request',
        `allowedHosts: '${name}' is not a host name, expected one such as papers.example.org`,
      );
    }
    return hostname;
  });
}

/** The host name of `name:port`, as `URL` writes it, without a final dot; undefined if it is none. */
function hostnameOf(hostAndPort: string): string | undefined {
  if (/[\s/\\?#@]/.test(hostAndPort) || !URL.canParse(`http://${hostAndPort}`)) return undefined;
  return new URL(`http://${hostAndPort}`).hostname.replace(/\.$/, '') || undefined;
}

/**
 * Lets only requests through that have a JSON body of limited size: 415 for another content type, 413 for a larger body.
 * Needed on every POST route: without a limit, one request could take all memory, and `text/plain` bodies are what a
 * page of another site can send without asking (a CORS 'simple request').
 */
export function jsonBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = (): never => {
    throw new HTTPException(413, { message: `the request body has more than ${maxBytes} bytes` });
  };
  // Before `bodyLimit`, which opens the body as a stream: once that is open, the server's adapter can no longer discard
  // the rest of the body, and closes the connection, maybe before the client has read the response.
  const limitAnnouncedLength: MiddlewareHandler = async (c, next) => {
    if (Number(c.req.header('content-length') ?? 0) > maxBytes) tooLarge();
    await next();
  };
  return every(requireJson, limitAnnouncedLength, bodyLimit({ maxSize: maxBytes, onError: tooLarge }));
}

const requireJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type');
  if (!/^application\/json\s*(?:;|$)/i.test(type ?? '')) {
    throw new HTTPException(415, {
      message: `the content type of the request body is ${type ? `'${type}'` : 'not given'}, expected application/json`,
    });
  }
  await next();
};
