/**
 * Middleware that rejects hostile requests, above all those that web pages of other sites cause. A server on the user's
 * own machine has no password. Without these guards, any web page that the user visits could read the collection (by
 * DNS rebinding) or keep the server busy.
 */
import { isIP, isIPv6 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { every } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import { PaperfieldError } from '../../pipeline/core/errors.ts';

/** The host names under which the server may be reached. */
export interface HostOptions {
  /** The address or host name that the server listens on. */
  readonly host: string;
  /** Other names of the server, such as that of a reverse proxy. */
  readonly allowedHosts?: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS = ['0.0.0.0', '[::]'];

/**
 * Creates middleware that responds with 403 if the `Host` header names another host. After DNS rebinding, a page of
 * evil.example reaches this server under the page's own origin, and only the `Host` header reveals that. Ports are
 * ignored, because they may be forwarded.
 *
 * Allowed are localhost, the host that the server listens on, and the configured names. If the server listens on all
 * interfaces (0.0.0.0 or ::), every IP address is allowed too, because an IP address cannot be the result of DNS
 * rebinding.
 *
 * @throws PaperfieldError bad_request, if one of `allowedHosts` is not a host name
 */
export function createHostGuard({ host, allowedHosts = [] }: HostOptions): MiddlewareHandler {
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
 * Creates middleware that responds with 403 to requests that, according to the browser, come from a page of another
 * site. Following a link is allowed. Requests without these browser headers, such as those of curl, are allowed too.
 *
 * @param allowedHosts names that are also accepted in `Origin`, which behind a reverse proxy may differ from `Host`
 */
export function createCrossSiteGuard(allowedHosts: readonly string[] = []): MiddlewareHandler {
  const names = new Set(namesOf(allowedHosts));
  return async (c, next) => {
    const isCrossSite = () => {
      const site = c.req.header('sec-fetch-site');
      // `Sec-Fetch-Site` cannot be set by a page. Older browsers do not send it, and no browser sends it over plain
      // http to another host than localhost; then `Origin` is checked.
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

/**
 * Creates middleware for routes that change something. It responds with 403 unless the browser says that the request
 * comes from this server's own page: a request without `Sec-Fetch-Site` and `Origin` is refused too, whoever sends it.
 */
export function createOwnPageGuard(allowedHosts: readonly string[] = []): MiddlewareHandler {
  const names = new Set(namesOf(allowedHosts));
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const isOwnOrigin = () => {
      if (origin === undefined || !URL.canParse(origin)) return false;
      const { host, hostname } = new URL(origin);
      return host === c.req.header('host')?.toLowerCase() || names.has(hostname);
    };
    if (site === undefined ? !isOwnOrigin() : site !== 'same-origin') {
      throw new HTTPException(403, {
        message: "papers are added from the page of this server only; elsewhere use 'paperfield import'",
      });
    }
    await next();
  };
}

/**
 * Whether a server that listens on this address can be reached from its own machine only.
 *
 * @param host an address or host name
 */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
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

/**
 * Extracts the host name from `name` or `name:port`, as `URL` normalizes it and without a final dot; undefined if
 * invalid.
 */
function hostnameOf(hostAndPort: string): string | undefined {
  if (/[\s/\\?#@]/.test(hostAndPort) || !URL.canParse(`http://${hostAndPort}`)) return undefined;
  return new URL(`http://${hostAndPort}`).hostname.replace(/\.$/, '') || undefined;
}

/**
 * Creates middleware that accepts only requests with a JSON body of limited size. It responds with 415 to another
 * content type and with 413 to a larger body. Every POST route needs it. Without the size limit, one request could take
 * all memory. Without the check of the content type, a page of another site could send `text/plain` bodies, for which
 * browsers ask no permission (a CORS 'simple request').
 */
export function createJsonBodyGuard(maxBytes: number): MiddlewareHandler {
  const tooLarge = (): never => {
    throw new HTTPException(413, { message: `the request body has more than ${maxBytes} bytes` });
  };
  // This check of the announced length must come before `bodyLimit`, which opens the body as a stream. From then on,
  // the server's adapter can no longer discard the rest of a body. It closes the connection, maybe before the client
  // has read the response.
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
