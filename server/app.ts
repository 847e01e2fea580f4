/** The HTTP server: the app with its guards, routes, page files and error responses, and how it starts and stops. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { type Context, type ErrorHandler, type Handler, Hono, type NotFoundHandler } from 'hono';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import type { Effects } from '../pipeline/core/effects.ts';
import { errorKinds, errorMessage, PaperfieldError } from '../pipeline/core/errors.ts';
import { serverTiming, type TimedEnv } from './http/endpoint.ts';
import { crossSiteGuard, type HostOptions, hostGuard } from './http/request-guards.ts';
import { type LiveEngine, openLiveEngine } from './live-snapshot.ts';
import {
  exploreRoutes,
  exportRoutes,
  mapRoutes,
  paperRoutes,
  searchRoutes,
  statusRoutes,
  topicRoutes,
} from './routes.ts';
import type { ErrorResponse } from './schemas/status.ts';

// The files of the built web page.

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** The names of files under assets/ contain a hash of their content, so they never change. */
  readonly isImmutable: boolean;
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

const NOT_BUILT =
  'The web page is not built: run `npm run build`, then restart the server. The API works: /api/status.';

/**
 * All files of a folder by URL path (`/`, `/assets/…`), in memory: they are small, and a path that is not in the table
 * cannot lead to any other file on the disk. Empty if the folder does not exist.
 */
export function readPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const urlPath = `/${relative(folder, path).split(sep).join('/')}`;
    const file = {
      body: new Uint8Array(readFileSync(path)),
      type: contentTypes[extname(urlPath)] ?? 'application/octet-stream',
      isImmutable: urlPath.startsWith('/assets/'),
    };
    files.set(urlPath, file);
    if (urlPath === '/index.html') files.set('/', file);
  }
  return files;
}

/** Serves the files; 503 for `/` if there are none. */
export function servePage(files: ReadonlyMap<string, PageFile>): Handler {
  return (c) => {
    const file = files.get(c.req.path);
    if (!file) return c.req.path === '/' ? c.text(NOT_BUILT, 503) : c.notFound();
    c.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(file.body, 200, { 'content-type': file.type });
  };
}

// Errors as responses: the one place that decides their status and body.

/** The codes of errors that only HTTP has. Those of a `PaperfieldError` are its kinds. */
const httpCodes: Readonly<Record<number, string>> = {
  403: 'forbidden',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** @param report is given errors that are bugs, with their stack */
export function errorHandler(report: (line: string) => void): ErrorHandler {
  return (error, c) => {
    if (error instanceof PaperfieldError) {
      const { status } = errorKinds[error.kind];
      return c.json(errorBody(error.kind, error.message), status);
    }
    if (error instanceof HTTPException) {
      return c.json(errorBody(httpCodes[error.status] ?? 'bad_request', error.message), error.status);
    }
    report(`${c.req.method} ${c.req.path}: ${error.stack ?? errorMessage(error)}`);
    return c.json(errorBody('internal', 'internal error of the server; its log has the details'), 500);
  };
}

export const notFoundHandler: NotFoundHandler = (c: Context) =>
  c.json(errorBody('not_found', `there is no ${c.req.method} ${c.req.path}`), 404);

function errorBody(code: string, message: string): ErrorResponse {
  return { error: { code, message } };
}

export interface AppOptions extends HostOptions {
  readonly live: LiveEngine;
  /** The files of the built web page by URL path; empty if it is not built. */
  readonly page: ReadonlyMap<string, PageFile>;
  now(): Date;
  /** Is given errors that are bugs. */
  reportError(line: string): void;
}

/**
 * The web page and the HTTP API.
 *
 * @throws PaperfieldError bad_request, if one of `allowedHosts` is not a host name
 */
export function createApp({ live, page, host, allowedHosts = [], now, reportError }: AppOptions): Hono<TimedEnv> {
  const app = new Hono<TimedEnv>();
  app.use(serverTiming);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Plain http on the user's own machine: there is no https to insist on.
      strictTransportSecurity: false,
    }),
  );
  app.use(hostGuard({ host, allowedHosts }));
  app.use('/api/*', crossSiteGuard(allowedHosts));
  app.use(compress());

  app.route('/api', searchRoutes(live));
  app.route('/api', paperRoutes(live));
  app.route('/api', mapRoutes(live));
  app.route('/api', topicRoutes(live));
  app.route('/api', exploreRoutes(live));
  app.route('/api', exportRoutes(live));
  app.route('/', statusRoutes(live, now));
  app.get('*', servePage(page));

  app.notFound(notFoundHandler);
  app.onError(errorHandler(reportError));
  return app;
}

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

/** The longest query fits into the URL, even if each character takes nine bytes (`%E2%80%A6`). */
const MAX_HEADER_BYTES = 128 * 1024;
/** How long closing waits for requests that do not end. */
const CLOSE_TIMEOUT_MS = 3000;

export interface ServerOptions extends HostOptions {
  readonly dataDir: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A server that is listening. */
export interface RunningServer {
  /** `http://host:port`, with the port that was chosen. */
  readonly url: string;
  /** Finishes the requests in progress, then closes. */
  close(): Promise<void>;
}

/**
 * Serves the web page and the API over the current snapshot of a data folder, and every snapshot that replaces it.
 *
 * @throws PaperfieldError not_found or corrupt, if there is no snapshot to serve; bad_request, if the port is in use or a
 *   host is not valid
 */
export async function startServer(options: ServerOptions, effects: Effects): Promise<RunningServer> {
  const { dataDir, host, port, allowedHosts } = options;
  const live = await openLiveEngine(dataDir, effects);
  try {
    const app = createApp({
      live,
      page: readPageFiles(pageFolder),
      host,
      ...(allowedHosts ? { allowedHosts } : {}),
      now: effects.now,
      reportError: effects.warn,
    });
    const server = serve({
      fetch: app.fetch,
      hostname: host,
      port,
      serverOptions: { maxHeaderSize: MAX_HEADER_BYTES },
    }) as Server;
    await listening(server, options);
    const { port: chosenPort } = server.address() as AddressInfo;
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${chosenPort}`,
      async close() {
        // Tells clients that keep sending requests over open connections to stop using them.
        server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
        const timeout = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
        await new Promise<void>((resolve) => server.close(() => resolve()));
        clearTimeout(timeout);
        await live.close();
      },
    };
  } catch (error) {
    await live.close();
    throw error;
  }
}

/** @throws PaperfieldError bad_request, if the address cannot be used */
async function listening(server: Server, { host, port }: ServerOptions): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
  } catch (error) {
    const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new PaperfieldError(
      'bad_request',
      isInUse
        ? `port ${port} of ${host} is in use; choose another one with --port`
        : `cannot listen on ${host}, port ${port} (${errorMessage(error)}); choose others with --host and --port`,
    );
  }
}
