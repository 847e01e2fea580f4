/**
 * The HTTP server: the Hono app with its guards, routes, page files and error responses, and how the server starts and
 * stops.
 */
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
import type { NotifyOptions } from '../pipeline/runtime/notify.ts';
import { dataPaths } from '../pipeline/store/data-folder.ts';
import { createHealthRoutes, type NightArchive, openNightArchive, watchNights } from './health.ts';
import { RequestCounter, serverTimingMiddleware, type TimedEnv } from './http/endpoint.ts';
import { createCrossSiteGuard, createHostGuard, type HostOptions, isLoopback } from './http/request-guards.ts';
import { ImportService, type Imports } from './import/import-service.ts';
import type { Importer } from './import/importer.ts';
import { type LiveEngine, openLiveEngine } from './live-snapshot.ts';
import { createNightsPage } from './nights-page.ts';
import {
  createExploreRoutes,
  createExportRoutes,
  createImportRoutes,
  createMapRoutes,
  createPaperRoutes,
  createSearchRoutes,
  createTopicRoutes,
} from './routes.ts';
import type { ErrorResponse } from './schemas/status.ts';

// The files of the built web page.

/** A file of the built web page, in memory. */
export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /**
   * Whether the content never changes. That holds for files under assets/, whose names contain a hash of the content.
   */
  readonly isImmutable: boolean;
}

/** Content types by file extension. */
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
 * Reads all files of a folder into a map from URL path (`/`, `/assets/…`) to file; empty if the folder does not exist.
 * The files are small enough to be kept in memory, and a request can then never reach any other file on the disk.
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

/** Creates a request handler that serves the page files. Without files it responds to `/` with 503. */
export function createPageHandler(files: ReadonlyMap<string, PageFile>): Handler {
  return (c) => {
    const file = files.get(c.req.path);
    if (!file) return c.req.path === '/' ? c.text(NOT_BUILT, 503) : c.notFound();
    c.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(file.body, 200, { 'content-type': file.type });
  };
}

// Error responses. Their status and body are decided only here.

/** Error codes by HTTP status, for errors that only HTTP has. The code of a `PaperfieldError` is its kind. */
const httpCodes: Readonly<Record<number, string>> = {
  403: 'forbidden',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/**
 * Creates the handler that turns errors into responses.
 *
 * @param report called with each unexpected error (a bug), including its stack
 */
function createErrorHandler(report: (line: string) => void): ErrorHandler {
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

const notFoundHandler: NotFoundHandler = (c: Context) =>
  c.json(errorBody('not_found', `there is no ${c.req.method} ${c.req.path}`), 404);

function errorBody(code: string, message: string): ErrorResponse {
  return { error: { code, message } };
}

/** What the app serves, and under which host names. */
export interface AppOptions extends HostOptions {
  readonly live: LiveEngine;
  readonly nights: NightArchive;
  /** The files of the built web page by URL path; empty if the page was not built. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** By default no files can be imported. */
  readonly imports?: Imports;
  now(): Date;
  /** Called with each unexpected error (a bug). */
  reportError(line: string): void;
}

/**
 * Creates the Hono app of the web page and the HTTP API.
 *
 * @throws PaperfieldError bad_request, if one of `allowedHosts` is not a host name
 */
export function createApp({
  live,
  nights,
  page,
  host,
  allowedHosts = [],
  imports = NO_IMPORTS,
  now,
  reportError,
}: AppOptions): Hono<TimedEnv> {
  const app = new Hono<TimedEnv>();
  app.use(serverTimingMiddleware);
  const requests = new RequestCounter();
  app.use(requests.middleware);
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
      // Disabled, because the server uses plain http on the user's own machine.
      strictTransportSecurity: false,
    }),
  );
  app.use(createHostGuard({ host, allowedHosts }));
  app.use('/api/*', createCrossSiteGuard(allowedHosts));
  app.use(compress());

  app.route('/api', createSearchRoutes(live));
  app.route('/api', createPaperRoutes(live));
  app.route('/api', createMapRoutes(live));
  app.route('/api', createTopicRoutes(live));
  app.route('/api', createExploreRoutes(live));
  app.route('/api', createExportRoutes(live));
  app.route('/api', createImportRoutes(imports, allowedHosts));
  app.route('/', createHealthRoutes({ live, nights, importPolicy: imports.policy, now, requests }));
  app.route('/', createNightsPage(nights));
  app.get('*', createPageHandler(page));

  app.notFound(notFoundHandler);
  app.onError(createErrorHandler(reportError));
  return app;
}

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

/**
 * Size limit of the request headers in bytes, URL included: the longest query fits even if each of its characters takes
 * nine bytes (`%E2%80%A6`).
 */
const MAX_HEADER_BYTES = 128 * 1024;
/** When the server is closed, connections of requests that have not ended after this time are closed too. */
const CLOSE_TIMEOUT_MS = 3000;

/** Where the server listens and which data folder it serves. */
export interface ServerOptions extends HostOptions {
  /** Who is told if nothing ran for two nights; by default nobody. */
  readonly notify?: NotifyOptions;
  /** Who imports files that are dropped on the page; without one there is no import. */
  readonly importer?: Importer;
  /** Whether files may be sent by others than this machine: the server has no accounts. */
  readonly allowImport?: boolean;
  /** How large the files of one import may be together. */
  readonly importMaxMegabytes?: number;
  readonly dataDir: string;
  /** The port to listen on; 0 for any free port. */
  readonly port: number;
}

/** How large the files of one import may be together by default: larger ones are better imported on the command line. */
const IMPORT_MAX_MEGABYTES = 1000;
const NO_IMPORTS: Imports = { policy: { isAllowed: false, reason: 'this server imports no files', maxBytes: 0 } };

/** Whether files can be imported, and by whom. A server that other machines reach has no accounts, so it must be told. */
function openImports(options: ServerOptions, { now, warn }: Effects): Imports {
  const { importer, allowImport = false, importMaxMegabytes = IMPORT_MAX_MEGABYTES, host, dataDir } = options;
  if (!importer) return NO_IMPORTS;
  const maxBytes = importMaxMegabytes * 1_000_000;
  if (allowImport || isLoopback(host)) {
    const service = new ImportService({ importer, folder: dataPaths(dataDir).uploads, maxBytes, now, warn });
    return { service, policy: { isAllowed: true, reason: null, maxBytes } };
  }
  const reason = `this server can be reached from other machines (${host}), so it imports no files unless allowImport is true`;
  return { policy: { isAllowed: false, reason, maxBytes } };
}

/** A server that is listening for requests. */
export interface RunningServer {
  /** The address of the server, `http://host:port`, with the port that is actually used. */
  readonly url: string;
  /** Finishes the requests in progress, then closes the server. */
  close(): Promise<void>;
}

/**
 * Starts a server of the web page and the API. It serves the current snapshot of a data folder, and later every
 * snapshot that becomes current.
 *
 * @throws PaperfieldError not_found or corrupt, if there is no snapshot to serve; bad_request, if the port is in use or
 *   a host name is not valid
 */
export async function startServer(options: ServerOptions, effects: Effects): Promise<RunningServer> {
  const { dataDir, host, port, allowedHosts } = options;
  const live = await openLiveEngine(dataDir, effects);
  const nights = openNightArchive(dataDir);
  const stopWatching = watchNights(nights, options.notify, effects);
  const imports = openImports(options, effects);
  try {
    const app = createApp({
      live,
      nights,
      page: readPageFiles(pageFolder),
      host,
      ...(allowedHosts ? { allowedHosts } : {}),
      imports,
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
        // Clients that keep a connection open for further requests are told to close it.
        server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
        const timeout = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
        await new Promise<void>((resolve) => server.close(() => resolve()));
        clearTimeout(timeout);
        stopWatching();
        await imports.service?.close();
        await live.close();
      },
    };
  } catch (error) {
    stopWatching();
    await live.close();
    throw error;
  }
}

/**
 * Waits until the server listens.
 *
 * @throws PaperfieldError bad_request, if the server cannot listen on the address
 */
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
