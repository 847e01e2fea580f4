import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import type { Effects } from '../pipeline/core/effects.ts';
import { errorMessage, PaperfieldError } from '../pipeline/core/errors.ts';
import { createApp } from './app.ts';
import { readPageFiles } from './http/page-files.ts';
import type { HostOptions } from './http/request-guards.ts';
import { openLiveEngine } from './live-snapshot.ts';

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
